// A picture of a meal to keep or share: the photo with its outlines, the totals and the foods.
import { foodName, t } from "./i18n.js";
import { MACROS, amountOf, energyOf, plain, totalEnergy } from "./meal/amounts.js";
import { color } from "./meal/palette.js";
import { encoded } from "./resize.js";

const WIDTH = 1080;
const MARGIN = 48;
const TALLEST = 1.25; // of the photo, in widths; what is taller is cut
const LINE = 46;
const PAPER = "#faf8f4";
const INK = "#23201b";
const SUBDUED = "#635d54";
const RULE = "#e4ded3";
const SUN = "#e0930b";

/** The card as a PNG; `photo` is the photo's address. */
export async function picture(photo, result) {
  const image = await loaded(photo);
  const height = Math.round(Math.min(TALLEST, image.naturalHeight / image.naturalWidth) * WIDTH);
  const { detected_items: foods } = result;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = height + 270 + foods.length * LINE + 70;
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawPhoto(context, image, height, result);
  drawTotals(context, height, result);
  foods.forEach((food, row) => drawFood(context, height + 262 + row * LINE, food));
  write(context, "Noon", MARGIN, canvas.height - 32, "700 30px", SUN);
  write(context, t("export.estimate"), WIDTH - MARGIN, canvas.height - 32, "26px", SUBDUED, "right");
  return encoded(canvas, "image/png");
}

async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

function drawPhoto(context, image, height, { image: size, detected_items: foods }) {
  const scale = WIDTH / image.naturalWidth;
  const top = (height - image.naturalHeight * scale) / 2;
  context.save();
  context.beginPath();
  context.rect(0, 0, WIDTH, height);
  context.clip();
  context.drawImage(image, 0, top, WIDTH, image.naturalHeight * scale);
  context.translate(0, top);
  context.scale(WIDTH / size.width, WIDTH / size.width);
  context.lineWidth = (4 * size.width) / WIDTH;
  context.lineJoin = "round";
  foods.forEach(({ id, outline }) => {
    const path = new Path2D();
    for (const ring of outline ?? []) {
      ring.forEach(([x, y], corner) => (corner ? path.lineTo(x, y) : path.moveTo(x, y)));
      path.closePath();
    }
    context.strokeStyle = color(id);
    context.stroke(path);
  });
  context.restore();
}

function drawTotals(context, top, result) {
  const { nutrition } = result;
  if (!nutrition) return;
  const { amount, range, counted } = totalEnergy(result);
  write(context, amount, MARGIN, top + 104, "700 60px", INK, "left", 460);
  write(context, [range, counted].filter(Boolean).join(", "), MARGIN, top + 152, "30px", SUBDUED, "left", 460);
  MACROS.forEach((nutrient, index) => {
    const left = WIDTH - MARGIN - (MACROS.length - 1 - index) * 180;
    write(context, `${plain(nutrition[nutrient], 0)} g`, left, top + 110, "600 38px", INK, "right");
    write(context, t(`nutrient.${nutrient}`), left, top + 150, "26px", SUBDUED, "right", 160);
  });
  context.fillStyle = RULE;
  context.fillRect(MARGIN, top + 196, WIDTH - 2 * MARGIN, 2);
}

function drawFood(context, baseline, food) {
  context.fillStyle = color(food.id);
  context.strokeStyle = SUBDUED;
  context.beginPath();
  context.arc(MARGIN + 12, baseline - 11, 12, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  write(context, foodName(food.label), MARGIN + 42, baseline, "32px", INK, "left", 380);
  write(context, `${amountOf(food)} · ${energyOf(food)}`, WIDTH - MARGIN, baseline, "28px", SUBDUED, "right", 540);
}

function write(context, text, x, y, font, color, align = "left", widest = undefined) {
  context.font = `${font} system-ui, -apple-system, "Segoe UI", Roboto, sans-serif`;
  context.fillStyle = color;
  context.textAlign = align;
  context.fillText(text, x, y, widest);
}
