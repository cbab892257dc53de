/** A text that must not be found: planted in one place, looked for in all others, in every form that keeps it in clear. */

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Letters and digits only, so that JSON, addresses and headers write it as it is. */
export const drawCanary = (name: string): string => `${name}${randomBytes(16).toString("hex")}`;

/** Where to look: a name for the report, and what is there. */
export type Places = Readonly<Record<string, string | Uint8Array>>;

/** The places in which one of the canaries is, by name. */
export function findCanaries(places: Places, canaries: readonly string[]): readonly string[] {
  const forms = canaries.flatMap(formsOf);
  return Object.entries(places).flatMap(([place, content]) => {
    const bytes = Buffer.from(content as Uint8Array);
    return forms.some((form) => bytes.includes(form)) ? [place] : [];
  });
}

/** As text, as hex, and as base64 wherever in three bytes it begins. */
function formsOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary);
  return [canary, canary.toUpperCase(), bytes.toString("hex"), ...[0, 1, 2].map((before) => base64Behind(before, bytes))];
}

/** Without the characters at both ends, which hang on what stands beside it. Of letters and digits both alphabets are the same. */
function base64Behind(before: number, bytes: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64url");
  return text.slice(Math.ceil((before * 8) / 6), -2);
}

/** Every file below a folder, as its bytes. */
export function filesBelow(folder: string): Places {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]));
}
