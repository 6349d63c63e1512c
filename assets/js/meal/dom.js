/** Markup written as template strings, and put into the page by changing only what differs. */

class Markup {
  constructor(text) {
    this.text = text;
  }
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function written(value) {
  if (value === null || value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map(written).join("");
  if (value instanceof Markup) return value.text;
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/** A template tag; values are escaped unless they are markup, and left out where they are false or missing. */
export function html(strings, ...values) {
  const texts = values.map((value, i) =>
    written(strings[i].endsWith('="') && value === false ? "false" : value),
  );
  return new Markup(String.raw({ raw: strings }, ...texts));
}

/**
 * Make an element's content what the markup says.
 *
 * Elements that stay keep their focus, selection and typed text: siblings are matched by `data-key`, else by tag
 * and first class. What is below `data-keep` is left alone.
 */
export function morph(element, markup) {
  const template = document.createElement("template");
  template.innerHTML = markup.text;
  const focused = document.activeElement;
  patchChildren(element, template.content);
  if (focused !== document.activeElement && element.contains(focused)) focused.focus({ preventScroll: true });
}

function identity(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return `#${node.nodeType}`;
  return node.dataset.key ?? `${node.nodeName}.${node.classList[0] ?? ""}`;
}

function patchChildren(parent, wanted) {
  let next = parent.firstChild;
  for (const node of [...wanted.childNodes]) {
    let match = next;
    while (match && identity(match) !== identity(node)) match = match.nextSibling;
    if (!match) {
      parent.insertBefore(node, next);
      continue;
    }
    while (next !== match) next = dropped(next);
    next = match.nextSibling;
    patch(match, node);
  }
  while (next) next = dropped(next);
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function patch(node, wanted) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  for (const { name } of [...node.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "open") node.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (node.getAttribute(name) === value) continue;
    node.setAttribute(name, value);
    if (name === "value") node.value = value;
  }
  if (node.nodeName === "OPTION") node.selected = wanted.hasAttribute("selected");
  if (!node.hasAttribute("data-keep")) patchChildren(node, wanted);
}
