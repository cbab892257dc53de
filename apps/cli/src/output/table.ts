/** Plain tables for a terminal: aligned columns, the last one cut to the width that is left. */

import { stripVTControlCharacters } from "node:util";

const GAP = "  ";
/** A last column narrower than this is not cut: the line may wrap instead. */
const MIN_LAST = 24;

export interface TableStyle {
  readonly head: (text: string) => string;
  /** Columns of the terminal; undefined leaves every cell whole. */
  readonly width: number | undefined;
}

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], style: TableStyle): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => visibleLength(row[column] ?? ""))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  const used = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const left = style.width === undefined ? Number.POSITIVE_INFINITY : Math.max(MIN_LAST, style.width - used);
  const lines = rows.map((row) => line(row.map((cell, column) => (column === head.length - 1 ? cut(cell, left) : cell))));
  return [style.head(line(head)), ...lines].join("\n");
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
const graphemesOf = (text: string): string[] => Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
const visibleLength = (text: string): number => graphemesOf(stripVTControlCharacters(text)).length;
const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - visibleLength(text)));
const cut = (text: string, width: number): string =>
  visibleLength(text) <= width
    ? text
    : `${graphemesOf(stripVTControlCharacters(text))
        .slice(0, width - 1)
        .join("")}…`;
