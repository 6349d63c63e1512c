/** Outlining a food by pointing at it: taps on it, taps off it, a box around it. */

import { t } from "../i18n.js";
import { segment } from "./api.js";
import { html } from "./dom.js";
import { extended, path } from "./geometry.js";
import { nameOf } from "./list.js";

const MOST_POINTS = 50; // as MAX_POINTS in noon_demo/requests.py
const NOTHING = { points: [], labels: [], box: null };

export class Outline {
  kind = "outline";
  adding = true;
  cursor = null;
  drawn = null;
  waiting = 0;

  /** For a food's outline, or a new food if `item` is undefined. `changed()` is told of each new outline. */
  constructor(meal, item, changed, failed) {
    this.meal = meal;
    this.id = item?.id ?? null;
    this.outlined = item?.outline.length ? { outline: item.outline } : null;
    this.steps = [{ ...NOTHING, box: this.outlined && item.bbox, found: null }];
    this.changed = changed;
    this.failed = failed;
  }

  get hint() {
    return `${t("meal.outline.hint")} ${t("meal.keys")}`;
  }

  get now() {
    return this.steps.at(-1);
  }

  /** What the last step found, else the food's present outline. */
  get shown() {
    return this.now.found ?? this.outlined;
  }

  /** Take a point to the food, or from it. */
  tap(point, on) {
    const { points, labels, box } = this.now;
    if (points.length === MOST_POINTS) {
      this.failed("photo", t("meal.outline.many_points", { most: MOST_POINTS }));
      return undefined;
    }
    const whole = point.map(Math.round);
    return this.#ask({
      points: [...points, whole],
      labels: [...labels, on ? 1 : 0],
      box: box && on ? extended(box, whole) : box,
    });
  }

  /** Take a box around the food, from corner to corner; false while it is drawn. */
  drag(start, end, done) {
    const [xs, ys] = [0, 1].map((axis) => [start[axis], end[axis]].map(Math.round).sort((a, b) => a - b));
    this.drawn = done ? null : [xs[0], ys[0], xs[1], ys[1]];
    if (done) this.#ask({ ...NOTHING, box: [xs[0], ys[0], xs[1], ys[1]] });
    else this.changed();
  }

  /** The box that is drawn is not meant. */
  cancel() {
    this.drawn = null;
    this.changed();
  }

  undo() {
    if (this.steps.length > 1) this.steps.pop();
    this.changed();
  }

  async #ask(prompts) {
    const step = { ...prompts, found: this.shown };
    this.steps.push(step);
    this.waiting += 1;
    this.changed();
    try {
      const { image, item } = await segment(this.meal.photo, this.meal.result.image.key, prompts);
      this.meal.result.image.key ??= image.key;
      step.found = item;
    } catch (error) {
      this.steps = this.steps.filter((other) => other !== step);
      this.failed("photo", error.message);
    }
    this.waiting -= 1;
    this.changed();
  }
}

/** What is outlined so far, the points, the box being drawn, and the keyboard's cursor. */
export function outlineMarks({ shown, now, drawn, cursor }) {
  const d = shown && path(shown.outline);
  return html`<g class="meal-marks" data-key="marks">
    ${d && html`<path class="meal-casing" d="${d}" /><path class="meal-line" d="${d}" />`}
    ${now.points.map(([x, y], i) => html`<circle class="meal-point" data-on="${now.labels[i]}" style="--x: ${x}px; --y: ${y}px" r="6" />`)}
    ${drawn && html`<rect class="meal-box" x="${drawn[0]}" y="${drawn[1]}" width="${drawn[2] - drawn[0]}" height="${drawn[3] - drawn[1]}" />`}
    ${cursor && html`<path class="meal-cursor" style="--x: ${cursor[0]}px; --y: ${cursor[1]}px" d="M-14 0H14M0-14V14" />`}
  </g>`;
}

/** The tools of the mode, below the photo. */
export function outlineBar({ adding, steps, shown, now, waiting }) {
  const guess = now.found && nameOf(now.found);
  const toggle = (name, on) =>
    html`<button type="button" data-key="${name}" data-do="${name}" aria-pressed="${on}">
      ${t(`meal.outline.${name}`)}
    </button>`;
  return html`<div class="meal-bar" data-key="bar" role="group" aria-label="${t("meal.outline.title")}">
    <p role="status">
      ${waiting ? t("meal.outline.waiting") : guess ? t("meal.outline.guess", { food: guess }) : t("meal.outline.hint")}
      <span class="meal-keys">${t("meal.keys")}</span>
    </p>
    <div class="meal-segments">${toggle("add-to", adding)}${toggle("take-from", !adding)}</div>
    <div class="meal-ends">
      <button
        type="button"
        class="meal-button"
        data-key="back"
        data-do="outline-undo"
        aria-disabled="${steps.length < 2}"
      >
        ${t("meal.outline.back")}
      </button>
      <button type="button" class="meal-button" data-key="cancel" data-do="leave">${t("meal.cancel")}</button>
      <button
        type="button"
        class="meal-button meal-primary"
        data-key="done"
        data-do="outline-done"
        aria-disabled="${!now.found?.mask || waiting > 0}"
      >
        ${t("meal.done")}
      </button>
    </div>
  </div>`;
}
