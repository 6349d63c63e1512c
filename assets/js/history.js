// Keeps the meals of this browser's visitor, brings back the one that a reload interrupted, and lists them.
import { dialog, make } from "./dialog.js";
import { download } from "./download.js";
import * as draft from "./draft.js";
import { language, number, onChange, t } from "./i18n.js";
import { energy, isPartial, totalEnergy } from "./meal/amounts.js";
import { addressOf } from "./meal/api.js";
import { nameOf as foodOf } from "./meal/list.js";
import * as photo from "./photo.js";
import { thumbnail } from "./resize.js";
import { finished, showMeal } from "./shell.js";
import * as store from "./store.js";

const CURRENT = "noon-meal";
const DAY_KCAL = 2000; // the reference of food labels in the United States, 21 CFR 101.9(c)(9)
const NAMED_FOODS = 3;

let component; // the one whose value a reopened meal is, for Gradio to hand on
let current = null; // the meal on the page as it is kept, or was until it `isDeleted`
let latest = null; // the same as it is shown
let shownPhoto; // the address of a reopened meal's
let own = ""; // where the server has its photo, once the meal is kept
let keeping = Promise.resolve();
let list;

/** Brings back what was on the page before a reload: the meal, and another photo that is still to be analysed. */
export async function mount(element, hidden) {
  component = hidden;
  onChange(() => list?.box.open && render());
  document.addEventListener("click", ({ target }) => {
    if (current?.isDeleted && target.closest("#analyze, #examples button")) current = null;
  });
  try {
    const hasPhoto = await draft.resume();
    const meal = await store.get(Number(sessionStorage.getItem(CURRENT)));
    if (meal && hasPhoto) show(meal, true);
    else if (meal) await reopen(meal);
  } catch {
    // without storage nothing is kept
  }
  for (const event of ["pagehide", "visibilitychange"]) addEventListener(event, () => draft.keep(own));
}

/** Keeps what the page shows, `{ photo, result }`. */
export function keep(meal) {
  if (!meal?.result) return;
  latest = { photo: addressOf(meal.photo), result: meal.result };
  if (!isServers(meal.photo) || photo.isAt(meal.photo)) showMeal();
  keeping = keeping.then(() => kept(meal)).catch(() => say(t("history.unkept")));
}

/** Whether a meal's photo is at the server, not in this browser, as of a meal that was brought back. */
const isServers = (address) => address.startsWith("/");

/** The meal on the page: the address of its photo, and its result. */
export function shown() {
  return latest;
}

async function kept({ result, photo: address }) {
  const key = result.image.key ?? address;
  if (current?.key === key) current = { ...current, result };
  else {
    if (!result.detected_items.length) return;
    say(""); // what was said of another
    const time = Date.now();
    const file = await (await fetch(addressOf(address))).blob();
    current = { id: time, time, key, result, photo: file, thumbnail: await thumbnail(file) };
  }
  if (current.isDeleted) return;
  const said = await store.put(current);
  sessionStorage.setItem(CURRENT, current.id);
  if (isServers(address)) own = address;
  if (said) say(t(said));
  if (list?.box.open) render();
}

async function reopen(meal) {
  finished();
  say(t("photo.sending"));
  const isThere = await photo.restore(meal.photo);
  say("");
  if (!isThere) return;
  own = photo.current()?.path ?? "";
  show(meal);
}

/** Shows a kept meal; `isEarlier` if the photo on the page is another than its own. */
function show(meal, isEarlier = false) {
  current = meal;
  sessionStorage.setItem(CURRENT, meal.id);
  URL.revokeObjectURL(shownPhoto);
  shownPhoto = meal.photo ? URL.createObjectURL(meal.photo) : meal.thumbnail;
  component.props.value = { photo: shownPhoto, result: meal.result, is_earlier: isEarlier };
  component.trigger("select");
  if (!meal.photo) say(t("history.no_photo"));
}

/** Opens the list of meals. */
export async function open() {
  list ??= dialog("history.title", "meals");
  await render();
  list.box.showModal();
}

async function render() {
  let meals = [];
  try {
    meals = await store.all();
  } catch {
    // without storage the list is empty
  }
  const days = {};
  for (const meal of meals) (days[new Date(meal.time).toDateString()] ??= []).push(meal);
  list.body.replaceChildren(
    make("p", { class: "noon-fine" }, `${t("history.private")} ${meals.length ? t("history.reference") : ""}`),
    ...(meals.length ? Object.values(days).map(day) : [make("p", { class: "noon-note" }, t("history.empty"))]),
    make("p", { class: "noon-told", role: "status" }),
    ...(meals.length ? [all(meals)] : []),
  );
}

