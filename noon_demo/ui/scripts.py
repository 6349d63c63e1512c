"""How the page's Gradio components reach its ES modules in `assets/js`."""

from __future__ import annotations

import json
from typing import Any

_IMPORT = "import(`${{window.gradio_config.root}}/assets/js/{module}.js`)"


def mounted(module: str) -> str:
    """The `js_on_load` of a `gr.HTML` that a module's `mount(element, component)` takes care of."""
    component = "{ props, trigger, upload, watch }"
    return f"{_IMPORT.format(module=module)}.then((module) => module.mount(element, {component}));"


def called(module: str, function: str, *arguments: Any) -> str:
    """The `js` of an event: a module's function, called with `arguments` and the event's inputs."""
    bound = "".join(f"{json.dumps(argument)}, " for argument in arguments)
    return f"async (...inputs) => (await {_IMPORT.format(module=module)}).{function}({bound}...inputs)"
