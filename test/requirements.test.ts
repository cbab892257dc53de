/** Every promise is cited by a test, and every citation is of a promise. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PENDING, REQUIREMENTS } from "./requirements.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Compares promises with the titles that cite them: what is uncited, unknown, or cited though it is said to be pending. */
function compareCitations(ids: readonly string[], pending: readonly string[], sources: readonly string[]) {
  const cited = new Set(sources.flatMap(citedIn));
  return {
    uncited: ids.filter((id) => !cited.has(id) && !pending.includes(id)),
    unknown: [...cited].filter((id) => !ids.includes(id)),
    settled: pending.filter((id) => cited.has(id) || !ids.includes(id)),
  };
}

/** Ids stand in brackets at the start of a test's title; one title may cite several. */
function citedIn(source: string): readonly string[] {
  const titles = [...source.matchAll(/\b(?:test|it|describe)(?:\.\w+(?:\([^)]*\))?)*\(\s*["'`]((?:\[[a-z-]+\]\s*)+)/g)].map(
    ([, ids]) => ids ?? "",
  );
  return titles.flatMap((ids) => [...ids.matchAll(/\[([a-z-]+)\]/g)].map(([, id]) => id ?? ""));
}

const checks: readonly (readonly [string, string[], string[], string[], object])[] = [
  ["all cited", ["a", "b"], [], ['test("[a] [b] holds", …)'], { uncited: [], unknown: [], settled: [] }],
  ["one uncited", ["a", "b"], [], ["test(`[a] holds`, …)"], { uncited: ["b"], unknown: [], settled: [] }],
  ["one pending", ["a", "b"], ["b"], ['test.each(cases)("[a] %s", …)'], { uncited: [], unknown: [], settled: [] }],
  ["pending but cited", ["a"], ["a"], ['test("[a]", …)'], { uncited: [], unknown: [], settled: ["a"] }],
  ["cited but unknown", [], [], ['describe("[z] x", …)'], { uncited: [], unknown: ["z"], settled: [] }],
];

describe("requirements", () => {
  test.each(checks)("compares: %s", (_, ids, pending, sources, expected) => {
    expect(compareCitations(ids, pending, sources)).toEqual(expected);
  });

  test("are each cited by a test", () => {
    const ids = REQUIREMENTS.map(({ id }) => id);
    expect(compareCitations(ids, PENDING, readTests())).toEqual({ uncited: [], unknown: [], settled: [] });
  });

  test("have one id each", () => {
    const ids = REQUIREMENTS.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size);
  });
});

function readTests(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.test.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = listed.split("\0").filter((path) => path !== "" && path !== "test/requirements.test.ts");
  // A file that is deleted but not yet committed is still listed.
  return paths.filter((path) => existsSync(`${root}/${path}`)).map((path) => readFileSync(`${root}/${path}`, "utf8"));
}
