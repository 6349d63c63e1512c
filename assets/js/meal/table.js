/** Every nutrient of every food, and of the meal. */

import { t } from "../i18n.js";
import { energy, plain, roundEnergy } from "./amounts.js";
import { html } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./list.js";

const UNIT = /_(g|mg|ug)$/;
const UNITS = { g: "g", mg: "mg", ug: "µg" };

export function table({ detected_items: items, nutrition }) {
  if (!nutrition) return null;
  const foods = items.filter((item) => item.nutrition);
  const nutrients = Object.keys(foods[0].nutrition);
  return html`<details class="meal-details" data-key="table">
    <summary>${icon("chevron")}${t("meal.table")}</summary>
    <div class="meal-table" role="region" aria-label="${t("meal.table")}" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${t("meal.nutrient_name")}</th>
            <th scope="col">${t("meal.meal")}</th>
            <th scope="col">${t("meal.daily_value")}</th>
            ${foods.map((item) => html`<th scope="col">${nameOf(item)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${nutrients.map((key) => row(key, foods, nutrition))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function row(key, foods, totals) {
  const share = totals.daily_values_percent[key];
  const [low, high] = totals[`${key}_range`] ?? [totals[key], totals[key]];
  const range = low < high && t("meal.range", { low: bare(key, low), high: bare(key, high) });
  return html`<tr>
    <th scope="row">${t(`nutrient.${key}`)}</th>
    <td><b>${written(key, totals[key])}</b>${range && html`<small>${range}</small>`}</td>
    <td>${share === undefined ? "–" : `${plain(share, 0)} %`}</td>
    ${foods.map(({ nutrition }) => html`<td>${written(key, nutrition[key])}</td>`)}
  </tr>`;
}

/** 140, 4.8 and 0.13: the digits that a value deserves. */
const digits = (value) => plain(value, value >= 9.95 ? 0 : value >= 0.95 ? 1 : 2);

const bare = (key, value) => (key === "calories" ? roundEnergy(value) : digits(value));

function written(key, value) {
  if (value === null || value === undefined) return "–";
  if (key === "calories") return energy(value);
  const unit = UNIT.exec(key)?.[1];
  return unit ? `${digits(value)} ${UNITS[unit]}` : digits(value);
}
