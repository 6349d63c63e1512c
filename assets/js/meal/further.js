/** Further photos of the meal: another angle, which adds foods, and the plate afterwards. */

import { t } from "../i18n.js";
import { fitted } from "../resize.js";
import { analyze } from "./api.js";
import { html } from "./dom.js";
import { icon } from "./icons.js";
import { fault } from "./list.js";

const TYPES = "image/*,.heic,.heif,.avif,.HEIC,.HEIF";

/** The buttons, each a file field in its label's clothes. */
export function furtherPhotos(ui) {
  return html`${["angle", "leftovers"].map(
    (kind) =>
      html`<label class="meal-button meal-file" data-key="${kind}" data-busy="${ui.looking === kind}">
        ${icon(kind)}<span>${t(ui.looking === kind ? "meal.further.looking" : `meal.further.${kind}`)}</span>
        <input
          class="meal-unseen"
          type="file"
          accept="${TYPES}"
          data-key="${kind}-file"
          data-change="${kind}"
          aria-describedby="${kind}-hint"
        />
        <span class="meal-unseen" id="${kind}-hint">${t(`meal.further.${kind}_hint`)}</span>
      </label>`,
  )}${fault(ui, "further")}`;
}

/** The edit that a photo in a field makes. Rejects with a sentence. */
export async function furtherEdit(kind, photo) {
  const { file } = await fitted(photo);
  return { edit: kind, result: await analyze(file) };
}
