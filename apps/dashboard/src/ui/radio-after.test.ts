/** Arrow keys in a group of radio buttons. */

import { expect, test } from "vitest";
import { radioAfter } from "./radio-after.ts";

test.each([
  ["ArrowRight", "a", "b"],
  ["ArrowDown", "c", "a"],
  ["ArrowLeft", "a", "c"],
  ["ArrowUp", "b", "a"],
  ["ArrowUp", "none", "c"],
  ["ArrowDown", "none", "a"],
  ["Home", "c", "a"],
  ["End", "a", "c"],
  ["Enter", "a", undefined],
])("%s from %s leads to %s", (key, chosen, next) => expect(radioAfter(key, ["a", "b", "c"], chosen)).toBe(next));
