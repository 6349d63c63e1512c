/** The keyboard: foods by arrow keys, a cursor on the photo for pointing, undo and redo. */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 1 / 50;
const FIELDS = "input, textarea, select, [contenteditable]";

export function keys({ root, ui, view, render }, act) {
  /** Move the focus among siblings such as the cards' heads. */
  function among(selector, target, event) {
    const all = [...root.querySelectorAll(selector)];
    const at = all.indexOf(target);
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    const to = { Home: 0, End: all.length - 1 }[event.key] ?? (at + dx + dy + all.length) % all.length;
    all[to].focus();
    event.preventDefault();
  }

  /** Point at the photo by keys; the cursor starts in the middle of what is shown. */
  function point(event) {
    const { mode } = ui;
    const shown = { width: view.width / view.zoom, height: view.height / view.zoom };
    mode.cursor ??= [view.x + shown.width / 2, view.y + shown.height / 2];
    if (ARROWS[event.key]) {
      const [dx, dy] = ARROWS[event.key];
      const step = Math.max(shown.width, shown.height) * STEP;
      const [x, y] = mode.cursor;
      mode.cursor = [
        Math.min(view.width, Math.max(0, x + dx * step)),
        Math.min(view.height, Math.max(0, y + dy * step)),
      ];
      render();
    } else if (event.key === "Enter" || event.key === " ") {
      act.tap(mode.cursor, event);
    } else return;
    event.preventDefault();
  }

  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const { target, key } = event;
    const moves = key in ARROWS || key === "Home" || key === "End";
    if (key === "Escape" && ui.mode) act.leave();
    else if (ui.mode && target.matches(".meal-canvas")) point(event);
    else if (target.matches(".meal-food") && moves) among(".meal-food", target, event);
    else if (target.matches(".meal-food") && (key === "Enter" || key === " ")) {
      act.selectFood(Number(target.dataset.food), true)?.querySelector("h3 button").focus();
      event.preventDefault();
    } else if (target.matches(".meal-card h3 button") && moves) among(".meal-card h3 button", target, event);
    else if (key === "Escape" && ui.selected !== null && !target.matches(FIELDS)) act.selectFood(null);
  });

  document.addEventListener("keydown", (event) => {
    const ours = root.contains(event.target) || event.target === document.body;
    if (!ours || !(event.ctrlKey || event.metaKey) || event.target.matches(FIELDS)) return;
    const key = event.key.toLowerCase();
    if (key === "z") (event.shiftKey ? act.redo : act.undo)();
    else if (key === "y") act.redo();
    else return;
    event.preventDefault();
  });
}
