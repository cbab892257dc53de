/** A drawn plot as a picture to take along: in the colours of the page as it is now, under its title. */

/** What a picture needs of the page's style; everything else of it is about layout. */
const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;

/** In pixels of the page. */
const MARGIN = 16;
const HEAD = 52;

export interface SvgPictureOrder {
  readonly title: string;
  readonly about: string;
  readonly plot: SVGSVGElement;
}

/**
 * Shape:  a PNG as sharp as the screen.
 * Errors: none thrown; undefined where the browser makes no picture.
 */
export async function pictureOfSvg({ title, about, plot }: SvgPictureOrder): Promise<Blob | undefined> {
  const { width, height } = plot.getBoundingClientRect();
  const image = await drawnAs(plot, width, height);
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * devicePixelRatio;
  canvas.height = (height + HEAD + 2 * MARGIN) * devicePixelRatio;
  const context = canvas.getContext("2d");
  if (context === null || image === undefined) return undefined;
  context.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(document.documentElement);
  const write = (text: string, y: number, look: string, token: string) => {
    context.font = `${look} ${getComputedStyle(document.body).fontFamily}`;
    context.fillStyle = style.getPropertyValue(token).trim();
    context.fillText(text, MARGIN, y);
  };
  context.fillStyle = style.getPropertyValue("--ground").trim();
  context.fillRect(0, 0, width + 2 * MARGIN, height + HEAD + 2 * MARGIN);
  write(title, MARGIN + 14, "600 15px", "--ink");
  write(about, MARGIN + 36, "13px", "--quiet");
  context.drawImage(image, MARGIN, MARGIN + HEAD, width, height);
  return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}

async function drawnAs(plot: SVGSVGElement, width: number, height: number): Promise<HTMLImageElement | undefined> {
  const copy = plot.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  // A picture knows no variables of the page: each part takes its style along.
  const [own, copied] = [plot, copy].map((root) => [...root.querySelectorAll<SVGElement>("*")]);
  for (const [at, element] of (own ?? []).entries()) {
    const style = getComputedStyle(element);
    for (const name of KEPT) copied?.[at]?.style.setProperty(name, style.getPropertyValue(name));
  }
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  try {
    await image.decode();
    return image;
  } catch {
    return undefined;
  }
}
