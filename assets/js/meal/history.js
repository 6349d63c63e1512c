/** The meal as it is, and as it was: edits go to the server one at a time, and can be undone. */

import { recalculate } from "./api.js";

const KEPT = /^(blob|data):/; // where the photos of meals are that this browser keeps, maybe several of one photo

export class Meal {
  #past = [];
  #future = [];
  #queue = Promise.resolve();
  #generation = 0;

  /** `changed(before, change)` is told of each new result; `failed(place, sentence)` of what could not be done. */
  constructor({ changed, failed }) {
    this.photo = "";
    this.result = null;
    this.changed = changed;
    this.failed = failed;
  }

  /** Settled once the edits that were made so far are done. */
  get settled() {
    return this.#queue;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Take a value from outside. A change of the same meal can be undone; another meal starts anew.
   *
   * Returns whether it is another meal.
   */
  load(photo, result) {
    if (this.result && result && (this.photo === photo || this.#isAnalysedAnew(photo, result))) {
      this.photo = photo;
      const [before, now] = [this.result, result].map((known) => JSON.stringify(known.detected_items));
      if (before === now) this.result = result;
      else this.#replace(result, { kind: "outside" });
      return false;
    }
    this.#generation += 1;
    this.#past = [];
    this.#future = [];
    this.photo = photo;
    this.result = result;
    return true;
  }

  /**
   * Make an edit, or several as one, after those before. `place` is where a failure is told.
   *
   * Resolves to whether it was made.
   */
  edit(edit, place) {
    return this.#enqueue(async () => {
      const generation = this.#generation;
      try {
        const result = await recalculate(this.result, [edit].flat());
        if (generation !== this.#generation) return false;
        this.#replace(result, edit);
        return true;
      } catch (error) {
        if (generation === this.#generation) this.failed(place, error.message);
        return false;
      }
    });
  }

  undo() {
    return this.#step(this.#past, this.#future, "undo");
  }

  redo() {
    return this.#step(this.#future, this.#past, "redo");
  }

  /** Whether the server looked again at the meal's photo, whose address may be another since. */
  #isAnalysedAnew(photo, { image: { key } }) {
    return !KEPT.test(photo) && Boolean(key) && key === this.result.image.key;
  }

  #replace(result, change) {
    const before = this.result;
    this.#past.push(before);
    this.#future.length = 0; // the same array as a waiting undo has
    this.result = result;
    this.changed(before, change);
  }

  #step(from, to, kind) {
    return this.#enqueue(async () => {
      if (!from.length) return false;
      const before = this.result;
      to.push(before);
      this.result = from.pop();
      this.changed(before, { kind });
      return true;
    });
  }

  #enqueue(task) {
    const generation = this.#generation;
    const done = this.#queue.then(() => (generation === this.#generation ? task() : false));
    this.#queue = done.catch(() => false); // what fails holds up nothing
    return done;
  }
}
