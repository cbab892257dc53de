/** What a key of one environment sees of a change: its own part, and nothing that tells of the others. */

import type { Change, Operation } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { narrowChange } from "./narrow.ts";

const changeOf = (operation: Operation): Change => ({
  id: "change_1",
  sequence: 1,
  at: "2027-01-01T00:00:00Z",
  actor: { kind: "key", id: "key_1", name: "deploy key" },
  reason: null,
  source: "file",
  operations: [operation],
  effects: [],
  versions: {},
  summary: ["Did it."],
  undoes: null,
  undoneBy: null,
});

test("splits that were moved in another environment are not told", () => {
  const moved = {
    "production/default": { a: 10, b: 90 },
    "production-eu/default": { a: 20, b: 80 },
    "staging/eu": { a: 30, b: 70 },
  };
  const own = changeOf({ kind: "own-flag", flag: "model", file: "dimmer.yaml", moved });
  const seen = narrowChange(new Set(["production"]), own);
  expect(seen?.operations).toEqual([
    { kind: "own-flag", flag: "model", file: "dimmer.yaml", moved: { "production/default": { a: 10, b: 90 } } },
  ]);
  expect(narrowChange(null, own)).toBe(own);
});
