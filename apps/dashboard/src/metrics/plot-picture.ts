/** A plot as a picture to take along: what is drawn, under its title and over the names of its lines. */

import { variantToken } from "../ui/variant-colour.ts";
import { dashOf } from "./plot-lines.ts";

export interface PictureOrder {
  readonly title: string;
  /** From when to when. */
  readonly about: string;
  /** The plot itself, as it is drawn on the page. */
  readonly plot: HTMLCanvasElement;
  /** What stands under it for each line. */
  readonly lines: readonly { readonly variant: string; readonly words: string }[];
  /** All of the flag, for their colours. */
  readonly variants: readonly string[];
}

/** In pixels of the page. */
const MARGIN = 16;
const LINE = 22;

/**
 * Shape:  a PNG in the colours of the page as it is now; as sharp as the plot.
 * Errors: none thrown; undefined where the browser makes no picture.
 */
export async function pictureOf({ title, about, plot, lines, variants }: PictureOrder): Promise<Blob | undefined> {
  const scale = devicePixelRatio;
  const canvas = document.createElement("canvas");
  canvas.width = plot.width + 2 * MARGIN * scale;
  canvas.height = plot.height + (2 * MARGIN + LINE * (lines.length + 2)) * scale;
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  context.fillStyle = colour("--ground");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot, MARGIN * scale, (MARGIN + 2 * LINE) * scale);
  context.scale(scale, scale);
  context.textBaseline = "middle";
  const font = getComputedStyle(document.body).fontFamily;
  const write = (text: string, x: number, y: number, look: string, token: string) => {
    context.font = `${look} ${font}`;
    context.fillStyle = colour(token);
    context.fillText(text, x, y);
  };
  write(title, MARGIN, MARGIN + LINE / 2, "600 15px", "--ink");
  write(about, MARGIN, MARGIN + LINE * 1.5, "13px", "--quiet");
  for (const [at, { variant, words }] of lines.entries()) {
    const y = MARGIN + 2 * LINE + plot.height / scale + LINE * (at + 0.5);
    context.strokeStyle = colour(variantToken(variants, variant));
    context.lineWidth = 2.5;
    context.setLineDash([...dashOf(variants, variant)]);
    context.beginPath();
    context.moveTo(MARGIN, y);
    context.lineTo(MARGIN + 18, y);
    context.stroke();
    write(`${variant}  ${words}`, MARGIN + 26, y, "13px", "--ink");
  }
  return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}

/** "Calls, over time" → `calls-over-time.png` */
export const pictureName = (flag: string, title: string): string =>
  `${flag} ${title}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-|-$/gu, "") + ".png";

/** Hands a picture to whoever asked, as a file. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
