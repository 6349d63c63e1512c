/** Searching a food as you type: a combobox with a list box (WAI-ARIA Authoring Practices). */

import { language, t } from "../i18n.js";
import { energy } from "./amounts.js";
import { foods } from "./api.js";
import { html, morph } from "./dom.js";

const PAUSE_MS = 120;

/** A field that searches; `purpose` and `id` say what for. */
export function search(purpose, id, label) {
  const name = `meal-search-${purpose}-${id ?? "meal"}`;
  return html`<div class="meal-search" data-key="${name}" data-keep>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      type="text"
      role="combobox"
      autocomplete="off"
      maxlength="200"
      autocapitalize="none"
      spellcheck="false"
      aria-autocomplete="list"
      aria-expanded="false"
      aria-controls="${name}-list"
      placeholder="${t("meal.search_hint")}"
      data-search="${purpose}"
      data-id="${id ?? ""}"
    />
    <ul id="${name}-list" class="meal-options" role="listbox" aria-label="${label}" hidden></ul>
  </div>`;
}

/** Let the fields below `root` search; `pick(field, food)` takes what was chosen, `failed(field, sentence)` errors. */
export function searchable(root, pick, failed) {
  let pending;
  const list = (field) => document.getElementById(field.getAttribute("aria-controls"));
  const options = (field) => [...list(field).querySelectorAll("[role=option]")];
  const active = (field) => document.getElementById(field.getAttribute("aria-activedescendant"));

  function close(field) {
    pending?.abort();
    list(field).hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(field, food) {
    close(field);
    field.value = "";
    pick(field, food);
  }

  /** What Enter takes: a listed option of what is typed now, else the words themselves. */
  function meant(field, option) {
    const words = field.value.trim();
    return option && list(field).dataset.query === words ? option.dataset.food : words;
  }

  function activate(field, option) {
    for (const other of options(field)) other.setAttribute("aria-selected", String(other === option));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }

  function show(field, found) {
    const query = field.value.trim();
    const listed = found.map(({ name, food, calories_per_100g: kcal }) => ({
      name,
      food,
      note: t("meal.per_100g", { amount: energy(kcal) }),
    }));
    const same = listed.some(({ name }) => name.toLowerCase() === query.toLowerCase());
    if (!same) listed.push({ name: t("meal.as_typed", { name: query }), food: query, note: "" });
    const box = list(field);
    morph(
      box,
      html`${listed.map(
        ({ name, food, note }, i) =>
          html`<li id="${box.id}-${i}" role="option" aria-selected="false" data-food="${food}">
            <span>${name}</span>${note && html`<small>${note}</small>`}
          </li>`,
      )}`,
    );
    box.dataset.query = query;
    box.hidden = false;
    field.setAttribute("aria-expanded", "true");
    activate(field, null);
    box.scrollIntoView({ block: "nearest" });
  }

  async function look(field) {
    pending?.abort();
    pending = new AbortController();
    const { signal } = pending;
    if (!field.value.trim()) return close(field);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (signal.aborted) return undefined;
    try {
      const found = await foods(field.value.trim(), language(), signal);
      if (!signal.aborted) show(field, found);
    } catch (error) {
      if (error.name !== "AbortError") failed(field, error.message);
    }
    return undefined;
  }

  root.addEventListener("input", ({ target }) => {
    if (target.dataset.search) look(target);
  });
  root.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.dataset?.search) return;
    const open = field.getAttribute("aria-expanded") === "true";
    const all = open ? options(field) : [];
    const at = all.indexOf(active(field));
    if (event.key === "ArrowDown" && open) activate(field, all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && open) activate(field, all.at(at < 0 ? -1 : at - 1));
    else if (event.key === "Escape" && open) close(field);
    else if (event.key === "Enter" && field.value.trim()) choose(field, meant(field, all[at] ?? all[0]));
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  root.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".meal-options")) event.preventDefault(); // the field keeps the focus
  });
  root.addEventListener("click", ({ target }) => {
    const option = target.closest(".meal-options [role=option]");
    if (option) choose(option.closest(".meal-search").querySelector("input"), option.dataset.food);
  });
  root.addEventListener("focusout", ({ target }) => {
    if (target.dataset.search) close(target);
  });
}
