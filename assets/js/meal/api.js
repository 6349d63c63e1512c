/** What the page asks of the server. Each call rejects with an `Error` whose message is a sentence for a person. */

import { t, told } from "../i18n.js";

const ROOT = window.gradio_config?.root ?? "";

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
  throw Object.assign(new Error(body.error ? told(body.error) : t("meal.error.unforeseen")), { status: response.status });
}

/** The result after edits. */
export function recalculate(result, edits) {
  return answer("recalculate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ result, edits }),
  });
}

/** Foods whose names fit what is typed: [{name, food, calories_per_100g}]. */
export async function foods(query, language, signal) {
  const search = new URLSearchParams({ query, language, limit: 8 });
  return (await answer(`foods?${search}`, { signal })).foods;
}

/** What labels of foods are called in a language. */
export function foodNames(language) {
  return answer(`food-names?${new URLSearchParams({ language })}`);
}

let listed;
/** Coins and cards of known size: [{name, kind, size_cm}]. */
export function references() {
  listed ??= answer("references").then((body) => body.references ?? body);
  listed.catch(() => (listed = undefined));
  return listed;
}

/**
 * The outline of what points and a box mark, in photo pixels.
 *
 * The photo is named by its key, and sent where the server doesn't know that key (any more).
 */
export async function segment(photo, key, { points, labels, box }) {
  const form = new FormData();
  form.set("points", JSON.stringify(points));
  form.set("labels", JSON.stringify(labels));
  if (box) form.set("box", JSON.stringify(box));
  if (key) {
    form.set("image_key", key);
    try {
      return await answer("segment", { method: "POST", body: form });
    } catch (error) {
      if (error.status !== 410) throw error;
    }
  }
  form.delete("image_key");
  form.set("image", await fetch(photo).then((response) => response.blob()), "photo");
  return answer("segment", { method: "POST", body: form });
}
