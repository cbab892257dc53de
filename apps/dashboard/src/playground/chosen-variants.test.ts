/** Which variants are tried, in the address and out of it. */

import { expect, test } from "vitest";
import { type ChosenVariant, readChosen, toggleChosen, writeChosen } from "./chosen-variants.ts";

const one = (variant: string, isDraft = false): ChosenVariant => ({ variant, isDraft });
const offered = [one("gpt"), one("gpt", true), ..."abcdef".split("").map((name) => one(name))];

test("reads those that are there, in the order of the flag, and no more than may run", () => {
  expect(readChosen("a,gpt~draft,gone,a", offered)).toEqual([one("gpt", true), one("a")]);
  expect(readChosen(undefined, offered)).toEqual([]);
  expect(readChosen("gpt,gpt~draft,a,b,c,d,e,f", offered)).toHaveLength(6);
});

test("writes what it reads", () => {
  const chosen = [one("gpt"), one("gpt", true), one("b")];
  expect(writeChosen(chosen)).toBe("gpt,gpt~draft,b");
  expect(readChosen(writeChosen(chosen), offered)).toEqual(chosen);
});

test("turns one on and off, and its draft apart from it", () => {
  expect(toggleChosen([one("gpt")], one("gpt", true))).toEqual([one("gpt"), one("gpt", true)]);
  expect(toggleChosen([one("gpt"), one("gpt", true)], one("gpt"))).toEqual([one("gpt", true)]);
});
