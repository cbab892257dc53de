/** The write path end to end: one transaction, one audit row, the right versions; refusals change nothing. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileSnapshot, evaluate } from "@dimmer/evaluation";
import { buildSnapshot } from "./build-snapshot.ts";
import { create, openTestProject, P, PROJECT, SUMMARIZER, SWITCH, type TestProject } from "./sample-project.contract.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH)]);
});
afterEach(async () => {
  await project.ports.store.close();
});

describe("applyChange", () => {
  it("creates flags, and a snapshot of them decides", async () => {
    const snapshot = await buildSnapshot(project.ports.store, PROJECT, "production");
    const compiled = compileSnapshot(snapshot);
    const answer = evaluate(compiled, "summarizer", { targetingKey: "user-7" });
    expect(answer).toMatchObject({ variant: "opus", reason: "TARGETING_MATCH" });
    expect(evaluate(compiled, "summarizer", { targetingKey: "x" })).toMatchObject({ variant: "sonnet", reason: "SPLIT" });
    expect(snapshot.version).toBe(1);
    expect(Object.keys(snapshot.values)).toHaveLength(5);
  });
  it("kills, says what serves, and restores", async () => {
    const killed = await project.apply([{ kind: "kill", ...P }]);
    expect(killed.serving).toEqual(["summarizer in production: everyone now gets plain (fallback)."]);
    expect(killed.change?.versions).toEqual({ production: 2 });
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, pinEpochs: { opus: 1, sonnet: 1, plain: 1 } });
    await project.apply([{ kind: "restore", ...P }]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: true, pinEpochs: { opus: 1, sonnet: 1, plain: 1 } });
  });
  it("ramps with the fewest moves", async () => {
    const ramped = await project.apply([{ kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 }]);
    expect(ramped.moves).toEqual([{ ...P, rule: "paid", from: "sonnet", to: "opus", percent: 15 }]);
    expect(ramped.effects.map((effect) => effect.path)).toContain("/rules/paid/serve/split/opus");
    expect(ramped.issues).toEqual([]);
  });
});
