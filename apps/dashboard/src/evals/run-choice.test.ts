/** What a suite can be run on, and what is said of runs. */

import { describe, expect, test } from "vitest";
import type { EvalRunView, FlagView } from "@dimmer/protocol";
import { offeredOf, sayOffered, sayRunState, shownRuns } from "./run-choice.ts";

const run = (state: EvalRunView["state"], more: Partial<EvalRunView> = {}) =>
  ({ id: state, state, done: 3, total: 40, message: null, report: null, ...more }) as EvalRunView;

describe("runs of suites", () => {
  test("are offered every variant, and every draft after its variant", () => {
    const flag = { definition: { variants: { a: {}, b: {} } }, versions: { a: { hasDraft: true }, b: { hasDraft: false } } };
    expect(offeredOf(flag as unknown as FlagView)).toEqual([
      { variant: "a", isDraft: false },
      { variant: "a", isDraft: true },
      { variant: "b", isDraft: false },
    ]);
  });

  test("a suite is said with its size and its scorers", () => {
    const suite = {
      name: "faq",
      number: 3,
      version: null,
      digest: "",
      itemCount: 1,
      repeats: 2,
      scorers: ["exact"],
      createdAt: "",
    };
    expect(sayOffered(suite)).toBe("Number 3, 1 item, each asked 2 times; scored by exact.");
    expect(sayOffered({ ...suite, itemCount: 4, repeats: 1 })).toBe("Number 3, 4 items; scored by exact.");
  });

  test("open ones come first, those with a report are in the list of reports", () => {
    const runs = [run("failed"), run("finished", { report: "r" }), run("running"), run("cancelled"), run("queued")];
    expect(shownRuns(runs, 3).map(({ id }) => id)).toEqual(["running", "queued", "failed"]);
  });

  test.each([
    [run("queued"), "Waits in line"],
    [run("running"), "3 of 40 items"],
    [run("cancelled", { total: 1 }), "Cancelled after 3 of 1 item"],
    [run("finished"), "Finished"],
    [run("failed", { message: "No budget." }), "No budget."],
    [run("failed"), "Failed after 3 of 40 items"],
    [run("interrupted"), "Interrupted after 3 of 40 items"],
  ])("%#: says what became of it", (one, words) => expect(sayRunState(one)).toBe(words));
});
