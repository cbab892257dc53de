/** Plain tables for a terminal: aligned columns of bounded width, the last one cut to what is left of the line. */

import { stripVTControlCharacters } from "node:util";

const GAP = "  ";
/** A last column narrower than this is not cut: the line may wrap instead. */
const MIN_LAST = 24;
/** A cell before the last is cut here, because every row is padded to the widest. */
const MAX_CELL = 120;

export interface TableStyle {
  readonly head: (text: string) => string;
  /** Columns of the terminal; undefined leaves the last column whole. */
  readonly width: number | undefined;
}

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], style: TableStyle): string {
  const last = head.length - 1;
  const lead = rows.map((row) => row.slice(0, last).map((cell) => cut(cell, MAX_CELL)));
  const widths = head
    .slice(0, last)
    .map((title, column) => Math.max(title.length, ...lead.map((row) => row[column]?.width ?? 0)));
  const used = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const left = style.width === undefined ? undefined : Math.max(MIN_LAST, style.width - used);
  const line = (cells: readonly Cell[], end: string): string =>
    [...cells.map(({ text, width }, column) => text + " ".repeat((widths[column] ?? 0) - width)), end].join(GAP).trimEnd();
  const title = line(
    head.slice(0, last).map((text) => ({ text, width: text.length })),
    head[last] ?? "",
  );
  const lines = rows.map((row, index) => {
    const end = row[last] ?? "";
    return line(lead[index] ?? [], left === undefined ? end : cut(end, left).text);
  });
  return [style.head(title), ...lines].join("\n");
}

interface Cell {
  readonly text: string;
  /** Signs that a reader sees. */
  readonly width: number;
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
/** Code units that one sign may take, on average, before a cell counts as longer than it is. */
const UNITS_PER_SIGN = 16;

/** At most `width` signs of a text. Only what may be shown is taken apart, because that costs the square of its length. */
function cut(text: string, width: number): Cell {
  const visible = stripVTControlCharacters(text);
  const looked = visible.slice(0, width * UNITS_PER_SIGN);
  const signs = Array.from(GRAPHEMES.segment(looked), ({ segment }) => segment);
  if (signs.length <= width && looked.length === visible.length) return { text, width: signs.length };
  const shown = signs.slice(0, Math.min(width, signs.length) - 1);
  return { text: `${shown.join("")}…`, width: shown.length + 1 };
}
