/** Where the energy comes from: a stacked bar a food, the richest first, as SVG. */

import { t } from "../i18n.js";
import { energy } from "./amounts.js";
import { html } from "./dom.js";
import { nameOf } from "./list.js";

/** Atwater's general factors in kcal a gram (Merrill and Watt, USDA Agriculture Handbook 74, 1973). */
const KCAL_PER_G = { protein_g: 4, carb_g: 4, fat_g: 9 };
/** What may be missing of a food's energy by rounding; more is of something else, such as alcohol. */
const ROUNDING = { share: 0.1, kcal: 5 };
const [ROW, BAR] = [48, 14];

export function chart({ detected_items: items }) {
  const rows = items
    .filter((item) => item.nutrition)
    .map((item) => ({ name: nameOf(item), parts: parts(item.nutrition) }))
    .map((row) => ({ ...row, kcal: row.parts.reduce((sum, { kcal }) => sum + kcal, 0) }))
    .filter(({ kcal }) => kcal > 0)
    .sort((a, b) => b.kcal - a.kcal);
  if (!rows.length) return null;
  const most = rows[0].kcal;
  const keys = new Set(rows.flatMap(({ parts }) => parts.map(({ key }) => key)));
  return html`<section class="meal-chart" data-key="chart">
    <h3>${t("meal.chart")}</h3>
    <ul class="meal-legend" aria-hidden="true">
      ${[...keys].map((key) => html`<li><i class="meal-dot" data-macro="${key}"></i>${t(`nutrient.${key}`)}</li>`)}
    </ul>
    <svg width="100%" height="${rows.length * ROW}" role="img" aria-label="${described(rows)}">
      ${rows.map((row, i) => bar(row, i * ROW, most))}
    </svg>
  </section>`;
}

/** The food's energy, parted as its macronutrients bring it, and what else does. */
function parts(nutrition) {
  const { calories } = nutrition;
  const parts = Object.entries(KCAL_PER_G).map(([key, factor]) => ({ key, kcal: nutrition[key] * factor }));
  const sum = parts.reduce((all, { kcal }) => all + kcal, 0);
  const rest = calories - sum;
  if (rest > Math.max(ROUNDING.kcal, ROUNDING.share * calories)) return [...parts, { key: "other", kcal: rest }];
  return parts.map(({ key, kcal }) => ({ key, kcal: sum ? (kcal * calories) / sum : 0 }));
}

function bar({ name, parts, kcal }, top, most) {
  let x = 0;
  return html`<g transform="translate(0 ${top})">
    <text y="16">${name}</text>
    <text x="100%" y="16" text-anchor="end">${energy(kcal)}</text>
    ${parts.map((part) => {
      const width = (100 * part.kcal) / most;
      const rect = html`<rect x="${x}%" y="24" width="${width}%" height="${BAR}" data-macro="${part.key}" />`;
      x += width;
      return rect;
    })}
  </g>`;
}

function described(rows) {
  const bars = rows.map(({ name, parts }) => {
    const shares = parts.map(({ key, kcal }) => `${t(`nutrient.${key}`)} ${energy(kcal)}`);
    return `${name}: ${shares.join(", ")}`;
  });
  return `${t("meal.chart")}. ${bars.join("; ")}.`;
}
