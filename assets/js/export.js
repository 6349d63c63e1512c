// Saves and shares the meal on the page.
import { picture } from "./card.js";
import { coco, csv } from "./formats.js";
import { dialog, make } from "./dialog.js";
import { download } from "./download.js";
import { t } from "./i18n.js";
import { nameOf, shown } from "./history.js";
import { translate } from "./words.js";

const FORMATS = {
  picture: ["png", "image/png", ({ photo, result }) => picture(photo, result)],
  csv: ["csv", "text/csv", ({ result }) => csv(result)],
  json: ["json", "application/json", ({ result }) => JSON.stringify(result, null, 2)],
  coco: ["coco.json", "application/json", ({ result }) => JSON.stringify(coco(result), null, 2)],
};

let opened;

/** Opens the dialog that offers the formats. */
export function open() {
  opened ??= build();
  opened.said.textContent = "";
  opened.box.showModal();
}

function build() {
  const { box, body } = dialog("export.title", "export");
  const buttons = Object.keys(FORMATS).map((format) =>
    make("button", { type: "button", class: "noon-secondary", "data-t": `export.${format}`, onclick: () => save(format) }),
  );
  if (navigator.canShare?.({ files: [new File([""], "a.png", { type: "image/png" })] })) {
    buttons.unshift(make("button", { type: "button", class: "noon-primary", "data-t": "export.share", onclick: share }));
  }
  const said = make("p", { class: "noon-told", role: "status" });
  body.append(make("div", { class: "noon-choices" }, ...buttons), said);
  translate(body);
  return { box, said };
}

async function file(format) {
  const [ending, type, content] = FORMATS[format];
  const meal = shown();
  const name = nameOf(meal).normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  return new File([await content(meal)], `noon-${name}.${ending}`, { type });
}

async function save(format) {
  try {
    const made = await file(format);
    download(made.name, made.type, made);
    opened.said.textContent = t("export.saved", { file: made.name });
  } catch {
    opened.said.textContent = t("export.failed");
  }
}

async function share() {
  try {
    await navigator.share({ files: [await file("picture")], title: nameOf(shown()) });
  } catch (error) {
    if (error.name !== "AbortError") opened.said.textContent = t("export.failed"); // or the visitor thought better of it
  }
}
