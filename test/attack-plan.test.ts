/** Every attack of the plan is sent by a test that is there. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ATTACK_PLAN } from "./attack-plan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A title stands in the source as it is written there: at the start of a text, or whole behind another word of its row. */
function missingFrom(source: string, titles: readonly string[]): readonly string[] {
  return titles.filter((title) => !['"', "'", "`", " "].some((before) => source.includes(before + title)));
}

test.each([
  [["A1 deep"], 'test("A1 deep, on every route")', []],
  [["A1 deep"], 'test("A1 shallow")', ["A1 deep"]],
  [["A1 deep"], 'test("BA1 deep")', ["A1 deep"]],
])("compares %j with %s", (titles, source, missing) => {
  expect(missingFrom(source, titles)).toEqual(missing);
});

test("the plan has every attack from A1 to A60, each once and in order", () => {
  const numbers = ATTACK_PLAN.map(({ id }) => Number(id.slice(1)));
  expect(numbers.slice(0, 60)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test.each(ATTACK_PLAN)("$id $attack: is sent", ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  const missing = tests.flatMap(([file, ...titles]) =>
    existsSync(root + file) && titles.length > 0
      ? missingFrom(readFileSync(root + file, "utf8"), titles).map((title) => `${file}: ${title}`)
      : [`${file} with a title`],
  );
  expect(missing).toEqual([]);
});
