// Where the photo is put: chosen, dropped, pasted or taken, shown, and how far its analysis is.
import { shoot } from "./camera.js";
import { onChange, t, told } from "./i18n.js";
import { fitted } from "./resize.js";
import { translate } from "./words.js";

const MOST_BYTES = 25 * 2 ** 20;
const GONE = [403, 404]; // what Gradio answers of a file that isn't there
const PHOTO_NAME = /\.(jpe?g|png|webp|hei[cf]|avif|gif|bmp|tiff?)$/i;

let place;
let mounted;
const ready = new Promise((resolve) => (mounted = resolve));

/** Takes care of the component `element`; see noon_demo/ui/photo.py. */
export function mount(element, component) {
  place = new Place(element, component);
  mounted();
}

/** The photo on the page as Gradio knows it, `{ path, url }`, or null. */
export function current() {
  return place?.component.props.value ?? null;
}

/** Whether the photo on the page is the one at a server's address, or was before it was sent again. */
export function isAt(address) {
  return Boolean(place?.paths.some((path) => address.endsWith(path)));
}

/** Puts the photo of an earlier meal on the page as it was, or none; false if the visitor was quicker. */
export async function restore(blob) {
  await ready;
  return place.restore(blob);
}

/** Puts back `photo`, as `current` gave it before the page was loaded anew; false if it is not there by it. */
export async function resume(photo) {
  await ready;
  return place.resume(photo);
}

/** The photo and the question of the page for the example at `path`; of several pressed, the last stays. */
export async function example(path) {
  await ready;
  place.interrupt();
  return [fileData(path, `${window.gradio_config.root}/gradio_api/file=${path}`), ""];
}

/**
 * The inputs of Analyze, the photo first, as soon as one that is still on its way is on the page; never, where the
 * visitor thinks better of it meanwhile.
 */
export async function arrived(_photo, ...others) {
  if (place && !(await place.arrival())) return new Promise(() => {});
  return held(current(), ...others);
}

/** The inputs of an event, as soon as the server has the photo on the page, which may then be at another path. */
export async function held(...inputs) {
  await place?.hold();
  return inputs.map((input) => (input?.path ? current() : input));
}

/** Lets the visitor choose a photo. */
export function choose() {
  place.find(".noon-file").click();
}

/** Says something below the photo. */
export function tell(sentence) {
  place.say(sentence);
}

/** Whether the server has deleted a photo; where it can't be asked, what needs the photo fails as well and says so. */
async function isGone({ url }) {
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  return GONE.includes(answer?.status);
}

/** A file as Gradio sends it. */
function fileData(path, url) {
  return { path, url, meta: { _type: "gradio.FileData" } };
}

