/** The foods as cards: one line each, and the controls of the one that is selected. */

import { UNKNOWN_FOOD, foodName, massUnit, measureName, t } from "../i18n.js";
import { amountOf, energyOf, inField, mass, plain } from "./amounts.js";
import { html } from "./dom.js";
import { icon } from "./icons.js";
import { color } from "./palette.js";
import { badge } from "./photo.js";
import { search } from "./search.js";

const SHARES = [1, 0.75, 0.5, 0.25];

export function list({ photo, result }, ui) {
  const { detected_items: items } = result;
  return html`<ol class="meal-list" data-key="list" aria-label="${t("meal.foods")}">
    ${items.map((item, i) => card(item, i + 1, items, photo, ui))}
  </ol>`;
}

/** How a food is called on the page. */
export const nameOf = (item) => foodName(item.label);

function card(item, number, items, photo, ui) {
  const open = ui.selected === item.id;
  const panel = `meal-controls-${item.id}`;
  return html`<li
    class="meal-card"
    data-key="card-${item.id}"
    data-food="${item.id}"
    data-open="${open}"
    style="--food: ${color(item.id)}"
  >
    <h3>
      <button
        type="button"
        data-key="head"
        data-do="select"
        data-id="${item.id}"
        aria-expanded="${open}"
        aria-controls="${panel}"
      >
        ${badge(number)}
        <span class="meal-name">${nameOf(item)}<small>${amountOf(item)}</small></span>
        <span class="meal-kcal" data-counted="${item.nutrition !== null}">${energyOf(item)}</span>
        ${icon("chevron")}
      </button>
    </h3>
    ${!item.sure && item.named_by === "model" && question(item, open)}
    ${item.named_by === "person" && renameAlike(item, items, open)}
    <div class="meal-controls" id="${panel}" ${open ? "" : html`hidden`}>
      ${open && controls(item, items, photo, ui)}
    </div>
    ${fault(ui, item.id)}
  </li>`;
}

/** The sentence about what could not be done in a place. */
export function fault(ui, place) {
  const sentence = ui.faults.get(place);
  return sentence && html`<p class="meal-fault" role="alert">${sentence}</p>`;
}

function question(item, open) {
  const unknown = item.label === UNKNOWN_FOOD;
  return html`<div class="meal-question" role="group" aria-label="${t("meal.unsure")}">
    <p>${unknown ? t("meal.what_is") : t("meal.is_this", { food: nameOf(item) })}</p>
    <div class="meal-chips">${names(item, !unknown)}</div>
    ${(unknown || open) && search("rename", item.id, t("meal.search"))}
  </div>`;
}

/** The other foods that look like this one and are called otherwise, or not surely so. */
export function alike({ id, label, look }, items) {
  const others = items.filter((other) => other.id !== id && other.look && other.look === look);
  return others.filter((other) => other.label !== label || !other.sure);
}

/** The offer to call all that look like a food as it is called; unasked only where the model named them all. */
function renameAlike(item, items, open) {
  const others = alike(item, items);
  const count = others.length;
  const isOffered = count > 0 && (open || others.every(({ named_by }) => named_by === "model"));
  return (
    isOffered &&
    html`<div class="meal-alike">
      ${action("rename-alike", item.id, t(count > 1 ? "meal.alike" : "meal.alike_one", { count }))}
    </div>`
  );
}

/** Chips for what a food may be; the present name is offered where it is to be confirmed. */
function names(item, confirm) {
  const offered = item.candidates.filter(({ label }) => confirm || label !== item.label);
  return offered.map(
    ({ label }) =>
      html`<button
        type="button"
        class="meal-chip"
        data-key="name-${label}"
        data-do="rename"
        data-id="${item.id}"
        data-name="${label}"
      >
        ${label === item.label && icon("check")}${foodName(label)}
      </button>`,
  );
}

function controls(item, items, photo, ui) {
  const asked = !item.sure && item.named_by === "model";
  return html`${!asked && rename(item)} ${amount(item, ui)} ${share(item.id, item.eaten)}
    ${item.named_by === "person" && item.bbox && photo && remember(item, ui)}
    <div class="meal-group meal-actions">
      ${action("outline", item.id, t(item.outline.length ? "meal.outline.correct" : "meal.outline.draw"))}
      ${item.outline.length > 0 && action("split", item.id, t("meal.split"))}
      ${items.length > 1 && action("merging", item.id, t("meal.merge"), ui.merging)}
      ${action("remove", item.id, t("meal.remove"))}
    </div>
    ${ui.merging && merge(item, items)}
    <p class="meal-source">${source(item)}</p>`;
}

