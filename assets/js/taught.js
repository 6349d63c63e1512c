// The foods that the visitor taught, `{ name, features, recognizer }`, kept in this browser and sent with each photo.
import { make } from "./dialog.js";
import { foodName, t } from "./i18n.js";

const STORED = "noon-taught";
const MOST = 24; // the server takes no more, MOST_TAUGHT in noon_demo/schemas.py

let foods = stored();
let component; // the one whose value Gradio sends with a photo

/** Takes care of the component `element`, which shows nothing. */
export function mount(element, hidden) {
  component = hidden;
  component.props.value = foods;
  addEventListener("storage", ({ key }) => {
    if (key === STORED) component.props.value = foods = stored(); // another tab taught or forgot something
  });
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? [];
  } catch {
    return []; // storage is blocked, or holds something else
  }
}

function replace(changed) {
  foods = changed;
  if (component) component.props.value = foods;
  try {
    localStorage.setItem(STORED, JSON.stringify(foods));
  } catch {
    // storage is blocked or full; what was taught holds until the page is left
  }
}

/** What was taught, as the server takes it along with a photo. */
export function taught() {
  return JSON.stringify(foods);
}

/** Keeps a food; where there are too many, the one taught first goes. */
export function keep(food) {
  replace([...foods, food].slice(-MOST));
}

/** What was taught, to be looked at and forgotten: a fieldset, or nothing where nothing was. */
export function list() {
  const names = [...new Set(foods.map(({ name }) => name))];
  if (!names.length) return "";
  const set = make("fieldset", { class: "noon-taught" }, make("legend", {}, t("settings.taught")));
  for (const name of names) set.append(row(name, set));
  return set;
}

function row(name, set) {
  const onclick = () => {
    replace(foods.filter((food) => food.name !== name));
    const rest = list();
    const next = rest ? rest.querySelector("button") : set.closest("dialog").querySelector("button");
    set.replaceWith(rest);
    next.focus();
  };
  const shown = foodName(name);
  const label = `${t("settings.forget")}: ${shown}`;
  return make("p", {}, make("span", {}, shown), make("button", { type: "button", class: "noon-quiet", "aria-label": label, onclick }, t("settings.forget")));
}
