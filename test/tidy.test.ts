/** Holds the tree to its rules, and each rule to finding what breaks it. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type RepoFile, TIDY_RULES } from "./tidy.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const repository = readRepository();

describe.each(TIDY_RULES)("$name", ({ find, broken }) => {
  test("holds", () => expect(find(repository)).toEqual([]));
  test("can fail", () => expect(find(broken)).not.toEqual([]));
});

/** Every way to make a clock or a chance of one's own, and what only looks like one. */
test("the rule of clocks and randomness knows every way to make one", () => {
  const rule = TIDY_RULES.find(({ name }) => name.startsWith("clock and randomness"));
  const isFound = (text: string) => (rule?.find([{ path: "apps/server/src/flags/flag.ts", text }]) ?? []).length > 0;
  for (const own of [
    "const at = Date.now();",
    "const at = new Date();",
    "const at = new Date( );",
    "const at = new Date;",
    "const at = Date();",
    "const at = performance.now();",
    "const at = globalThis.performance.timeOrigin;",
    "const by = process.hrtime.bigint();",
    "const by = Math.random();",
  ])
    expect([own, isFound(own)]).toEqual([own, true]);
  for (const given of ["const said = new Date(at).toISOString();", "const at = Date.parse(text);", "const at: Date = given;"])
    expect([given, isFound(given)]).toEqual([given, false]);
});

/** Every file that git knows or would take up: what lies here unsaved counts as well. Of a picture only that it is there. */
function readRepository(): readonly RepoFile[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = listed.split("\0").filter((path) => /(^|\/)\.?[\w.-]+$/.test(path));
  return paths.flatMap((path) => {
    try {
      const text = readFileSync(`${root}/${path}`, "utf8");
      return [{ path, text: /\.(png|ico|woff2)$/.test(path) ? "" : text }];
    } catch {
      // Deleted but not yet committed.
      return [];
    }
  });
}
