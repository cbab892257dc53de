/** What no start of Dimmer can be faster than: reading the same text. It answers nothing. */

import { readFileSync } from "node:fs";

export { writeConfig } from "./dimmer-engine.mjs";

export async function start(path) {
  const parsed = JSON.parse(readFileSync(path, "utf8"));
  const read = (key) => parsed.flags[key];
  return { context: (user) => user, calls: { a: read, b: read, c: read }, close: () => {} };
}
