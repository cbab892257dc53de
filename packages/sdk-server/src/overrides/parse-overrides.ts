/** Reads overrides as people write them: `summarizer=opus,search=off`, JSON, or what a file holds. */

export type Overrides = Readonly<Record<string, string>>;

/** Overrides of one source; more is no list that a person keeps. */
export const OVERRIDES_LIMIT = 1_000;

/**
 * Reads the text of DIMMER_OVERRIDES.
 *
 * Shape:  pairs with commas between them, or a JSON object; space around names does not count.
 * Errors: throws a TypeError that says what cannot be read.
 */
export function parseOverrides(text: string): Overrides {
  if (text.trimStart().startsWith("{")) return checkOverrides(parseJson(text));
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return checkOverrides(Object.fromEntries(pairs.map(parsePair)));
}

/** Shape: any data → flag key → variant. Errors: throws a TypeError that names the first entry which is none. */
export function checkOverrides(data: unknown): Overrides {
  // An empty file, or one with nothing but comments.
  if (data === null || data === undefined) return {};
  if (typeof data !== "object" || Array.isArray(data)) throw new TypeError("Overrides are a map from flag to variant.");
  const entries = Object.entries(data);
  if (entries.length > OVERRIDES_LIMIT) throw new TypeError(`There are more than ${OVERRIDES_LIMIT} overrides.`);
  for (const [flag, variant] of entries) if (typeof variant !== "string") throw new TypeError(describe(flag, variant));
  return Object.fromEntries(entries);
}

/** A boolean flag has the variants on and off, and YAML has words that look like them. */
function describe(flag: string, variant: unknown): string {
  const mend = typeof variant === "boolean" ? `; write ${variant ? "on" : "off"}, in quotes` : "";
  return `The override of ${flag} must be the name of a variant, not ${JSON.stringify(variant)}${mend}.`;
}

function parsePair(pair: string): [string, string] {
  const [flag = "", variant = "", ...rest] = pair.split("=").map((part) => part.trim());
  if (flag === "" || variant === "" || rest.length > 0)
    throw new TypeError(`${JSON.stringify(pair.trim())} is no override; write flag=variant, with commas between several.`);
  return [flag, variant];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`It begins as JSON and is none: ${(cause as Error).message}`, { cause });
  }
}
