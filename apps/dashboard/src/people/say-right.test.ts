/** Every right has words and a place. */

import { RIGHTS } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { RIGHT_GROUPS, RIGHT_WORDS, sayRights } from "./say-right.ts";

test("each right stands in one group", () => {
  expect(RIGHT_GROUPS.flatMap(({ rights }) => rights).sort()).toEqual([...RIGHTS].sort());
  expect(new Set(Object.values(RIGHT_WORDS)).size).toBe(RIGHTS.length);
});

test("rights are said in the order of the groups", () => {
  expect(sayRights(["split.edit", "read"])).toBe("See flags, environments, history and numbers. Turn shares.");
  expect(sayRights([])).toBe("");
});
