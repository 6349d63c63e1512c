/** What the page asks of the server. Each call rejects with an `Error` whose message is a sentence for a person. */

import { t, told } from "../i18n.js";
import { taught } from "../taught.js";

const ROOT = window.gradio_config?.root ?? "";

/** The whole address of a photo, which at the server begins below its root. */
export const addressOf = (photo) => (photo.startsWith("/") ? ROOT + photo : photo);

async function answer(path, options) {
  let response;
  try {
    response = await fetch(`${ROOT}/api/${path}`, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("meal.error.unreachable"));
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw Object.assign(new Error(body.error ? told(body.error) : t("meal.error.unforeseen")), {
    status: response.status,
  });
}

/** The result after edits. */
export function recalculate(result, edits) {
  return answer("recalculate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ result, edits }),
  });
}

/** The foods in a further photo, weighed. */
export function analyze(photo) {
  const form = new FormData();
  form.set("image", photo, photo.name || "photo");
  form.set("mode", "ml_only");
  form.set("taught", taught());
  return answer("analyze", { method: "POST", body: form });
}

/** Foods whose names fit what is typed: [{name, food, calories_per_100g}]. */
export async function foods(query, language, signal) {
  const search = new URLSearchParams({ query, language, limit: 8 });
  return (await answer(`foods?${search}`, { signal })).foods;
}

let listed;
/** Coins and cards of known size: [{name, kind, size_cm}]. */
export function references() {
  listed ??= answer("references").then((body) => body.references);
  listed.catch(() => (listed = undefined));
  return listed;
}

async function picture(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Error(t("meal.error.photo_gone"));
  return response.blob();
}

/**
 * What the server says about a photo and `fields` of a form.
 *
 * The photo is named by its key, and sent where the server doesn't know that key (any more).
 */
async function ofPhoto(path, photo, key, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, JSON.stringify(value));
  if (key) {
    form.set("image_key", key);
    try {
      return await answer(path, { method: "POST", body: form });
    } catch (error) {
      if (error.status !== 410) throw error;
    }
  }
  form.delete("image_key");
  form.set("image", await picture(photo), "photo");
  return answer(path, { method: "POST", body: form });
}

/** The outline of what points and a box mark, in photo pixels. */
export function segment(photo, key, { points, labels, box }) {
  return ofPhoto("segment", photo, key, { points, labels, ...(box && { box }) });
}

/** What the recognizer sees in a box of the photo, [x0, y0, x1, y1]: `{ features, recognizer }`. */
export function teach(photo, key, box) {
  return ofPhoto("teach", photo, key, { box });
}
