// Keeps the words of an element in its reader's language.
import { language, onChange, t, told } from "./i18n.js";

/** Fills in the words that elements below `root` name by `data-t`, `data-t-ATTRIBUTE` and `data-told`. */
export function translate(root) {
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (name === "data-t") say(element, t(value));
      else if (name === "data-told") {
        const sentence = told(value);
        say(element, sentence);
        element.lang = sentence === value ? "en" : language();
      }
      else if (name.startsWith("data-t-")) element.setAttribute(name.slice("data-t-".length), t(value));
    }
  }
}

function say(element, words) {
  if (element.textContent !== words) element.textContent = words; // or it would be read out again
}

/** Translates a component now, when its value changes and when the language does. */
export function mount(element, { watch }) {
  translate(element);
  watch("value", () => translate(element));
  onChange(() => translate(element));
}
