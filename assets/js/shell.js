// What is seen of the page when: the form first, then the meal with the form folded away.
import { language, onChange, t } from "./i18n.js";
import { choose, tell } from "./photo.js";
import { mount as mountWords } from "./words.js";

const page = () => document.querySelector("#page");
const NEXT = { "new-photo": choose, change: () => document.querySelector("#question textarea").focus() };

let isOpened = false; // the visitor opened the form or gave it a photo, and has not pressed Analyze since

/** Takes care of the page, once its header is there. */
export function mount(element, component) {
  mountWords(element, component);
  page().dataset.stage ??= "start"; // unless a meal was brought back already
  onChange(speak);
  speak();
  document.addEventListener("click", async ({ target }) => {
    const id = target.closest("button")?.id;
    if (id === "open-settings") (await import("./settings.js")).open();
    else if (id === "open-history") (await import("./history.js")).open();
    else if (id === "open-export") (await import("./export.js")).open();
    else if (id === "cancel") tell(t("form.cancelled"));
    else if (id in NEXT) {
      stage("form");
      isOpened = true;
      NEXT[id]();
    }
  });
  document.addEventListener("noon-photo", () => {
    isOpened = true;
    if (page().dataset.stage === "meal") stage("form");
  });
}

/** Gradio's own components follow the page's language. */
async function speak() {
  const core = document.querySelector('link[href*="/assets/core-"][href$=".js"]');
  const { changeLocale } = await import(core.href);
  changeLocale(language());
}

/** "start", "form" with a meal below, or "meal" with the form folded; noon.css shows what belongs to it. */
function stage(name) {
  page().dataset.stage = name;
}

/** The form has done its work: the next meal folds it. */
export function finished() {
  isOpened = false;
}

/** Folds the form unless the visitor needs it, and shows the meal from its top where that is out of sight. */
export function showMeal() {
  if (isOpened) return stage("form");
  const isNew = page().dataset.stage !== "meal";
  const hadFocus = document.activeElement?.closest("#input, #examples");
  stage("meal");
  const output = document.querySelector("#output");
  output.tabIndex = -1;
  if (hadFocus) output.focus({ preventScroll: true }); // what had it is folded away
  const { top } = output.getBoundingClientRect();
  if (isNew && (top < 0 || top > innerHeight / 2)) output.scrollIntoView();
}

/** Analyze was pressed: shows the photo, on which the progress is; clears the last message. */
export function started() {
  finished();
  if (page().dataset.stage === "meal") stage("form");
  document.querySelector("#photo").scrollIntoView({ block: "nearest" });
  return "";
}

/** Shows a message that is out of sight. */
export function showMessage() {
  document.querySelector("#message .noon-alert")?.scrollIntoView({ block: "nearest" });
}

/** A result that is not the current one can't be corrected. */
export function markEarlier(heading) {
  document.querySelector("#meal").inert = Boolean(heading);
}
