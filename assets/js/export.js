// Saves and shares the meal on the page.
import { picture } from "./card.js";
import { coco, corrected, corrections, csv } from "./formats.js";
import { dialog, make } from "./dialog.js";
import { download } from "./download.js";
import { t } from "./i18n.js";
import { nameOf, shown } from "./history.js";
import { thumbnail } from "./resize.js";
import { translate } from "./words.js";

const FORMATS = {
  picture: ["png", "image/png", ({ photo, result }) => picture(photo, result)],
  csv: ["csv", "text/csv", ({ result }) => csv(result)],
  json: ["json", "application/json", ({ result }) => JSON.stringify(result, null, 2)],
  coco: ["coco.json", "application/json", ({ result }) => JSON.stringify(coco(result), null, 2)],
  corrections: ["corrections.jsonl", "application/jsonl", async ({ photo, result }) => corrections(result, await ticked(photo, result.image))],
};
const PHOTO_QUALITY = 0.9;
const ALWAYS = ["picture", "csv", "json", "coco"];

let opened;

/** Opens the dialog that offers the formats. */
export function open() {
  opened ??= build();
  opened.said.textContent = "";
  opened.training.hidden = !corrected(shown().result).length;
  opened.box.showModal();
}

function build() {
  const { box, body } = dialog("export.title", "export");
  const buttons = ALWAYS.map(button);
  if (navigator.canShare?.({ files: [new File([""], "a.png", { type: "image/png" })] })) {
    buttons.unshift(make("button", { type: "button", class: "noon-primary", "data-t": "export.share", onclick: share }));
  }
  const said = make("p", { class: "noon-told", role: "status" });
  const withPhoto = make("input", { type: "checkbox" });
  const training = make(
    "fieldset",
    {},
    make("legend", { "data-t": "export.training" }),
    make("p", { class: "noon-fine", "data-t": "export.training_hint" }),
    make("label", {}, withPhoto, make("span", { "data-t": "export.with_photo" })),
    make("div", { class: "noon-choices" }, button("corrections")),
  );
  body.append(make("div", { class: "noon-choices" }, ...buttons), training, said);
  translate(body);
  return { box, said, training, withPhoto };
}

function button(format) {
  return make("button", { type: "button", class: "noon-secondary", "data-t": `export.${format}`, onclick: () => save(format) });
}

/** The photo as a data URL where the visitor wants it in the file, else null. */
async function ticked(photo, { width, height }) {
  if (!opened.withPhoto.checked) return null;
  return thumbnail(await (await fetch(photo)).blob(), Math.max(width, height), PHOTO_QUALITY);
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
