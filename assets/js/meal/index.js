/** The meal editor: the photo with its outlines and the list of foods, always in step. */

import { onChange, t, told } from "../i18n.js";
import { held } from "../photo.js";
import { actions } from "./actions.js";
import { spokenTotal } from "./amounts.js";
import { addressOf } from "./api.js";
import { chart } from "./chart.js";
import { html, morph } from "./dom.js";
import { Meal } from "./history.js";
import { keys } from "./keys.js";
import { fault, list } from "./list.js";
import { photo } from "./photo.js";
import { said } from "./said.js";
import { searchable } from "./search.js";
import { table } from "./table.js";
import { mealTools, photoTools } from "./tools.js";
import { totals } from "./totals.js";
import { gestures, View } from "./view.js";

let shown; // the meal on the page

/** The inputs of Ask, as soon as no correction is on its way and the server has the photo. */
export async function asked(...inputs) {
  await shown?.settled;
  return held(...inputs);
}

/** Show `props.value`, null or {photo, result}, below `element`, and keep it as the person corrects it. */
export function mount(element, { props, trigger, watch }) {
  const root = element.querySelector(".meal");
  const status = element.querySelector(".meal-status");
  const view = new View();
  const ui = nothingChosen();
  const meal = (shown = new Meal({ changed, failed }));
  const page = { root, meal, ui, view, render, say, failed };
  const act = actions(page);

  function load() {
    const { photo: address, result = null } = props.value || {};
    if (meal.load(addressOf(address ?? ""), result)) {
      Object.assign(ui, nothingChosen());
      if (result) view.show(result.image.width, result.image.height);
      if (result) say(spokenTotal(result));
    }
    render();
  }

  function changed(before, change) {
    props.value = { ...props.value, result: meal.result };
    if (change.kind !== "outside") trigger("input");
    const items = meal.result.detected_items;
    const added = items.find((item) => !before.detected_items.some(({ id }) => id === item.id));
    if (added && ["add", "outline"].includes(change.edit)) ui.selected = added.id;
    if (!items.some(({ id }) => id === ui.selected))
      ui.selected = change.ids?.find((id) => items.some((item) => item.id === id)) ?? null;
    ui.merging = false;
    render();
    say(said(before, meal.result, change));
  }

  function failed(place, sentence) {
    ui.faults.set(place, sentence);
    render();
  }

  function say(sentence) {
    status.textContent = sentence;
  }

  function render() {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const card = focused && [...root.querySelectorAll(".meal-card")].indexOf(focused.closest(".meal-card"));
    morph(root, meal.result ? editor(meal, ui, view) : html``);
    if (focused && !root.contains(focused)) {
      const heads = [...root.querySelectorAll(".meal-card h3 button")];
      (heads[Math.min(card, heads.length - 1)] ?? root.querySelector("[data-key=undo]"))?.focus();
    }
    measure();
  }

  /** Badges and points keep their size on the screen, however far the photo is zoomed. */
  function measure() {
    const canvas = root.querySelector(".meal-canvas");
    if (!canvas) return;
    seen.observe(canvas);
    const { width, height } = canvas.getBoundingClientRect();
    const most = Math.max(view.width / width, view.height / height) / view.zoom;
    if (Number.isFinite(most)) canvas.style.setProperty("--px", most);
    canvas.setAttribute("viewBox", view.box);
    canvas.style.touchAction = ui.mode || view.zoom > 1 ? "none" : "pan-y";
  }

  const seen = new ResizeObserver(measure);
  gestures(root, view, {
    tap: act.tap,
    drag: (start, end, done) => Boolean(ui.mode) && (ui.mode.drag(start, end, done), true),
    cancel: () => ui.mode?.cancel(),
    changed: measure,
  });
  searchable(root, act.found, (field, sentence) => failed(act.placeOf(field), sentence));
  keys(page, act);
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button && button.getAttribute("aria-disabled") !== "true")
      act[button.dataset.do](button.dataset, button);
  });
  root.addEventListener("change", ({ target }) => act[target.dataset.change]?.(target));
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    act[event.target.dataset.do]?.(new FormData(event.target));
  });
  for (const [name, hot] of Object.entries({
    pointerover: true,
    pointerout: false,
    focusin: true,
    focusout: false,
  })) {
    root.addEventListener(name, ({ target, pointerType }) => {
      const food = target.closest("[data-food]")?.dataset.food;
      if (!food || pointerType === "touch") return;
      for (const shown of root.querySelectorAll(`[data-food="${food}"]`)) shown.classList.toggle("hot", hot);
    });
  }
  document.addEventListener("fullscreenchange", () => {
    ui.full = document.fullscreenElement !== null && root.contains(document.fullscreenElement);
    render();
  });
  onChange(() => {
    root.textContent = "";
    render();
  });
  watch("value", load);
  load();
}

const nothingChosen = () => ({
  selected: null,
  mode: null,
  merging: false,
  scaling: false,
  looking: null,
  references: [],
  full: false,
  faults: new Map(),
  units: new Map(),
  remembered: new Map(),
  remembering: new Set(),
});

function editor(meal, ui, view) {
  const { warnings } = meal.result;
  return html`<fieldset class="meal-editor" data-key="editor">
      <legend class="meal-unseen"><h2>${t("meal.title")}</h2></legend>
      ${totals(meal)} ${fault(ui, "meal")}
      <div class="meal-columns">
        <div class="meal-seen">
          ${meal.photo && photo(meal, ui, view)} ${meal.photo && photoTools(meal, ui)}
        </div>
        <div class="meal-foods">${list(meal, ui)} ${mealTools(meal, ui)}</div>
      </div>
      ${chart(meal.result)} ${table(meal.result)}
      ${
        warnings.length > 0 &&
        html`<ul class="meal-warnings">
          ${warnings.map((warning) => html`<li>${told(warning)}</li>`)}
        </ul>`
      }
    </fieldset>`;
}
