// The page's words, numbers and units as its visitor reads them. Words are in ../locales, one file a language.

const LANGUAGES = ["en", "de", "es"];
const STORED = "noon-settings";
const KJ_PER_KCAL = 4.184; // the thermochemical calorie, ISO 80000-5
const GRAMS_PER_OUNCE = 28.349523125; // the international avoirdupois ounce

export const UNKNOWN_FOOD = "unknown food";
const ATTEMPTS = 20;
const AGAIN_MS = 3000;

const settings = { language: preferred(), mass: "g", energy: "kcal", ...stored() };
if (!LANGUAGES.includes(settings.language)) settings.language = "en";
const listeners = new Set();
const words = {};
const names = {};

/** Settled once the words are here, for which `ui/scripts.py` waits: no top-level await, WebKit bug 242740. */
export const ready = Promise.all([load("en"), load(settings.language)]).then(() => {
  document.documentElement.lang = settings.language;
  loadNames(settings.language);
});

function preferred() {
  const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch {
    return {}; // storage is blocked, or holds something else
  }
}

async function load(language) {
  if (words[language]) return;
  const answer = await fetch(new URL(`../locales/${language}.json`, import.meta.url));
  words[language] = await answer.json();
}

function find(language, key) {
  return key.split(".").reduce((group, name) => group?.[name], words[language]);
}

/** The words under "group.name", with `{placeholders}` filled in; the key itself where there are none. */
export function t(key, values = {}) {
  const sentence = find(settings.language, key) ?? find("en", key) ?? key;
  return sentence.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

/** The words of a group for a name of the server's; the name itself where there are none. */
export function named(group, name) {
  return find(settings.language, `${group}.${name}`) ?? name;
}

/** What a label of the server is called in the page's language; unknown food too. */
export function foodName(label) {
  if (label === UNKNOWN_FOOD) return t("meal.unknown");
  return names[settings.language]?.[label] ?? label;
}

/** Asks for the foods' names, again while the server's food table is loading. */
async function loadNames(language, attempts = ATTEMPTS) {
  if (language === "en" || names[language]) return;
  const answer = await fetch(new URL(`../../api/food-names?language=${language}`, import.meta.url)).catch(() => null);
  if (answer?.ok) {
    names[language] = await answer.json();
    for (const listener of listeners) listener();
  } else if (attempts > 1) setTimeout(() => loadNames(language, attempts - 1), AGAIN_MS);
}

/** What a household measure is called: a vessel, a piece, or the food itself. */
export const measureName = (name) => find(settings.language, `measure.${name}`) ?? foodName(name);

const referenceName = (name) => named("reference", name);
const TRANSLATED = { food: foodName, label: foodName, kind: referenceName, name: referenceName, measure: measureName };

/** A sentence that the server says in English, in the page's language if "server" holds it. */
export function told(sentence) {
  for (const [name, pattern] of Object.entries(words.en.server)) {
    const names = [];
    const escaped = pattern.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, (_, hole) => {
      names.push(hole);
      return "(.+)";
    });
    const match = sentence.trim().match(new RegExp(`^${escaped}$`));
    if (!match) continue;
    const values = names.map((hole, i) => [hole, (TRANSLATED[hole] ?? localized)(match[i + 1])]);
    return t(`server.${name}`, Object.fromEntries(values));
  }
  return sentence;
}

/** A number as the server writes it, "2.575" or "5,000", as it is written in the page's language. */
function localized(text) {
  if (!/^\d[\d,]*(\.\d+)?$/.test(text)) return text;
  const useGrouping = text.includes(",");
  return new Intl.NumberFormat(settings.language, { useGrouping }).format(Number(text.replaceAll(",", "")));
}

/** "en", "de" or "es". */
export function language() {
  return settings.language;
}

/** The chosen language and units: `{ language, mass: "g" | "oz", energy: "kcal" | "kJ" }`. */
export function chosen() {
  return { ...settings };
}

/** Choose a language or units, for this browser from now on. */
export async function choose(changes) {
  Object.assign(settings, changes);
  await load(settings.language);
  loadNames(settings.language);
  try {
    localStorage.setItem(STORED, JSON.stringify(settings));
  } catch {
    // storage is blocked; the choice holds until the page is left
  }
  document.documentElement.lang = settings.language;
  for (const listener of listeners) listener();
}

/** Calls `listener` after each change of language or units; returns what ends that. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A number with the digits it deserves: 1,204 and 56 and 4.8 and 0. */
export function number(value) {
  const digits = value >= 9.95 || value < 0.05 ? 0 : 1;
  return new Intl.NumberFormat(settings.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: "always",
  }).format(value);
}

/** An energy in kcal as a number of the chosen unit. */
export function energyValue(kcal) {
  return settings.energy === "kJ" ? kcal * KJ_PER_KCAL : kcal;
}

/** "kcal" or "kJ". */
export function energyUnit() {
  return settings.energy;
}

/** A mass in grams as a number of the chosen unit. */
export function massValue(grams) {
  return settings.mass === "oz" ? grams / GRAMS_PER_OUNCE : grams;
}

/** "g" or "oz". */
export function massUnit() {
  return settings.mass;
}

/** An amount of the chosen unit of mass, in grams. */
export function grams(amount) {
  return settings.mass === "oz" ? amount * GRAMS_PER_OUNCE : amount;
}

/** The number that a person typed, with a decimal point or comma; NaN if it is none. */
export function parseNumber(text) {
  const digits = text.replace(/[\s'’]/g, "");
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(digits)) return NaN;
  const group = settings.language === "en" ? "," : ".";
  const isGrouped = new RegExp(`^[+-]?[1-9]\\d{0,2}(\\${group}\\d{3})+$`).test(digits);
  const point = isGrouped ? digits.length : Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  const whole = point < 0 ? digits : digits.slice(0, point);
  const fraction = point < 0 ? "" : digits.slice(point + 1);
  return Number(`${whole.replace(/[.,]/g, "")}.${fraction}`);
}
