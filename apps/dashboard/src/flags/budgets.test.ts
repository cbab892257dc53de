/** Budgets and shadows: said, typed and read. */

import { expect, test } from "vitest";
import { readBudgets, readCalls, sayBudgets, sayShadow, typedOf } from "./budgets.ts";

test("each budget is a sentence that says where it counts", () => {
  expect(sayBudgets({ opus: { callsPerMinute: 1_200 }, sonnet: { callsPerMinute: 1 } })).toEqual([
    "opus: at most 1,200 calls a minute in each instance of the app",
    "sonnet: at most 1 call a minute in each instance of the app",
  ]);
  expect(sayShadow(null)).toBe("nothing is tried unseen");
  expect(sayShadow({ variant: "opus", percent: 2.5, callsPerMinute: 30 })).toBe(
    "opus is called beside what 2.5 % of people get, at most 30 calls a minute in each instance of the app; nobody sees its answers",
  );
});

test.each<[string, number | undefined]>([
  [" 600 ", 600],
  ["0", undefined],
  ["1.5", undefined],
  ["1000001", undefined],
  ["many", undefined],
])("%j is %s", (text, calls) => expect(readCalls(text)).toBe(calls));

test("what is typed is read back, and an empty field is no budget", () => {
  const saved = { opus: { callsPerMinute: 600 } };
  expect(readBudgets(typedOf(saved), saved)).toEqual({ budgets: saved });
  expect(readBudgets({ opus: " ", sonnet: "5" }, saved)).toEqual({ budgets: { sonnet: { callsPerMinute: 5 } } });
  expect(readBudgets({ opus: "x" }, saved)).toEqual({ problem: "How often opus may be called is no number yet." });
});
