/** Which part of the photo is shown, and how fingers, mouse and wheel change it. */

const MOST = 8;
const SLOP_PX = 8;

export class View {
  constructor() {
    this.show(1, 1);
  }

  /** The whole of a photo of this size. */
  show(width, height) {
    Object.assign(this, { width, height, x: 0, y: 0, zoom: 1 });
  }

  get box() {
    return `${this.x} ${this.y} ${this.width / this.zoom} ${this.height / this.zoom}`;
  }

  /** Zoom by a factor; the photo's point [x, y] stays where it is. */
  by(factor, [x, y] = [this.x + this.width / this.zoom / 2, this.y + this.height / this.zoom / 2]) {
    const zoom = Math.min(MOST, Math.max(1, this.zoom * factor));
    this.x = x - ((x - this.x) * this.zoom) / zoom;
    this.y = y - ((y - this.y) * this.zoom) / zoom;
    this.zoom = zoom;
    this.move(0, 0);
  }

  /** Move what is shown by photo pixels, within the photo. */
  move(dx, dy) {
    const within = (value, most) => Math.min(Math.max(0, value), most);
    this.x = within(this.x + dx, this.width - this.width / this.zoom);
    this.y = within(this.y + dy, this.height - this.height / this.zoom);
  }
}

/**
 * Follow pointers on the photo below `root`.
 *
 * `tap(point, event)` gets what is no drag, without a point where no pointer did it. `drag(start, end, done)` takes
 * drags if it returns true, else they move the photo. `cancel()` is told that a drag is none after all, such as the
 * start of a pinch, and `changed()` that the view has changed.
 */
export function gestures(root, view, { tap, drag, cancel, changed }) {
  const pointers = new Map();
  let start, moved, pinched, dragging;
  const canvas = () => root.querySelector(".meal-canvas");
  const point = ({ clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(canvas().getScreenCTM().inverse());
    return [Math.min(Math.max(x, 0), view.width), Math.min(Math.max(y, 0), view.height)];
  };
  const middle = () => {
    const [a, b] = [...pointers.values()];
    return {
      clientX: (a.clientX + b.clientX) / 2,
      clientY: (a.clientY + b.clientY) / 2,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    };
  };

  function follow(from, to, factor = 1) {
    const [[x0, y0], [x1, y1]] = [point(from), point(to)];
    view.by(factor, [x1, y1]);
    view.move(x0 - x1, y0 - y1);
    changed();
  }

  function cancelDrag() {
    if (dragging) cancel();
    dragging = false;
  }

  root.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".meal-canvas") || event.button > 0) return;
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) [start, moved, pinched, dragging] = [event, false, false, false];
    else {
      [moved, pinched] = [true, true];
      cancelDrag();
    }
  });
  root.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    if (pointers.size === 2) {
      const from = middle();
      pointers.set(event.pointerId, event);
      const to = middle();
      follow(from, to, to.apart / Math.max(1, from.apart));
      return;
    }
    moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > SLOP_PX;
    if (!moved) return;
    if (!canvas().hasPointerCapture(event.pointerId)) canvas().setPointerCapture(event.pointerId);
    dragging = !pinched && drag(point(start), point(event), false);
    if (!dragging && view.zoom > 1) follow(before, event);
    pointers.set(event.pointerId, event);
  });
  root.addEventListener("pointerup", (event) => {
    if (!pointers.delete(event.pointerId) || pointers.size) return;
    if (dragging) drag(point(start), point(event), true);
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest(".meal-canvas")) return;
    if (event.detail === 0) tap(null, event);
    else if (!moved) tap(point(event), event);
  });
  root.addEventListener("pointercancel", (event) => {
    if (pointers.delete(event.pointerId)) cancelDrag();
  });
  root.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey || !event.target.closest(".meal-canvas")) return;
      event.preventDefault();
      view.by(Math.exp(-event.deltaY / 200), point(event));
      changed();
    },
    { passive: false },
  );
}
