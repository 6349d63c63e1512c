"""The meal on the page: the photo with its outlines, the foods, totals, and all that corrects them."""

from __future__ import annotations

from functools import partial

import gradio as gr

_TEMPLATE = '<div class="meal"></div><p class="meal-status meal-unseen" role="status"></p>'
_MOUNT = """
import(`${window.gradio_config.root}/assets/js/meal/index.js`)
  .then((module) => module.mount(element, { props, trigger, watch }));
"""

Meal = partial(gr.HTML, html_template=_TEMPLATE, js_on_load=_MOUNT, apply_default_css=False)
"""Shows `{"photo": address, "result": an AnalysisResponse as JSON}` or None.

The modules in `assets/js/meal` do all the work, and ask the routes of `/api` themselves. The event `input` is
a person's correction, `change` any change of the value. Not a subclass: gradio would write a stub beside it.
"""
