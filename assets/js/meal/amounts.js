/** Amounts as a person reads and types them; estimates are rounded as they deserve. */

import { energyUnit, energyValue, foodName, language, massUnit, massValue, parseNumber, t } from "../i18n.js";

/** The nutrients beside the energy, in grams. */
export const MACROS = ["protein_g", "carb_g", "fat_g"];

/** What an estimate can know, two significant figures: 430, not 427. Halves go to the even, as in the insight. */
function estimate(value) {
  const format = { maximumSignificantDigits: 2, roundingMode: "halfEven" };
  return new Intl.NumberFormat(language(), format).format(value);
}

/** An energy in kcal without its unit. */
export const roundEnergy = (kcal) => estimate(energyValue(kcal));

export const energy = (kcal) => `${roundEnergy(kcal)} ${energyUnit()}`;

/** A number as it stands in a field: 2 and 2.5, in the page's language. */
export function plain(value, digits = 1) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** A mass in grams without its unit: 150, 4.5 and 5.3 (ounces). */
function roundMass(value) {
  return plain(massValue(value), massUnit() === "g" && value >= 9.95 ? 0 : 1);
}

export const mass = (value) => `${roundMass(value)} ${massUnit()}`;

/** What is typed in a field: null where nothing is, NaN where it is no number. */
export const typed = (text) => (text.trim() ? parseNumber(text) : null);

/** The number in the field of an amount, in grams or of a household measure. */
export const inField = (mass_g, measure) => (measure ? plain(mass_g / measure.grams) : roundMass(mass_g));

const countedOf = ({ detected_items: items }) => items.filter((item) => item.nutrition).length;

/** Whether the sum of a result lacks some of its foods. */
export const isPartial = (result) => countedOf(result) < result.detected_items.length;

/** "About 430 kcal", the range "340 to 560", and how many foods that counts where it is not all. */
export function totalEnergy(result) {
  const { nutrition, detected_items: items } = result;
  const [low, high] = nutrition.calories_range.map(roundEnergy);
  const partial = isPartial(result);
  const words = partial ? "meal.at_least" : low === high ? "meal.exactly" : "meal.about";
  return {
    amount: t(words, { amount: energy(nutrition.calories) }),
    range: low === high ? "" : t("meal.range", { low, high }),
    counted: partial ? t("meal.counted", { counted: countedOf(result), foods: items.length }) : "",
  };
}

/** The totals in one sentence, for who hears them. */
export function spokenTotal(result) {
  if (!result.nutrition) return t("meal.nothing_counted");
  const { amount, range, counted } = totalEnergy(result);
  return `${[amount, range, counted].filter(Boolean).join(", ")}.`;
}

/** "about 150 g, 110 to 210", "2 pieces, 100 g": how much of a food there is. */
export function amountOf({ mass_g, mass_g_range, weighed_by: by, count, eaten }) {
  const [low, high] = mass_g_range.map((grams) => estimate(massValue(grams)));
  const guess = by === "model" && low !== high;
  const amount = guess ? `${estimate(massValue(mass_g))} ${massUnit()}` : mass(mass_g);
  return [
    count > 1 && t("meal.pieces", { count }),
    guess ? t("meal.about_small", { amount }) : amount,
    guess && t("meal.range", { low, high }),
    eaten < 1 && t("meal.share_eaten", { share: plain(eaten * 100, 0) }),
  ]
    .filter(Boolean)
    .join(", ");
}

/** A food's energy, or that it isn't counted. */
export const energyOf = (item) => (item.nutrition ? energy(item.nutrition.calories) : t("meal.not_counted"));
