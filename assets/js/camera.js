// Takes a photo with the camera: the rear one where there are two, and not mirrored.
import { dialog, make } from "./dialog.js";
import { encoded } from "./resize.js";
import { translate } from "./words.js";

const REASONS = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "taken" };
const QUALITY = 0.95;

let opened;

/** Opens the camera and resolves to a photo, or null when it is closed; rejects with the key of a sentence. */
export async function shoot() {
  let stream;
  try {
    const video = { facingMode: { ideal: "environment" }, width: { ideal: 2048 }, height: { ideal: 1536 } };
    stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    const isBlocked = !navigator.mediaDevices; // on a page without TLS
    throw `camera.${isBlocked ? "refused" : (REASONS[error.name] ?? "missing")}`;
  }
  opened ??= build();
  const { box, video, button } = opened;
  video.srcObject = stream;
  if (!box.open) box.showModal();
  return new Promise((resolve) => {
    let photo = null;
    button.onclick = async () => {
      photo = await still(video);
      box.close();
    };
    const close = () => {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
      resolve(photo);
    };
    box.addEventListener("close", close, { once: true });
  });
}

function build() {
  const { box, body } = dialog("camera.title", "camera");
  const video = make("video", { autoplay: true, playsinline: true });
  video.muted = true;
  const button = make("button", { type: "button", class: "noon-primary", "data-t": "camera.shoot" });
  body.append(video, button);
  translate(body);
  return { box, video, button };
}

async function still(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new File([await encoded(canvas, "image/jpeg", QUALITY)], "camera.jpg", { type: "image/jpeg" });
}
