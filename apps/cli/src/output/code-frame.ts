/** The lines around a place in a file, with a mark under it. */

import type { Place } from "../document/read-document.ts";
import type { Paint } from "./output.ts";

const LINES_AROUND = 2;
/** Longer lines are cut; a value may be a whole prompt. */
const MAX_LINE = 160;

export function renderCodeFrame(text: string, place: Place, paint: Paint): string {
  const lines = text.split(/\r?\n/u);
  const first = Math.max(1, place.line - LINES_AROUND);
  const last = Math.min(lines.length, place.line + LINES_AROUND);
  const width = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const marked = number === place.line;
    const margin = `${marked ? ">" : " "} ${String(number).padStart(width)} | `;
    out.push((marked ? paint("bold", margin) : paint("dim", margin)) + cut(lines[number - 1] ?? ""));
    if (marked && place.column <= MAX_LINE)
      out.push(paint("dim", `  ${" ".repeat(width)} | `) + " ".repeat(place.column - 1) + paint("red", "^"));
  }
  return out.map((line) => line.trimEnd()).join("\n");
}

const cut = (line: string): string => (line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`);
