/** The map forgets by use and by weight. */

import { expect, test } from "vitest";
import { openBoundedMap } from "./bounded-map.ts";

test("the least recently used goes first", () => {
  const map = openBoundedMap<number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
});

test("weight counts, also of what is replaced, and what weighs more than all is not kept", () => {
  const map = openBoundedMap<number>(10, 100);
  map.set("a", 1, 60);
  map.set("a", 2, 50);
  map.set("b", 3, 50);
  expect([map.get("a"), map.get("b")]).toEqual([2, 3]);
  map.set("c", 4, 1);
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([undefined, 3, 4]);
  map.set("b", 5, 101);
  expect([map.get("b"), map.get("c"), map.size]).toEqual([undefined, 4, 1]);
});
