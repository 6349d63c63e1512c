// The dialog in which a visitor chooses language and units.
import { dialog, make } from "./dialog.js";
import { choose, chosen, onChange } from "./i18n.js";
import { list } from "./taught.js";
import { translate } from "./words.js";

const NAMES = { en: "English", de: "Deutsch", es: "Español" };
const UNITS = { mass: ["g", "oz"], energy: ["kcal", "kJ"] };

let opened;

/** Opens the dialog. */
export function open() {
  opened ??= build();
  opened.taught.replaceChildren(list());
  opened.box.showModal();
}

function build() {
  const { box, body } = dialog("settings.title", "settings");
  const languages = make("select", { id: "language", onchange: (event) => choose({ language: event.target.value }) });
  for (const [code, name] of Object.entries(NAMES)) {
    languages.append(make("option", { value: code, lang: code, selected: code === chosen().language }, name));
  }
  body.append(make("label", { for: "language", "data-t": "settings.language" }), languages);
  for (const [quantity, units] of Object.entries(UNITS)) {
    const set = make("fieldset", {}, make("legend", { "data-t": `settings.${quantity}` }));
    for (const unit of units) {
      const checked = chosen()[quantity] === unit;
      const onchange = () => choose({ [quantity]: unit });
      const name = make("span", { "data-t": `settings.${unit.toLowerCase()}` });
      set.append(make("label", {}, make("input", { type: "radio", name: quantity, value: unit, checked, onchange }), name));
    }
    body.append(set);
  }
  const taught = make("div", {});
  body.append(taught);
  onChange(() => taught.replaceChildren(list()));
  translate(body);
  return { box, taught };
}
