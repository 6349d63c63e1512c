"""How the page's Gradio components reach its ES modules in `assets/js`."""

from __future__ import annotations

import json
from typing import Any


def mounted(module: str) -> str:
    """The `js_on_load` of a `gr.HTML` that a module's `mount(element, component)` takes care of."""
    component = "{ props, trigger, upload, watch }"
    return f"{_loaded(module)}.then(([module]) => module.mount(element, {component}));"


def called(module: str, function: str, *arguments: Any) -> str:
    """The `js` of an event: a module's function, called with `arguments` and the event's inputs."""
    bound = "".join(f"{json.dumps(argument)}, " for argument in arguments)
    return f"async (...inputs) => (await {_loaded(module)})[0].{function}({bound}...inputs)"


def _loaded(module: str) -> str:
    """A promise of a module, settled once the page's words are here too."""
    return f"Promise.all([{_import(module)}, {_import('i18n')}.then(({{ ready }}) => ready)])"


def _import(module: str) -> str:
    return f"import(`${{window.gradio_config.root}}/assets/js/{module}.js`)"