function rename(item) {
  const others = names(item, false);
  return html`<div class="meal-group" data-key="rename">
    <h4>${t("meal.rename")}</h4>
    ${others.length > 0 && html`<div class="meal-chips">${others}</div>`}
    ${search("rename", item.id, t("meal.search"))}
  </div>`;
}

function remember(item, ui) {
  const done = ui.remembered.get(item.id) === item.label;
  return html`<div class="meal-group" data-key="remember">
    <button
      type="button"
      class="meal-button"
      data-key="remember"
      data-do="remember"
      data-id="${item.id}"
      aria-disabled="${done}"
    >
      ${done && icon("check")}${t(done ? "meal.remembered" : "meal.remember")}
    </button>
    <p class="meal-source">${t(done ? "meal.remembered_hint" : "meal.remember_hint")}</p>
  </div>`;
}

function action(name, id, label, pressed) {
  const state = pressed === undefined ? "" : html`aria-expanded="${pressed}"`;
  return html`<button
    type="button"
    class="meal-button"
    data-key="${name}"
    data-do="${name}"
    data-id="${id}"
    ${state}
  >
    ${label}
  </button>`;
}

function amount(item, ui) {
  const field = `meal-amount-${item.id}`;
  const unit = item.measures.find(({ name }) => name === ui.units.get(item.id));
  return html`<div class="meal-group meal-amount">
    <h4><label for="${field}">${t("meal.amount")}</label></h4>
    <input
      id="${field}"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      data-change="amount"
      data-id="${item.id}"
      data-measure="${unit?.name ?? ""}"
      value="${inField(item.mass_g, unit)}"
    />
    ${item.measures.length > 0 ? units(item, unit) : html`<span class="meal-unit">${massUnit()}</span>`}
    <button
      type="button"
      class="meal-button"
      data-key="half"
      data-do="multiply"
      data-id="${item.id}"
      data-factor="0.5"
      aria-label="× ½, ${t("meal.halve")}"
    >
      × ½
    </button>
    <button
      type="button"
      class="meal-button"
      data-key="double"
      data-do="multiply"
      data-id="${item.id}"
      data-factor="2"
      aria-label="× 2, ${t("meal.double")}"
    >
      × 2
    </button>
  </div>`;
}

function units({ id, measures }, unit) {
  return html`<select data-change="unit" data-id="${id}" aria-label="${t("meal.unit")}">
    <option value="" ${unit ? "" : html`selected`}>${massUnit()}</option>
    ${measures.map(({ name, grams }) => html`<option value="${name}" ${unit?.name === name ? html`selected` : ""}>${measureName(name)} (${mass(grams)})</option>`)}
  </select>`;
}

/** Buttons for the share that was eaten, of one food or of all (`id` null). */
export function share(id, eaten) {
  return html`<div
    class="meal-group"
    role="group"
    aria-label="${t(id === null ? "meal.eaten_all" : "meal.eaten")}"
  >
    <h4 aria-hidden="true">${t(id === null ? "meal.eaten_all" : "meal.eaten")}</h4>
    <div class="meal-segments">
      ${SHARES.map(
        (value) =>
          html`<button
            type="button"
            data-key="eat-${value}"
            data-do="eat"
            data-id="${id ?? ""}"
            data-share="${value}"
            aria-pressed="${value === eaten}"
          >
            ${t(`meal.share.${value * 100}`)}
          </button>`,
      )}
    </div>
  </div>`;
}

function merge(item, items) {
  const others = items
    .map((other, i) => ({ other, number: i + 1 }))
    .filter(({ other }) => other.id !== item.id);
  return html`<div class="meal-group" data-key="merge" role="group" aria-label="${t("meal.merge_with")}">
    <h4>${t("meal.merge_with")}</h4>
    <div class="meal-chips">
      ${others.map(
        ({ other, number: n }) =>
          html`<button
            type="button"
            class="meal-chip"
            data-key="merge-${other.id}"
            data-do="merge"
            data-id="${item.id}"
            data-other="${other.id}"
            style="--food: ${color(other.id)}"
          >
            ${badge(n)}${nameOf(other)}
          </button>`,
      )}
    </div>
  </div>`;
}

function source(item) {
  const named =
    item.named_by === "person"
      ? t("meal.named_by_you")
      : t("meal.named_by_model", { share: plain(item.confidence * 100, 0) });
  if (!item.source) return `${named} ${t("meal.no_source")}`;
  return `${named} ${t("meal.source", { row: item.source.description, database: item.source.database })}`;
}
