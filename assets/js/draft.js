// Brings back the photo and the question of which there was no meal yet when the page was loaded anew, as Gradio does
// by itself once a connection broke.
import { current, isAt, resume as resumePhoto } from "./photo.js";

const STORED = "noon-draft";

const field = () => document.querySelector("#question textarea");

/** Keeps the question for this tab, and the photo unless it is the one at `address`, of which there is a meal. */
export function keep(address) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ photo: isAt(address) ? null : current(), question: field().value }));
  } catch {
    // without storage nothing is kept
  }
}

/** Puts back what was kept; true if a photo is there by it. */
export async function resume() {
  const { photo, question } = JSON.parse(sessionStorage.getItem(STORED)) ?? {};
  if (question && !field().value) {
    field().value = question;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  }
  return Boolean(photo) && resumePhoto(photo);
}
