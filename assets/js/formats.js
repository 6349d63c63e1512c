// A meal as the files that other programs read.

const BEFORE_FORMULAS = /^[=+\-@\t\r]/; // a spreadsheet would compute what begins so

/** A table of the foods and their sum, one row each, as RFC 4180 says; the last column names what answered. */
export function csv({ detected_items: items, nutrition, versions }) {
  const answered = Object.entries(versions ?? {}).map(([part, id]) => `${part} ${id}`).join(", ");
  const counted = nutrition ?? items.find((item) => item.nutrition)?.nutrition ?? {};
  const nutrients = Object.keys(counted).filter((name) => typeof counted[name] === "number");
  const rows = items.map((item) => [
    item.label,
    item.mass_g,
    ...item.mass_g_range,
    ...nutrients.map((name) => item.nutrition?.[name] ?? ""),
    item.source ? `${item.source.database}: ${item.source.description}` : "",
    answered,
  ]);
  const header = ["food", "mass_g", "mass_g_low", "mass_g_high", ...nutrients, "source", "versions"];
  const total = ["total", "", "", "", ...nutrients.map((name) => nutrition?.[name] ?? ""), "", answered];
  const lines = [header, ...rows, total].map((row) => row.map(cell).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`; // the mark tells Excel that this is UTF-8
}

function cell(value) {
  const text = typeof value === "string" && BEFORE_FORMULAS.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The outlines as COCO's object detection annotations; what has no mask is left out. */
export function coco({ detected_items: items, image, versions }) {
  const labels = [...new Set(items.map(({ label }) => label))];
  return {
    info: { description: "A meal outlined by Noon", versions: versions ?? {} },
    images: [{ id: 1, width: image.width, height: image.height, file_name: "photo.jpg" }],
    categories: labels.map((name, index) => ({ id: index + 1, name, supercategory: "food" })),
    annotations: items
      .filter(({ mask }) => mask)
      .map(({ id, label, bbox: [left, top, right, bottom], mask }) => ({
        id,
        image_id: 1,
        category_id: labels.indexOf(label) + 1,
        segmentation: mask,
        area: area(mask.counts),
        bbox: [left, top, right - left, bottom - top],
        iscrowd: 0,
      })),
  };
}

/** What of a meal a person named or outlined in the photo. */
export function corrected({ detected_items: items }) {
  return items.filter(({ named_by, outlined_by, bbox }) => bbox && (named_by === "person" || outlined_by === "person"));
}

/** What a person corrected, to train on: JSON lines as ml/data/corrections.py reads them; `photo` is a data URL or null. */
export function corrections(result, photo) {
  const lines = corrected(result).map(({ label, bbox, mask, candidates, named_by, outlined_by }, index) => ({
    ...{ label, bbox, mask, candidates, named_by, outlined_by, image: result.image, versions: result.versions },
    photo: index === 0 ? photo : null,
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The pixels in a mask: every second run of COCO's run-length encoding, which begins outside. */
function area(counts) {
  return runs(counts).reduce((sum, length, index) => sum + (index % 2 ? length : 0), 0);
}

/** The run lengths of COCO's compressed encoding: six bits a character, from the third on as differences. */
function runs(counts) {
  const lengths = [];
  let [value, shift] = [0, 0];
  for (const character of counts) {
    const bits = character.charCodeAt(0) - 48;
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue; // more of this number follows
    if (bits & 16) value |= -1 << shift;
    lengths.push(lengths.length > 2 ? value + lengths.at(-2) : value);
    [value, shift] = [0, 0];
  }
  return lengths;
}
