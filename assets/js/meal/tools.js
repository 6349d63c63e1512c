/** What a person can do to the meal as a whole: add foods, say how much was eaten, tell the scale. */

import { named, t, told } from "../i18n.js";
import { html } from "./dom.js";
import { furtherPhotos } from "./further.js";
import { icon } from "./icons.js";
import { label } from "./label.js";
import { fault, share } from "./list.js";
import { search } from "./search.js";

/** Below the photo: outlining a food and telling the scale. */
export function photoTools(meal, ui) {
  return html`<div class="meal-tools" data-key="tools">
    <button type="button" class="meal-button" data-key="outline-new" data-do="outline" data-id="">
      ${icon("outline")}${t("meal.outline.new")}
    </button>
    <button
      type="button"
      class="meal-button"
      data-key="scale"
      data-do="scale"
      aria-expanded="${ui.scaling}"
      aria-controls="meal-scale"
    >
      ${icon("ruler")}${t("meal.scale.title")}
    </button>
    ${furtherPhotos(ui)}
    <div id="meal-scale" class="meal-scale" ${ui.scaling ? "" : html`hidden`}>
      ${ui.scaling && scale(meal.result, ui)}
    </div>
  </div>`;
}

/** Below the list: adding what can't be seen, and the share eaten of all. */
export function mealTools(meal, ui) {
  const items = meal.result.detected_items;
  const shares = new Set(items.map((item) => item.eaten));
  return html`<div class="meal-more" data-key="more">
    ${search("add", null, t("meal.add"))} ${fault(ui, "add")}
    ${label(meal, ui)}
    ${items.length > 0 && share(null, shares.size === 1 ? [...shares][0] : null)}
    ${fault(ui, "eat")}
  </div>`;
}

function scale(result, ui) {
  return html`<p>
      ${result.scale ? t("meal.scale.now", { source: told(result.scale.source) }) : t("meal.scale.unknown")}
    </p>
    <form data-do="plate">
      <label for="meal-plate">${t("meal.scale.plate")}</label>
      <input
        id="meal-plate"
        name="cm"
        type="text"
        inputmode="decimal"
        autocomplete="off"
        placeholder="${t("meal.scale.plate_hint")}"
      />
      <span>cm</span>
      <button type="submit" class="meal-button">${t("meal.apply")}</button>
    </form>
    <form data-do="reference">
      <label for="meal-reference">${t("meal.scale.object")}</label>
      <select id="meal-reference" name="object">
        <option value="">${t("meal.scale.choose")}</option>
        ${ui.references.map(({ name }) => html`<option value="${name}">${named("reference", name)}</option>`)}
      </select>
      <button type="submit" class="meal-button">${t("meal.apply")}</button>
    </form>
    <button type="button" class="meal-button" data-do="length">${t("meal.scale.draw")}</button>
    ${fault(ui, "scale")}`;
}
