"""Where a photo is chosen, dropped, pasted or taken with the camera, and shown while it is analysed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from noon_demo.ui.blocks import SentPhoto
from noon_demo.ui.scripts import mounted
from noon_demo.ui.text import tag

TYPES = "image/*,.heic,.heif,.avif,.HEIC,.HEIF"
ICON = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h3l1.6-2.4h6.8L17 8h3a1.5 1.5 0 0 1 1.5 1.5v9'
    'A1.5 1.5 0 0 1 20 20H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 8z"/><circle cx="12" cy="13.6" r="3.7"/>'
    "</svg>"
)
BUTTON = 'type="button" class="noon-secondary noon-{}"'
UNSEEN = 'type="file" tabindex="-1" aria-hidden="true"'
TEMPLATE = f"""
<div class="noon-photo" data-state="empty">
  <div class="noon-invitation">
    {ICON}
    {tag("h2", "photo.title")}
    <p>{tag("span", "photo.hint")} {tag("span", "photo.drop", 'class="noon-mouse"')}</p>
    <div class="noon-row">
      {tag("button", "photo.take", BUTTON.format("take"))}
      {tag("button", "photo.choose", BUTTON.format("choose"))}
    </div>
  </div>
  <figure class="noon-shown" hidden>
    <img data-t-alt="photo.yours" alt="Your photo">
    <figcaption class="noon-unseen" hidden>{tag("span", "photo.preview")}</figcaption>
    <div class="noon-progress" hidden>
      <p role="status"></p><progress max="1" data-t-aria-label="photo.progress"></progress>
    </div>
    <div class="noon-row noon-over">
      {tag("button", "photo.another", BUTTON.format("choose"))}
      <button {BUTTON.format("remove")} data-t-aria-label="photo.remove">✕</button>
    </div>
  </figure>
  <p class="noon-said" role="status"></p>
  <input {UNSEEN} class="noon-file" accept="{TYPES}">
  <input {UNSEEN} class="noon-capture" accept="image/*" capture="environment">
</div>
"""


class Photo(SentPhoto):
    """The photo of a meal; its value is the one that the visitor sent, or None.

    Events: `input` when the visitor changed it, `upload` when a photo came that the browser can't show.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            html_template=TEMPLATE, js_on_load=mounted("photo"), apply_default_css=False, **settings
        )

    def postprocess(self, value: Path | None) -> dict[str, Any] | None:
        """The path of a file that the client may fetch, as Gradio sends files."""
        return None if value is None else {"path": str(value), "meta": {"_type": "gradio.FileData"}}
