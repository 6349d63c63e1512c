/** A packaged food by its nutrition label, typed in; what its barcode says is filled in. */

import { t } from "../i18n.js";
import { plain } from "./amounts.js";
import { html } from "./dom.js";
import { fault } from "./list.js";

const FIELDS = ["calories", "fat_g", "saturated_fat_g", "carb_g", "sugar_g", "fiber_g", "protein_g", "sodium_mg"];
const USUAL_G = 100;

/** The form, open where a barcode was read. */
export function label({ photo, result: { barcodes = [] } }, ui) {
  const product = barcodes.find((barcode) => barcode.product)?.product;
  return html`<details class="meal-label" data-key="label-${photo}" data-keep ${barcodes.length ? html`open` : ""}>
    <summary>${t("meal.label.title")}</summary>
    ${barcodes.map(
      ({ text, product: known }) =>
        html`<p>${t("meal.label.barcode", { code: text })} ${known && `${known.name} (${known.source}, ${known.licence})`}</p>`,
    )}
    <form data-do="label">
      ${field("name", t("meal.label.name"), product?.name ?? "", "text")}
      ${field("grams", t("meal.label.grams"), plain(USUAL_G))}
      <fieldset>
        <legend>${t("meal.label.per_100g")}</legend>
        ${FIELDS.map((key) => field(key, `${t(`nutrient.${key}`)} (${unit(key)})`, value(product, key)))}
      </fieldset>
      <button type="submit" class="meal-button">${t("meal.label.add")}</button>
    </form></details
    >${fault(ui, "label")}`;
}

const unit = (key) => (key === "calories" ? "kcal" : key.split("_").at(-1));

function value(product, key) {
  const known = product?.nutrition_per_100g[key];
  return known === undefined ? "" : plain(known);
}

function field(name, words, value, mode = "decimal") {
  return html`<label for="meal-label-${name}">${words}</label>
    <input id="meal-label-${name}" name="${name}" type="text" inputmode="${mode}" autocomplete="off" value="${value}" />`;
}

/** The edit of a filled form; `number(text)` reads its numbers, null for none. */
export function labelEdit(form, number) {
  const amounts = FIELDS.map((key) => [key, number(form.get(key))]).filter(([, amount]) => amount !== null);
  return {
    edit: "label",
    name: form.get("name").trim(),
    grams: number(form.get("grams")),
    per_100g: Object.fromEntries(amounts),
  };
}
