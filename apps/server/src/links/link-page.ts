/** The page of a link: one question, one button, no script, and nothing from elsewhere. */

import { createHash } from "node:crypto";

/** System colours follow the reader's choice of light and dark. */
const STYLE = `:root{color-scheme:light dark}
body{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.25}
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
button{font:inherit;font-weight:600;padding:.75rem 1.5rem;border:0;border-radius:.5rem;background:#c62828;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid Highlight;outline-offset:3px}`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The address is the secret: nothing may keep it, pass it on or show the page inside another. */
export const PAGE_HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": POLICY,
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Robots-Tag": "noindex, nofollow",
} as const;

export interface Page {
  readonly title: string;
  readonly lines: readonly string[];
  /** The words of the button; without one there is nothing to do. */
  readonly button?: string;
}

/** Shape: `lines` and `title` are plain text; what stands between backticks is set as code. */
export function renderPage({ title, lines, button }: Page): string {
  // Posts to the address of the page itself, which also works behind a path.
  const form = button === undefined ? "" : `<form method="post"><button type="submit">${markUp(button)}</button></form>\n`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title.replaceAll("`", ""))}</title>
<style>${STYLE}</style>
<main>
<h1>${markUp(title)}</h1>
${lines.map((line) => `<p>${markUp(line)}</p>\n`).join("")}${form}</main>
</html>
`;
}

const markUp = (text: string): string => escapeHtml(text).replaceAll(/`([^`]*)`/gu, "<code>$1</code>");

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/gu, (char) => ESCAPES[char] ?? char);
