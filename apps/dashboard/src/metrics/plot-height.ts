/** How high a plot is, in CSS pixels, before and after it is drawn. */
export const HEIGHT = 128;
