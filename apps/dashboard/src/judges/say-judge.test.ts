/** Judges in words, and read from a form. */

import { expect, test } from "vitest";
import type { JudgeView } from "@dimmer/protocol";
import { readJudge, sayTask, sayToday } from "./say-judge.ts";

const JUDGE: JudgeView = {
  id: "judge-1",
  name: "Helpful",
  flag: "summarizer",
  connection: "connection-1",
  provider: "openai",
  model: "gpt-4o-2024-08-06",
  prompt: "Is {{ output }} helpful?",
  promptHash: "abc",
  score: "helpful",
  scale: { from: 0, to: 1 },
  perMille: 50,
  dailyBudgetMicroUsd: 5_000_000,
  state: "active",
  message: null,
  today: { judged: 0, failed: 0, dropped: 0, putOff: 0, costMicroUsd: 0, reservedMicroUsd: 0 },
  waiting: 0,
  createdAt: "2026-06-01T00:00:00Z",
};

test("what it is to do", () => {
  expect(sayTask(JUDGE)).toBe("Scores 5 % of the runs of summarizer from 0 to 1 as helpful, by gpt-4o-2024-08-06.");
  expect(sayTask({ ...JUDGE, perMille: 1_000 })).toContain("Scores all runs of summarizer");
});

test("what it did today", () => {
  expect(sayToday(JUDGE)).toBe("None judged today for $0 of $5.00.");
  const today = { ...JUDGE.today, judged: 12, failed: 1, dropped: 3, costMicroUsd: 210 };
  expect(sayToday({ ...JUDGE, today, waiting: 1 })).toBe(
    "12 judged today for $0.000210 of $5.00, 1 waits. 1 was given up. For 3 there was no time or no room.",
  );
});

const FIELDS = {
  name: " Helpful ",
  flag: "summarizer",
  connection: "connection-1",
  model: "gpt-4o-2024-08-06",
  score: "helpful",
  prompt: "Is {{ output }} helpful?\n",
  from: "0",
  to: "1",
  share: "0.5",
  budget: "$1",
};

test("a form is a request; the prompt stays as it was typed", () => {
  expect(readJudge(FIELDS)).toEqual({
    judge: {
      name: "Helpful",
      flag: "summarizer",
      connection: "connection-1",
      model: "gpt-4o-2024-08-06",
      score: "helpful",
      prompt: "Is {{ output }} helpful?\n",
      scale: { from: 0, to: 1 },
      perMille: 5,
      dailyBudgetMicroUsd: 1_000_000,
    },
  });
});

test.each([
  ["no share", { share: "" }, "share"],
  ["a share of nobody", { share: "0" }, "share"],
  ["a share above all", { share: "100.1" }, "share"],
  ["no budget", { budget: "" }, "budget"],
  ["a budget of nothing", { budget: "0" }, "budget"],
  ["a lowest in words", { from: "zero" }, "from"],
  ["a scale that goes down", { to: "-1" }, "to"],
])("%s is said at its field", (_what, odd, field) => {
  expect(readJudge({ ...FIELDS, ...odd })).toEqual({ wrong: { [field]: expect.any(String) as string } });
});
