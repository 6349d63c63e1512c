/** Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008), without black. */
const COLORS = ["#56B4E9", "#CC79A7", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#E69F00"]; // as noon_demo/results/overlay.py

/** The colour of the food with this number, from 1. */
export const color = (id) => COLORS[(id - 1) % COLORS.length];
