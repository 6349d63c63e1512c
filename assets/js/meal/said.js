/** What a change did, in a sentence for who hears the page: once, with the new total. */

import { t } from "../i18n.js";
import { amountOf, spokenTotal } from "./amounts.js";
import { nameOf } from "./list.js";

export function said(before, after, change) {
  return `${deed(before.detected_items, after.detected_items, [change].flat())} ${spokenTotal(after)}`;
}

function deed(before, after, [{ kind, edit, id, ids }, ...more]) {
  if (kind) return t(`meal.said.${kind}`);
  const was = before.find((item) => item.id === (id ?? ids?.[0]));
  const is = after.find((item) => item.id === id);
  const added = after.filter((item) => !before.some((other) => other.id === item.id));
  if (more.length) return t("meal.said.rename_alike", { count: 1 + more.length, food: nameOf(is) });
  switch (edit) {
    case "rename":
      return t("meal.said.rename", { before: nameOf(was), food: nameOf(is) });
    case "remove":
      return t("meal.said.remove", { food: nameOf(was) });
    case "angle":
    case "label":
    case "add":
      return t("meal.said.add", { food: added.map(nameOf).join(", ") });
    case "outline":
      return id === null
        ? t("meal.said.add", { food: added.map(nameOf).join(", ") })
        : t("meal.said.outline", { food: nameOf(is) });
    case "merge":
      return t("meal.said.merge", { food: nameOf(was) });
    case "split":
      return t("meal.said.split", { food: nameOf(was) });
    case "leftovers":
      return t("meal.said.leftovers");
    case "scale":
      return t("meal.said.scale");
    case "eat":
      if (id === null) return t("meal.said.eat");
      return t("meal.said.amount", { food: nameOf(is), amount: amountOf(is) });
    default:
      return t("meal.said.amount", { food: nameOf(is), amount: amountOf(is) });
  }
}
