/** Shapes in photo pixels: a ring is a list of [x, y]; an outline's rings are filled by the even-odd rule. */

const SCANLINES = 9;
/** A food is left, right, above or below where its middle is within this share of the photo's side. */
const NEAR = 0.44;

/** The `d` of an SVG path. */
export function path(rings) {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join("L")}Z`).join("");
}

/** A point well inside an outline: the middle of the widest of a few horizontal cuts. */
export function inside(rings) {
  const ys = rings.flat().map(([, y]) => y);
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  let best = { width: -1, point: rings[0][0] };
  for (let line = 1; line <= SCANLINES; line += 1) {
    const y = top + ((bottom - top) * line) / (SCANLINES + 1) + 0.01;
    const central = 1 - Math.abs(line / (SCANLINES + 1) - 0.5);
    const cuts = rings.flatMap((ring) => crossings(ring, y)).sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const width = (cuts[i + 1] - cuts[i]) * central;
      if (width > best.width) best = { width, point: [(cuts[i] + cuts[i + 1]) / 2, y] };
    }
  }
  return best.point;
}

function crossings(ring, y) {
  const found = [];
  ring.forEach(([x1, y1], i) => {
    const [x0, y0] = ring.at(i - 1);
    if (y0 < y !== y1 < y) found.push(x0 + ((y - y0) * (x1 - x0)) / (y1 - y0));
  });
  return found;
}

/** Where in a photo a box lies, as a key such as "top_left" or "middle". */
export function place([x0, y0, x1, y1], { width, height }) {
  const third = (middle, whole) => (middle < NEAR * whole ? 0 : middle > (1 - NEAR) * whole ? 2 : 1);
  const column = third((x0 + x1) / 2, width);
  const row = third((y0 + y1) / 2, height);
  return [["top", "", "bottom"][row], ["left", "", "right"][column]].filter(Boolean).join("_") || "middle";
}

/** A box that holds another and a point. */
export function extended([x0, y0, x1, y1], [x, y]) {
  return [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
}
