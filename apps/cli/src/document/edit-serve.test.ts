/** Edits of one serve in the text: whatever its style, nothing else changes. */

import type { StoredSplit } from "@dimmer/evaluation";
import { describe, expect, test } from "vitest";
import { editServe } from "./edit-serve.ts";
import { parseSource } from "./read-document.ts";

const stored: StoredSplit = {
  algorithm: "sha1-slot-v1",
  slots: 100_000,
  salt: "f",
  by: "targetingKey",
  offset: 0,
  ranges: [
    [0, 25_000, "a"],
    [25_000, 100_000, "b"],
  ],
};
const next = { split: { a: 25, b: 75 }, stored };
const FLOW =
  "{ algorithm: sha1-slot-v1, slots: 100000, salt: f, by: targetingKey, offset: 0, ranges: [ [ 0, 25000, a ], [ 25000, 100000, b ] ] }";

const check = (before: string, after: string, path: readonly (string | number)[] = ["x", "serve"]) =>
  expect(editServe(parseSource("d.yaml", before), path, next)).toBe(after);

describe("editServe", () => {
  test("a flow map, its comment stays", () =>
    check(
      "x:\n  serve:   { split: { a: 10,   b: 90 }, by: org }    # why\n  y: 1 # z\n",
      `x:\n  serve:   { split: { a: 25,   b: 75 }, stored: ${FLOW}, by: org }    # why\n  y: 1 # z\n`,
    ));
  test("a block, comments stay on their lines", () =>
    check(
      "x:\n  serve:\n    # who\n    split:\n      a: 10 # new\n      b: 90   # old\n    by: org\n  y: 1\n",
      `x:\n  serve:\n    # who\n    split:\n      a: 25 # new\n      b: 75   # old\n    stored: ${FLOW}\n    by: org\n  y: 1\n`,
    ));
  test("a block that ends the file, without a newline", () =>
    check("x:\n  serve:\n    split: { a: 10, b: 90 }", `x:\n  serve:\n    split: { a: 25, b: 75 }\n    stored: ${FLOW}`));
  test("stored ranges in a block are replaced", () =>
    check(
      "x:\n  serve:\n    stored:\n      salt: f\n      ranges:\n        - [0, 10000, a] # first\n        - [10000, 100000, b]\n    split: { a: 10, b: 90 }\n\n# end\n",
      `x:\n  serve:\n    stored:\n      ${FLOW}\n    split: { a: 25, b: 75 }\n\n# end\n`,
    ));
  test("a variant for all becomes a split", () =>
    check("x:\n  serve: { variant: b } # all\n", `x:\n  serve: { split: { a: 25, b: 75 }, stored: ${FLOW} } # all\n`));
  test("the same, written as a block", () =>
    check(
      "x:\n  serve:\n    variant: b # all\n  y: 1\n",
      `x:\n  serve:\n    { split: { a: 25, b: 75 }, stored: ${FLOW} } # all\n  y: 1\n`,
    ));
  test("a rule in a list", () =>
    check(
      "rules:\n  - id: one\n    serve: { split: { a: 10, b: 90 } }\n  - id: two # second\n    serve: { split: { b: 90, a: 10 } }\n",
      `rules:\n  - id: one\n    serve: { split: { a: 10, b: 90 } }\n  - id: two # second\n    serve: { split: { b: 75, a: 25 }, stored: ${FLOW} }\n`,
      ["rules", 1, "serve"],
    ));
  test("windows line ends", () =>
    check(
      "x:\r\n  serve: { split: { a: 10, b: 90 } }\r\n  y: 1\r\n",
      `x:\r\n  serve: { split: { a: 25, b: 75 }, stored: ${FLOW} }\r\n  y: 1\r\n`,
    ));
  test("JSON stays JSON, in its own layout", () =>
    check(
      `{\n  "x": { "serve": { "split": { "a": 10, "b": 90 } } }\n}\n`,
      `{\n  "x": { "serve": { "split": { "a": 25, "b": 75 }, "stored": ${JSON.stringify(stored)} } }\n}\n`,
    ));
  test("a serve that is shared through an alias is left alone", () =>
    expect(() =>
      editServe(parseSource("d.yaml", "x:\n  one: &s { split: { a: 10, b: 90 } }\n  serve: *s\n"), ["x", "serve"], next),
    ).toThrow("cannot be edited in place"));
  test("so is one that others share by its anchor", () =>
    expect(() =>
      editServe(parseSource("d.yaml", "x:\n  serve: &s { split: { a: 10, b: 90 } }\n  two: *s\n"), ["x", "serve"], next),
    ).toThrow("cannot be edited in place"));
});