function day(meals) {
  const kcal = meals.reduce((sum, { result }) => sum + (result.nutrition?.calories ?? 0), 0);
  const percent = number(Math.round((100 * kcal) / DAY_KCAL));
  const isLess = meals.some(({ result }) => isPartial(result));
  const amount = isLess ? t("meal.at_least", { amount: energy(kcal) }) : energy(kcal);
  const total = t("history.day_total", { energy: amount, percent, reference: energy(DAY_KCAL) });
  const meter = make("meter", { max: DAY_KCAL, value: Math.min(kcal, DAY_KCAL), "aria-label": total });
  const heading = make("h3", {}, dayName(meals[0].time));
  return make("section", { class: "noon-day" }, heading, make("p", {}, total), meter, make("ul", {}, ...meals.map(row)));
}

function dayName(time) {
  const daysAgo = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
  if (daysAgo === 0) return t("history.today");
  if (daysAgo === 1) return t("history.yesterday");
  return new Intl.DateTimeFormat(language(), { weekday: "long", day: "numeric", month: "long" }).format(time);
}

function row(meal) {
  const name = nameOf(meal);
  const time = new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(meal.time);
  const kcal = meal.result.nutrition ? totalEnergy(meal.result).amount : t("meal.not_counted");
  const picture = meal.thumbnail ? make("img", { src: meal.thumbnail, alt: "" }) : make("i", {});
  const facts = `${time} · ${kcal}`;
  const words = make("span", {}, make("b", {}, name), " ", make("small", {}, facts));
  const openMeal = async () => {
    list.box.close();
    await reopen(meal);
  };
  const button = (key, onclick) =>
    make("button", { type: "button", class: "noon-quiet", "aria-label": `${t(key)}: ${name}`, onclick }, t(key));
  return make(
    "li",
    {},
    make("button", { type: "button", class: "noon-open", "aria-label": `${t("history.open")}: ${name} ${facts}`, onclick: openMeal }, picture, words),
    button("history.repeat", () => repeat(meal)),
    button("history.delete", () => remove(meal)),
  );
}

/** The foods that weigh most. */
export function nameOf({ result }) {
  const foods = result.detected_items.toSorted((a, b) => b.mass_g - a.mass_g);
  return [...new Set(foods.map(foodOf))].slice(0, NAMED_FOODS).join(", ") || t("history.unnamed");
}

async function repeat(meal) {
  const time = Date.now();
  const said = await store.put({ ...meal, id: time, time });
  await render();
  tell(said ? t(said) : t("history.repeated", { meal: nameOf(meal) }));
}

async function remove(meal) {
  if (current?.id === meal.id) forget();
  await store.remove(meal.id);
  await render();
  const undo = async () => {
    if (current?.id === meal.id) {
      meal = current = { ...meal, result: current.result };
      sessionStorage.setItem(CURRENT, meal.id);
    }
    await store.put(meal);
    await render();
    tell("");
  };
  tell(t("history.deleted", { meal: nameOf(meal) }), make("button", { type: "button", class: "noon-quiet", onclick: undo }, t("history.undo")));
}

/** Neither the meal on the page nor what becomes of it is kept any more. */
function forget() {
  current = { ...current, isDeleted: true };
  sessionStorage.removeItem(CURRENT);
}

function all(meals) {
  const exported = meals.map(({ time, result }) => ({ time: new Date(time).toISOString(), ...result }));
  const save = () => download("noon-meals.json", "application/json", JSON.stringify({ meals: exported }, null, 2));
  const clear = async () => {
    if (!confirm(t("history.clear_sure"))) return;
    forget();
    await store.clear();
    await render();
  };
  return make(
    "footer",
    { class: "noon-row" },
    make("button", { type: "button", class: "noon-secondary", onclick: save }, t("history.export")),
    make("button", { type: "button", class: "noon-quiet", onclick: clear }, t("history.clear")),
  );
}

/** Says in the list what was done, with a button that undoes it. */
function tell(sentence, undo) {
  const line = list.body.querySelector(".noon-told");
  line.replaceChildren(sentence, ...(undo ? [" ", undo] : []));
  (undo ?? list.box.querySelector("button")).focus();
}

/** Says beside the meal on the page what became of it. */
function say(sentence) {
  document.querySelector("#bar .noon-said").textContent = sentence;
}
