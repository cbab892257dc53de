/** Operations in words. */

import { expect, test } from "vitest";
import type { Operation } from "@dimmer/protocol";
import { environmentOf, isAbout, sayOperation } from "./say-operation.ts";

const here = { flag: "summarizer", environment: "production" };

test.each<[Operation, string]>([
  [{ kind: "kill", ...here }, "kill"],
  [{ kind: "restore", ...here }, "restore"],
  [{ kind: "restore", ...here, variant: "opus" }, "restore opus"],
  [{ kind: "stop", ...here, variant: "opus" }, "stop opus"],
  [{ kind: "ramp", ...here, rule: "default", variant: "opus", percent: 25 }, "opus to 25 % for everyone else"],
  [{ kind: "set-split", ...here, rule: "paid", split: { opus: 25, sonnet: 75 } }, "25 % opus and 75 % sonnet for rule paid"],
  [{ kind: "set-serve", ...here, rule: "paid", serve: { variant: "opus" } }, "opus for rule paid"],
  [{ kind: "serve-all", ...here, variant: "opus" }, "opus for everyone"],
  [{ kind: "publish", flag: "summarizer", variant: "opus", environments: ["production"] }, "publish the draft of opus"],
  [
    { kind: "publish", flag: "summarizer", variant: "opus", environments: ["production"], version: 2 },
    "publish version 2 of opus",
  ],
  [{ kind: "archive-flag", flag: "summarizer" }, "archive flag"],
])("%j: %s", (operation, said) => expect(sayOperation(operation)).toBe(said));

test("where and about what", () => {
  expect(environmentOf({ kind: "kill", ...here })).toBe("production");
  expect(environmentOf({ kind: "archive-flag", flag: "summarizer" })).toBeUndefined();
  expect(isAbout({ kind: "kill", ...here }, "summarizer")).toBe(true);
  expect(isAbout({ kind: "remove-segment", segment: "summarizer" }, "summarizer")).toBe(false);
});
