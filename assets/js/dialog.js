// A modal dialog with a heading and a button that closes it.
import { onChange } from "./i18n.js";
import { translate } from "./words.js";

/** A closed `<dialog>` on the page; its heading is the words of `title`, what it shows goes into `body`. */
export function dialog(title, id) {
  const box = document.createElement("dialog");
  box.id = id;
  box.className = "noon-dialog";
  box.setAttribute("aria-labelledby", `${id}-title`);
  box.innerHTML = `<header><h2 id="${id}-title" data-t="${title}"></h2>
    <button type="button" class="noon-quiet noon-close" data-t-aria-label="page.close">✕</button></header><div></div>`;
  box.querySelector(".noon-close").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close(); // beside it
  });
  document.querySelector("#page").append(box); // where noon.css reaches it
  translate(box);
  onChange(() => translate(box));
  return { box, body: box.lastElementChild };
}

/** An element with attributes, or properties where they are functions, and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element[name] = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
