/** What may help, as what to type. */

import { expect, test } from "vitest";
import type { Operation } from "@dimmer/protocol";
import { commandsOf } from "./describe-alert.ts";

const here = { flag: "summarizer", environment: "production" } as const;

test.each<[Operation, string]>([
  [{ kind: "kill", ...here }, "dimmer kill summarizer --environment production"],
  [{ kind: "stop", ...here, variant: "opus" }, "dimmer stop summarizer:opus --environment production"],
  [{ kind: "restore", ...here }, "dimmer restore summarizer --environment production"],
  [{ kind: "restore", ...here, variant: "opus" }, "dimmer restore summarizer:opus --environment production"],
  [
    { kind: "ramp", ...here, rule: "paid", variant: "opus", percent: 5 },
    "dimmer ramp summarizer opus 5 --rule paid --environment production",
  ],
  [{ kind: "serve-all", ...here, variant: "haiku" }, "dimmer set summarizer haiku --environment production"],
  [{ kind: "archive-flag", flag: "summarizer" }, "archive-flag summarizer"],
])("%j: %s", (operation, command) => {
  expect(commandsOf({ kind: "change", label: "It", operations: [operation] })).toEqual([command]);
});

test("pages and rollouts have theirs", () => {
  expect(commandsOf({ kind: "page", label: "It", path: "/projects/p/x" })).toEqual(["see /projects/p/x in the dashboard"]);
  expect(commandsOf({ kind: "rollout", label: "It", rollout: "r_1", act: "pause" })).toEqual(["dimmer rollouts pause r_1"]);
});
