"""The page: layout, callbacks, charts, theme. Gradio only; everything it knows it has from the service."""

from noon_demo.ui.build import LAUNCH as LAUNCH
from noon_demo.ui.build import build as build
