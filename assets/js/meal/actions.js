/** What each control does: `data-do` of buttons and forms, `data-change` of fields. */

import { foodName, grams, t } from "../i18n.js";
import { keep } from "../taught.js";
import { typed } from "./amounts.js";
import { references, teach } from "./api.js";
import { furtherEdit } from "./further.js";
import { labelEdit } from "./label.js";
import { Length } from "./length.js";
import { alike } from "./list.js";
import { Outline } from "./outline.js";

const STEP = 1.5;

export function actions({ root, meal, ui, view, render, say, failed }) {
  const find = (id) => meal.result.detected_items.find((item) => item.id === id);

  /** Make an edit; a failure is told at `place`. */
  function edit(change, place = change.id) {
    ui.faults.clear();
    render();
    return meal.edit(change, place);
  }

  /** Where what a field does is told. */
  const placeOf = (field) => (field.dataset.search === "add" ? "add" : Number.parseInt(field.dataset.id, 10));

  function select(id, scroll = false) {
    ui.selected = id;
    ui.merging = false;
    render();
    const card = id !== null && root.querySelector(`[data-key="card-${id}"]`);
    if (card && scroll) card.scrollIntoView({ block: "nearest" });
    return card;
  }

  function enter(mode) {
    ui.faults.clear();
    ui.mode = mode;
    render();
    root.querySelector(".meal-canvas").focus({ preventScroll: true });
    root.querySelector(".meal-photo").scrollIntoView({ block: "nearest" });
  }

  function leave() {
    const opener = ui.mode.kind === "length" ? "scale" : ui.mode.id === null ? "outline-new" : "outline";
    ui.mode = null;
    ui.faults.delete("photo");
    render();
    root.querySelector(`[data-key="${opener}"]`)?.focus({ preventScroll: true });
  }

  /** Make the edit that the mode on the photo was entered for, then leave the mode. */
  async function finish(change) {
    const { mode } = ui;
    mode.waiting += 1;
    const done = await edit(change, "photo");
    mode.waiting -= 1;
    if (done && ui.mode === mode) leave();
    else render();
  }

  /** The number in a field: null where it is empty, or no number above 0, which is said at `place`. */
  function numberIn(text, place) {
    const value = typed(text);
    if (value === null || value > 0) return value;
    failed(place, t("meal.error.number"));
    return null;
  }

  function scaled(change) {
    return edit({ edit: "scale", ...change }, "scale");
  }

  /** A further photo was chosen: look what is in it, then correct the meal by that. */
  async function further(kind, field) {
    const [photo] = field.files;
    field.value = "";
    if (!photo || ui.looking) return;
    const { photo: address } = meal;
    const isOpen = () => meal.photo === address; // still, and no other meal
    ui.looking = kind;
    ui.faults.clear();
    render();
    try {
      const change = await furtherEdit(kind, photo);
      if (isOpen()) await meal.edit(change, "further");
    } catch (error) {
      if (isOpen()) failed("further", error.message);
    }
    if (isOpen()) ui.looking = null;
    render();
  }

  return {
    placeOf,
    selectFood: select,
    select: ({ id }) => select(ui.selected === Number(id) ? null : Number(id)),
    undo: () => (ui.mode ? ui.mode.undo?.() : meal.undo()),
    redo: () => meal.redo(),
    rename: ({ id, name }) => edit({ edit: "rename", id: Number(id), food: name }),
    "rename-alike"({ id }) {
      const item = find(Number(id));
      const others = alike(item, meal.result.detected_items);
      return edit(
        others.map((other) => ({ edit: "rename", id: other.id, food: item.label })),
        item.id,
      );
    },
    multiply: ({ id, factor }) => edit({ edit: "multiply", id: Number(id), factor: Number(factor) }),
    eat: ({ id, share }) =>
      edit(
        { edit: "eat", id: id === "" ? null : Number(id), share: Number(share) },
        id === "" ? "eat" : Number(id),
      ),
    remove: ({ id }) => edit({ edit: "remove", id: Number(id) }),
    split: ({ id }) => edit({ edit: "split", id: Number(id) }),
    merge: ({ id, other }) => edit({ edit: "merge", ids: [Number(id), Number(other)] }, Number(id)),
    merging() {
      ui.merging = !ui.merging;
      render();
    },

    async remember({ id }) {
      const { id: number, label, bbox } = find(Number(id));
      const { remembering } = ui;
      if (remembering.has(number)) return;
      remembering.add(number);
      ui.faults.delete(number);
      try {
        keep({ name: label, ...(await teach(meal.photo, meal.result.image.key, bbox)) });
        ui.remembered.set(number, label);
        render();
        say(t("meal.said.remember", { food: foodName(label) }));
      } catch (error) {
        failed(number, error.message);
      }
      remembering.delete(number);
    },

    /** A food was found for a search field. */
    found(field, food) {
      if (field.dataset.search === "add") return edit({ edit: "add", food, grams: null }, "add");
      return edit({ edit: "rename", id: placeOf(field), food });
    },
    amount(field) {
      const id = Number(field.dataset.id);
      const value = numberIn(field.value, id);
      if (!field.value.trim()) field.value = field.getAttribute("value");
      if (value === null) return undefined;
      const { measure } = field.dataset;
      return edit(
        measure
          ? { edit: "measure", id, amount: value, measure }
          : { edit: "weigh", id, grams: grams(value) },
      );
    },
    unit(field) {
      ui.units.set(Number(field.dataset.id), field.value);
      render();
    },

    outline({ id }) {
      const item = id === "" ? undefined : find(Number(id));
      enter(new Outline(meal, item, render, failed));
    },
    "add-to"() {
      ui.mode.adding = true;
      render();
    },
    "take-from"() {
      ui.mode.adding = false;
      render();
    },
    "outline-undo"() {
      ui.faults.delete("photo");
      ui.mode.undo();
    },
    "outline-done"() {
      const { id, now } = ui.mode;
      const { mask, label, confidence, candidates } = now.found;
      return finish({ edit: "outline", id, mask, label, confidence, candidates });
    },
    leave,

    async label(fields) {
      const form = root.querySelector(".meal-label form");
      if (form.ariaBusy) return;
      let change;
      try {
        change = labelEdit(fields);
      } catch (error) {
        return failed("label", error.message);
      }
      form.ariaBusy = "true";
      if (await edit(change, "label")) form.reset();
      form.ariaBusy = null;
    },
    angle: (field) => further("angle", field),
    leftovers: (field) => further("leftovers", field),

    async scale() {
      ui.scaling = !ui.scaling;
      render();
      try {
        ui.references = await references();
      } catch (error) {
        failed("scale", error.message);
      }
      render();
    },
    plate(form) {
      const value = numberIn(form.get("cm"), "scale");
      return value === null ? undefined : scaled({ plate_diameter_cm: value });
    },
    reference(form) {
      return form.get("object") ? scaled({ object: form.get("object") }) : undefined;
    },
    length: () => enter(new Length(render)),
    "length-done"(form) {
      const { ends, waiting } = ui.mode;
      const [start, end] = ends;
      if (!end || waiting) return undefined;
      const cm = numberIn(form.get("cm"), "photo");
      return cm === null ? undefined : finish({ edit: "scale", distance: { start, end, cm } });
    },

    /** A point of the photo was tapped; without a point, what is there was activated. */
    tap(point, { target, shiftKey }) {
      if (ui.mode && point) {
        ui.mode.tap(point, ui.mode.adding && !shiftKey);
        return;
      }
      const food = target.closest(".meal-food")?.dataset.food;
      if (food) select(Number(food), true);
      else if (point) select(null);
    },
    "zoom-in"() {
      view.by(STEP);
      render();
    },
    "zoom-out"() {
      view.by(1 / STEP);
      render();
    },
    async fullscreen() {
      const figure = root.querySelector(".meal-photo");
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (figure.requestFullscreen && !ui.full) await figure.requestFullscreen();
      else ui.full = !ui.full;
      render();
    },
  };
}
