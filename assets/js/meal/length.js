/** Drawing a line of known length on the photo, which tells the scale. */

import { t } from "../i18n.js";
import { html } from "./dom.js";

export class Length {
  kind = "length";
  cursor = null;
  drawn = null;
  ends = [];
  waiting = 0;

  constructor(changed) {
    this.changed = changed;
  }

  get hint() {
    return `${this.ask} ${t("meal.keys")}`;
  }

  get ask() {
    return t(this.ends.length === 1 ? "meal.scale.second" : "meal.scale.first");
  }

  /** The ends of the line being drawn, else those it has. */
  get shown() {
    return this.drawn ?? this.ends;
  }

  tap(point) {
    this.ends = this.ends.length === 1 ? [...this.ends, point] : [point];
    this.changed();
  }

  drag(start, end, done) {
    this.drawn = done ? null : [start, end];
    if (done) this.ends = [start, end];
    this.changed();
  }

  /** The line that is drawn is not meant. */
  cancel() {
    this.drawn = null;
    this.changed();
  }
}

export function lengthMarks({ shown, cursor }) {
  const [start, end] = shown;
  return html`<g class="meal-marks" data-key="marks">
    ${end && ["meal-casing", "meal-line"].map((name) => html`<line class="${name}" x1="${start[0]}" y1="${start[1]}" x2="${end[0]}" y2="${end[1]}" />`)}
    ${shown.map(([x, y]) => html`<circle class="meal-point" data-on="1" style="--x: ${x}px; --y: ${y}px" r="6" />`)}
    ${cursor && html`<path class="meal-cursor" style="--x: ${cursor[0]}px; --y: ${cursor[1]}px" d="M-14 0H14M0-14V14" />`}
  </g>`;
}

export function lengthBar({ ends, ask, waiting }) {
  return html`<form
    class="meal-bar"
    data-key="bar"
    data-do="length-done"
    aria-label="${t("meal.scale.draw")}"
  >
    <p role="status">
      ${ends.length < 2 ? ask : t("meal.scale.how_long")} <span class="meal-keys">${t("meal.keys")}</span>
    </p>
    <label
      >${t("meal.scale.length")}
      <input type="text" inputmode="decimal" name="cm" autocomplete="off" /> cm</label
    >
    <div class="meal-ends">
      <button type="button" class="meal-button" data-key="cancel" data-do="leave">${t("meal.cancel")}</button>
      <button
        type="submit"
        class="meal-button meal-primary"
        data-key="done"
        aria-disabled="${ends.length < 2 || waiting > 0}"
      >
        ${t("meal.done")}
      </button>
    </div>
  </form>`;
}
