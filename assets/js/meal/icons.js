/** Icons, 24 units wide, drawn with the text's colour. */

import { html } from "./dom.js";

const PATHS = {
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 0 12",
  redo: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0 0 12",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M5 9V5h4M19 9V5h-4M5 15v4h4M19 15v4h-4",
  close: "M6 6l12 12M18 6 6 18",
  outline: "M5 13c0-5 4-8 8-8s6 3 6 6-3 3-3 5 1 4-3 4-8-2-8-7z",
  ruler: "M4 15 15 4l5 5L9 20zM8 11l2 2M11 8l2 2",
  angle: "M4 8h3l2-3h6l2 3h3v11H4zM12 10v6M9 13h6",
  leftovers: "M12 4a8 8 0 1 0 8 8M12 8a4 4 0 1 0 4 4",
  check: "M5 13l4 4 10-10",
  chevron: "M7 10l5 5 5-5",
};

export function icon(name) {
  return html`<svg class="meal-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d="${PATHS[name]}" />
  </svg>`;
}
