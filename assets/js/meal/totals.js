/** The meal's totals, always in sight, with undo and redo. */

import { t } from "../i18n.js";
import { MACROS, plain, spokenTotal, totalEnergy } from "./amounts.js";
import { html } from "./dom.js";
import { icon } from "./icons.js";

export function totals(meal) {
  const { nutrition } = meal.result;
  return html`<div class="meal-totals" role="group" aria-label="${t("meal.totals")}">
    <div class="meal-sum">
      ${nutrition ? sum(meal.result) : html`<p class="meal-none">${spokenTotal(meal.result)}</p>`}
    </div>
    <div class="meal-steps">${step("undo", meal.canUndo)} ${step("redo", meal.canRedo)}</div>
  </div>`;
}

function sum(result) {
  const { amount, range, counted } = totalEnergy(result);
  return html`<p class="meal-energy">
      <strong>${amount}</strong>
      ${range && html`<span>${range}</span>`} ${counted && html`<em>${counted}</em>`}
    </p>
    <dl class="meal-macros">
      ${MACROS.map(
        (key) =>
          html`<div>
            <dt><i class="meal-dot" data-macro="${key}"></i>${t(`nutrient.${key}`)}</dt>
            <dd>${plain(result.nutrition[key], 0)} g</dd>
          </div>`,
      )}
    </dl>`;
}

function step(name, possible) {
  return html`<button
    type="button"
    class="meal-button meal-square"
    data-key="${name}"
    data-do="${name}"
    aria-label="${t(`meal.${name}`)}"
    title="${t(`meal.${name}`)}"
    aria-disabled="${!possible}"
  >
    ${icon(name)}
  </button>`;
}