class Place {
  constructor(element, component) {
    this.element = element;
    this.component = component;
    this.latest = 0; // of the photos put here, the number of the last
    this.arriving = null; // the promise of the photo on its way here
    this.interruptions = 0;
    this.sent = null; // the last file sent, `{ file, paths }`: where the server put it, the latest last
    for (const button of element.querySelectorAll(".noon-choose")) button.onclick = choose;
    this.find(".noon-take").onclick = () => this.take();
    this.find(".noon-remove").onclick = () => this.remove();
    for (const input of element.querySelectorAll("input[type=file]")) {
      input.onchange = () => {
        const [file] = input.files;
        input.value = ""; // so that the same file can be chosen again
        if (file) this.put(file);
      };
    }
    this.find("img").onerror = () => this.showUnseen(true);
    listen(this);
    this.watchProgress();
    component.watch("value", () => this.show());
    onChange(() => translate(element));
    translate(element);
    this.show();
    element.firstElementChild.dataset.ready = "";
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  put(file) {
    if (!file.type.startsWith("image/") && !PHOTO_NAME.test(file.name)) this.say(t("photo.not_a_photo"), true);
    else this.arriving = this.bring(file);
  }

  async bring(file) {
    const number = ++this.latest;
    const block = this.element.firstElementChild;
    this.say(t("photo.sending"));
    block.ariaBusy = "true";
    try {
      const { file: sent, isShown } = await fitted(file);
      if (sent.size > MOST_BYTES) return this.say(t("photo.too_large"), true);
      if (!(await this.send(sent, number))) return;
      this.changed(isShown ? "input" : "upload");
      this.say(t("photo.added"));
    } catch {
      if (number === this.latest) this.say(t("photo.unsent"), true);
    } finally {
      if (number === this.latest) block.ariaBusy = this.arriving = null;
    }
  }

  /** Waits until no photo is on its way here; false if that was interrupted. */
  async arrival() {
    const { interruptions } = this;
    while (this.arriving) await this.arriving;
    return interruptions === this.interruptions;
  }

  /** Sends a photo and shows it; false if another was put here meanwhile. */
  async send(file, number) {
    const named = new File([file], `photo${/\.\w+$/.exec(file.name)?.[0] ?? ""}`, { type: file.type });
    const uploaded = await this.component.upload(named);
    if (number !== this.latest) return false;
    this.showSent(named, uploaded);
    return true;
  }

  /** Where the server has the photo on the page, and had it before it was sent again. */
  get paths() {
    const { path } = current() ?? {};
    if (!path) return [];
    return path === this.sent?.paths.at(-1) ? this.sent.paths : [path];
  }

  showSent(file, { path, url }) {
    const before = file === this.sent?.file ? this.sent.paths : [];
    this.sent = { file, paths: [...before, path] };
    this.component.props.value = fileData(path, url);
    this.show();
  }

  /** Sends the photo of an earlier meal and shows it, or none where that can't be. */
  async restore(blob) {
    this.clear();
    if (!blob) return true;
    const number = this.latest;
    this.say(t("photo.sending"));
    try {
      const isSent = await this.send(new File([blob], "photo.jpg", { type: blob.type }), number);
      if (isSent) this.say("");
      return isSent;
    } catch {
      if (number !== this.latest) return false;
      this.say(t("photo.unsent"), true);
      return true;
    }
  }

  /** Puts a photo back that the server still has, unless the visitor was quicker. */
  async resume(photo) {
    const number = this.latest;
    const gone = await isGone(photo);
    if (number !== this.latest) return false;
    if (gone) {
      this.say(t("photo.gone"), true);
      return false;
    }
    this.component.props.value = photo;
    this.show();
    this.changed();
    this.say(t("photo.added"));
    return true;
  }

  /** Sends the photo again where the server has deleted it; says so where that can't be. */
  async hold() {
    const { path, url } = current() ?? {};
    if (!url || !(await isGone({ url }))) return;
    const file = path === this.sent?.paths.at(-1) && this.sent.file;
    const uploaded = file && (await this.component.upload(file).catch(() => null));
    if (path !== current()?.path) return;
    if (uploaded) return this.showSent(file, uploaded);
    this.clear();
    this.say(t("photo.gone"), true);
  }

  async take() {
    if (matchMedia("(pointer: coarse)").matches) return this.find(".noon-capture").click();
    try {
      const file = await shoot();
      if (file) this.put(file);
    } catch (key) {
      this.say(t(key), true);
    }
  }

  /** What is still on its way here is no longer wanted. */
  interrupt() {
    this.latest++;
    this.interruptions++;
    this.element.firstElementChild.ariaBusy = this.arriving = null;
    this.say("");
  }

  clear() {
    this.interrupt();
    this.component.props.value = null;
    this.show();
  }

  remove() {
    this.clear();
    this.say(t("photo.removed"));
    this.changed();
    this.find(".noon-choose").focus();
  }

  /** The visitor changed the photo. */
  changed(event = "input") {
    this.component.trigger(event);
    this.element.dispatchEvent(new CustomEvent("noon-photo", { bubbles: true }));
  }

  show() {
    const photo = this.component.props.value;
    const image = this.find("img");
    if (photo && image.getAttribute("src") !== photo.url) {
      this.showUnseen(false);
      image.src = photo.url;
    }
    if (!photo) image.removeAttribute("src");
    this.find(".noon-shown").hidden = !photo;
    this.find(".noon-invitation").hidden = Boolean(photo);
    this.element.firstElementChild.dataset.state = photo ? "shown" : "empty";
  }

  showUnseen(isUnseen) {
    this.find("img").hidden = isUnseen;
    this.find(".noon-unseen").hidden = !isUnseen;
  }

  say(sentence, isError = false) {
    const said = this.find(".noon-said");
    said.textContent = sentence;
    said.setAttribute("role", isError ? "alert" : "status");
    said.classList.toggle("noon-alert", isError);
  }

  /** Says on the photo what Gradio's own tracker, which noon.css hides, says beside it. */
  watchProgress() {
    const block = this.element.closest("#photo");
    const update = () => {
      const isPending = Boolean(block.querySelector(".html-container.pending"));
      const text = block.querySelector(".progress-level-inner")?.textContent ?? "";
      const [, words, percent] = text.trim().match(/^(.*?)(?:\s*-?\s*([\d.]+)\s*%)?$/s);
      if (isPending === this.find(".noon-progress").hidden) {
        keepFocus(isPending);
        if (isPending && this.find(".noon-said").role !== "alert") this.say(""); // of what came before
      }
      this.find(".noon-progress").hidden = !isPending;
      const line = this.find(".noon-progress p");
      const sentence = words ? told(words) : "";
      if (line.textContent !== sentence) line.textContent = sentence;
      const bar = this.find("progress");
      if (percent) bar.value = Number(percent) / 100;
      else bar.removeAttribute("value");
    };
    new MutationObserver((changes) => {
      if (changes.some(({ target }) => !this.element.contains(target))) update();
    }).observe(block, { subtree: true, childList: true, characterData: true, attributeFilter: ["class"] });
  }
}

/** Analyze and Cancel take turns; so does the focus. */
function keepFocus(isPending) {
  const [gone, there] = isPending ? ["analyze", "cancel"] : ["cancel", "analyze"];
  if (document.activeElement === document.body || document.activeElement.id === gone) {
    document.querySelector(`#${there}`).focus({ preventScroll: true });
  }
}

/** Photos that are dropped or pasted anywhere on the page. */
function listen(place) {
  const photoIn = (data) => [...(data?.files ?? [])].find((file) => file.type.startsWith("image/") || PHOTO_NAME.test(file.name));
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (isOver) => place.element.firstElementChild.classList.toggle("noon-dropping", isOver);
  addEventListener("paste", (event) => {
    const file = photoIn(event.clipboardData);
    if (!file || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    place.put(file);
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(false);
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    const [file] = event.dataTransfer.files;
    if (file) place.put(file);
  });
}
