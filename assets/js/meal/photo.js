/** The photo with the foods' outlines, as SVG in photo pixels. */

import { t } from "../i18n.js";
import { amountOf, energyOf } from "./amounts.js";
import { html } from "./dom.js";
import { inside, path, place } from "./geometry.js";
import { icon } from "./icons.js";
import { fault, nameOf } from "./list.js";
import { lengthBar, lengthMarks } from "./length.js";
import { outlineBar, outlineMarks } from "./outline.js";
import { color } from "./palette.js";

/** A food's number; beside a name it is drawn so that it doesn't read as a count. */
export const badge = (number) =>
  html`<span class="meal-badge"><span class="meal-unseen">${t("meal.food")}</span> ${number}</span>`;

export function photo(meal, ui, view) {
  const { image, detected_items: items } = meal.result;
  const { mode } = ui;
  const chosen = items.find(({ id }) => id === ui.selected);
  return html`<figure
    class="meal-photo"
    data-key="photo"
    data-mode="${mode?.kind ?? ""}"
    data-full="${ui.full}"
    style="--ratio: ${image.width / image.height}"
  >
    <svg
      class="meal-canvas"
      data-key="canvas"
      viewBox="${view.box}"
      role="${mode ? "application" : "group"}"
      tabindex="${mode ? 0 : -1}"
      aria-label="${mode ? mode.hint : t("meal.photo")}"
    >
      <image
        href="${meal.photo}"
        width="${image.width}"
        height="${image.height}"
        role="img"
        aria-label="${described(meal.result)}"
      />
      <g class="meal-outlines">
        ${items.map((item, i) => item.outline.length > 0 && item.id !== mode?.id && food(item, i + 1, image, ui))}
      </g>
      ${mode?.kind === "outline" && outlineMarks(mode)} ${mode?.kind === "length" && lengthMarks(mode)}
    </svg>
    <div class="meal-zoom" role="group" aria-label="${t("meal.zoom")}">
      ${tool("zoom-in", "plus")} ${tool("zoom-out", "minus")}
      ${tool("fullscreen", ui.full ? "close" : "fit", ui.full ? "window" : "fullscreen")}
    </div>
    ${!mode && chosen && html`<figcaption aria-hidden="true">${nameOf(chosen)}, ${energyOf(chosen)}</figcaption>`}
    ${mode?.kind === "outline" && outlineBar(mode)} ${mode?.kind === "length" && lengthBar(mode)}
    ${mode && fault(ui, "photo")}
  </figure>`;
}

function tool(name, image, words = name) {
  const label = t(`meal.${words}`);
  return html`<button
    type="button"
    class="meal-button meal-square"
    data-key="${name}"
    data-do="${name}"
    aria-label="${label}"
    title="${label}"
  >
    ${icon(image)}
  </button>`;
}

function food(item, number, image, ui) {
  const [x, y] = inside(item.outline);
  const d = path(item.outline);
  const selected = ui.selected === item.id;
  const first = ui.selected === null ? number === 1 : selected;
  const label = t("meal.food_in_photo", {
    number,
    food: nameOf(item),
    place: t(`meal.place.${place(item.bbox, image)}`),
    amount: amountOf(item),
  });
  return html`<g
    class="meal-food"
    data-key="food-${item.id}"
    data-food="${item.id}"
    role="button"
    tabindex="${ui.mode ? -1 : first ? 0 : -1}"
    aria-pressed="${selected}"
    aria-label="${label}"
    style="--food: ${color(item.id)}"
  >
    <path class="meal-casing" d="${d}" /><path class="meal-line" d="${d}" />
    <g class="meal-number" style="--x: ${x.toFixed(1)}px; --y: ${y.toFixed(1)}px">
      <circle r="12" /><text y="4.5" text-anchor="middle">${number}</text>
    </g>
  </g>`;
}

/** What is in the photo and where, for who doesn't see it: "Photo of the meal: rice left, chicken in the middle." */
function described({ detected_items: items, image }) {
  const foods = items
    .filter((item) => item.bbox)
    .map((item) => `${nameOf(item)} ${t(`meal.place.${place(item.bbox, image)}`)}`);
  return foods.length ? t("meal.alt", { foods: foods.join(", ") }) : t("meal.alt_empty");
}
