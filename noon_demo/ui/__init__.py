"""The page in Gradio: layout, callbacks, theme. Its scripts are in `assets/js`."""

from noon_demo.ui.build import LAUNCH as LAUNCH
from noon_demo.ui.build import build as build
