// Scales photos down before they are sent.

const LONGEST_PX = 2048;
const QUALITY = 0.9;

/**
 * The photo at most 2048 pixels long as an upright JPEG, and whether this browser can show it. What is small
 * enough already, or can't be decoded here, such as HEIC in most browsers, stays as it is.
 */
export async function fitted(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return { file, isShown: false };
  }
  const scale = LONGEST_PX / Math.max(bitmap.width, bitmap.height);
  try {
    if (scale >= 1) return { file, isShown: true };
    const blob = await drawn(bitmap, scale, QUALITY);
    return { file: new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: blob.type }), isShown: true };
  } finally {
    bitmap.close();
  }
}

/** A data URL of a photo, upright, at most `longest` pixels long, without what a camera writes beside the pixels. */
export async function thumbnail(blob, longest = 240, quality = 0.75) {
  const bitmap = await createImageBitmap(blob);
  const small = await drawn(bitmap, Math.min(1, longest / Math.max(bitmap.width, bitmap.height)), quality);
  bitmap.close();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(small);
  });
}

function drawn(bitmap, scale, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff"; // below what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return encoded(canvas, "image/jpeg", quality);
}

/** What a canvas shows as a blob of the type; rejected where the browser can't make one. */
export function encoded(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`no ${type}`))), type, quality);
  });
}
