"""What the page shows of a result."""

from __future__ import annotations

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from noon_demo.schemas import ItemJson, NutritionJson
from noon_demo.ui import panels
from noon_demo.ui.chart import macro_chart
from noon_demo.ui.masks import DISPLAY_PX, annotated
from noon_demo.ui.text import confidence_words, number, span
