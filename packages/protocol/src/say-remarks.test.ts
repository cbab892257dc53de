/** What stands beside metrics: who answered, and what is in no sum. */

import { expect, test } from "vitest";
import { sayRemarks } from "./say-remarks.ts";

test("remarks name who answered in another's place, and what is in no sum", () => {
  const model = {
    variant: "opus",
    provider: null,
    generations: 9,
    requestModel: "claude-a",
    responseModel: "claude-a-20260101",
    unpriced: 0,
  };
  expect(sayRemarks([model])).toEqual([]);
  expect(sayRemarks([{ ...model, responseModel: "other" }])).toEqual(["opus asks for claude-a and was answered by other."]);
  const nameless = { ...model, requestModel: null, responseModel: null };
  expect(sayRemarks([{ ...nameless, unpriced: 1 }])[0]).toMatch(/^1 call of a model without a name \(opus\)/u);
  expect(sayRemarks([{ ...model, unpriced: 2 }])[0]).toMatch(/^2 calls of claude-a-20260101/u);
});
