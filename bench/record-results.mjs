/** Writes a bench's report into `RESULTS.md`, between the marks that carry its name. */

import { readFileSync, writeFileSync } from "node:fs";

const RESULTS = new URL("RESULTS.md", import.meta.url);

/** Errors: a file without the marks is ours to mend, so it throws. */
export function recordResults(bench, report) {
  const [start, end] = [`<!-- ${bench}: written by the run -->`, `<!-- end of ${bench} -->`];
  const before = readFileSync(RESULTS, "utf8");
  const from = before.indexOf(start);
  const to = before.indexOf(end);
  if (from < 0 || to < from) throw new Error(`RESULTS.md has no place for ${bench}`);
  writeFileSync(RESULTS, `${before.slice(0, from)}${start}\n\n${report}\n\n${before.slice(to)}`);
}
