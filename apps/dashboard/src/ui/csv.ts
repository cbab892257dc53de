/** Tables as text for other programs. */

export type Cell = string | number | null;

/**
 * Shape:  RFC 4180; null is empty. A text that a spreadsheet would take for a formula begins with an apostrophe.
 * Source: OWASP, CSV injection.
 */
export const csvOf = (rows: readonly (readonly Cell[])[]): string => rows.map((row) => row.map(quote).join(",")).join("\r\n");

function quote(cell: Cell): string {
  const text = typeof cell === "string" && /^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : String(cell ?? "");
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
