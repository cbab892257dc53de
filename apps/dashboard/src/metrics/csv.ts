/** Tables as text for other programs. */

/** Shape: RFC 4180; null is empty. */
export const csvOf = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => row.map((cell) => quote(String(cell ?? ""))).join(",")).join("\r\n");

const quote = (text: string): string => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
