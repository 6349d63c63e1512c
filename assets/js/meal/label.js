/** A packaged food by its nutrition label, typed in; what its barcode says is filled in. */

import { t } from "../i18n.js";
import { plain, typed } from "./amounts.js";
import { html } from "./dom.js";
import { fault } from "./list.js";

/** The most that 100 g hold, as in noon_demo/edits.py, by field in the order of a label. */
const MOST = {
  calories: 1000,
  fat_g: 100,
  saturated_fat_g: 100,
  carb_g: 100,
  sugar_g: 100,
  fiber_g: 100,
  protein_g: 100,
  sodium_mg: 100_000,
  salt_g: 100,
};
const SALT = ["sodium_mg", "salt_g"]; // a label states one: sodium in America, salt in Europe
const MAY_LACK = ["fiber_g", ...SALT];
const SODIUM_MG_PER_SALT_G = 400; // salt is sodium times 2.5, Regulation (EU) 1169/2011, annex I
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
        ${Object.keys(MOST).map((key) => field(key, `${t(`nutrient.${key}`)} (${unit(key)})`, value(product, key)))}
      </fieldset>
      <button type="submit" class="meal-button">${t("meal.label.add")}</button>
    </form></details
    >${fault(ui, "label")}`;
}

const unit = (key) => (key === "calories" ? "kcal" : key.split("_").at(-1));

function value(product, key) {
  const { sodium_mg, ...known } = product?.nutrition_per_100g ?? {};
  const amounts = { ...known, sodium_mg, salt_g: sodium_mg / SODIUM_MG_PER_SALT_G };
  return amounts[key] >= 0 ? plain(amounts[key], 2) : "";
}

function field(name, words, value, mode = "decimal") {
  return html`<label for="meal-label-${name}">${words}</label>
    <input id="meal-label-${name}" name="${name}" type="text" inputmode="${mode}" autocomplete="off" maxlength="200" value="${value}" />`;
}

/** The edit of a filled form. Throws an `Error` with a sentence about what is missing or too much. */
export function labelEdit(form) {
  const name = form.get("name").trim();
  const grams = typed(form.get("grams"));
  const amounts = Object.keys(MOST).map((key) => [key, typed(form.get(key))]);
  const missing = [
    !name && t("meal.label.name"),
    !(grams > 0) && t("meal.label.grams"),
    ...amounts.map(([key, amount]) => !isStated(key, amount) && t(`nutrient.${key}`)),
    amounts.every(([key, amount]) => amount === null || !SALT.includes(key)) && SALT.map((key) => t(`nutrient.${key}`)).join(" / "),
  ].filter(Boolean);
  if (missing.length) throw new Error(t("meal.label.incomplete", { missing: missing.join(", ") }));
  for (const [key, amount] of amounts) {
    const [nutrient, most] = [t(`nutrient.${key}`), `${plain(MOST[key])} ${unit(key)}`];
    if (amount > MOST[key]) throw new Error(t("meal.label.too_much", { nutrient, most }));
  }
  const { salt_g, ...per_100g } = Object.fromEntries(amounts.filter(([, amount]) => amount !== null));
  if (salt_g !== undefined) per_100g.sodium_mg ??= salt_g * SODIUM_MG_PER_SALT_G;
  return { edit: "label", name, grams, per_100g };
}

const isStated = (key, amount) => (amount === null ? MAY_LACK.includes(key) : amount >= 0);
