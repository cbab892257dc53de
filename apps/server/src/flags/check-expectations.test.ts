/** What flags expect, held against every kind of save: refused where it breaks, whoever's edit it is, and never in an emergency. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Expectation } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { erasePersonFromFlags } from "./erase-person.ts";
import { ANYONE, create, openTestProject, P, PROJECT, SUMMARIZER, SWITCH, type TestProject } from "./sample-project.contract.ts";
import { undoChange } from "./undo.ts";

let project: TestProject;
const EXPECT: Expectation[] = [
  { context: { targetingKey: "user-7" }, serves: "opus", environments: ["production"] },
  { context: { targetingKey: "user-1", plan: "free" }, never: ["opus"], environments: ["production"] },
];
const segment = (include: string[]): Operation => ({
  kind: "set-segment",
  segment: "beta",
  environment: "production",
  config: { include },
});
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([
    { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["user-9"] } } } },
    create("ai-enabled", SWITCH),
    create("summarizer", { ...SUMMARIZER, expect: EXPECT }),
    { kind: "set-requires", ...P, requires: [{ flag: "ai-enabled", variant: "on" }] },
    { kind: "set-rule", ...P, rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "opus" } } },
  ]);
});
afterEach(() => project.ports.store.close());

/** The change is refused, saying which expectation breaks, pointing at the operation, and nothing of it is there. */
async function checkRefused(operations: readonly Operation[], message: string, pointer: string): Promise<void> {
  const before = await project.version();
  await expect(project.apply(operations)).rejects.toMatchObject({
    code: "invalid-document",
    issues: [{ code: "expectation-broken", path: pointer, message: expect.stringContaining(message) as unknown }],
  });
  expect(await project.version()).toBe(before);
}

const HER = 'expectation 1 of summarizer breaks: in production, {"targetingKey":"user-7"} gets plain';
const HIM = 'expectation 2 of summarizer breaks: in production, {"targetingKey":"user-1","plan":"free"} gets opus';

describe("[expectations] a save that breaks one is refused", () => {
  it("by a rule", () =>
    checkRefused(
      [{ kind: "set-rule", ...P, rule: { id: "all", serve: { variant: "opus" } }, at: 0 }],
      HIM,
      "/operations/0/rule",
    ));
  it("by targets", () =>
    checkRefused([{ kind: "set-targets", ...P, targets: {} }], "expectation 1 of summarizer", "/operations/0/targets"));
  it("by a segment that another flag's rule asks for", () => checkRefused([segment(["user-1"])], HIM, ""));
  it("by a flag that is required", () =>
    checkRefused([{ kind: "serve-all", flag: "ai-enabled", environment: "production", variant: "off" }], HER, ""));
  it("by the expectation itself, also in a dry run", async () => {
    const operation: Operation = {
      kind: "update-flag",
      flag: "summarizer",
      fields: { expect: [{ context: {}, serves: "opus" }] },
    };
    await checkRefused(
      [operation],
      "expectation 1 of summarizer breaks: in production, {} gets sonnet",
      "/operations/0/fields/expect",
    );
    await expect(project.apply([operation], { dryRun: true })).rejects.toMatchObject({ code: "invalid-document" });
  });
  it("by a new flag", () =>
    checkRefused(
      [
        create("chat", {
          ...SUMMARIZER,
          expect: [{ context: { targetingKey: "user-7" }, serves: "sonnet", environments: ["production"] }],
        }),
      ],
      "expectation 1 of chat",
      "/operations/0/definition/environments/production",
    ));
  it("by an undo", async () => {
    const targets = { opus: ["user-7", "user-1"] };
    await project.apply([{ kind: "update-flag", flag: "summarizer", fields: { expect: null } }]);
    const named = await project.apply([{ kind: "set-targets", ...P, targets: {} }]);
    await project.apply([{ kind: "set-targets", ...P, targets }]);
    await project.apply([{ kind: "set-targets", ...P, targets: { opus: ["user-7"] } }]);
    await project.apply([{ kind: "update-flag", flag: "summarizer", fields: { expect: EXPECT } }]);
    const last = await project.ports.store.listChanges(PROJECT, { limit: 2 });
    expect(named.status).toBe("applied");
    await expect(undoChange(project.ports, ANYONE, { project: PROJECT, change: last[1]?.id ?? "" })).rejects.toMatchObject({
      code: "invalid-document",
    });
  });
});

describe("[expectations] and nothing else is", () => {
  it("what keeps them, and what touches other flags", async () => {
    await project.apply([{ kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 50 }]);
    await project.apply([segment(["user-9", "user-8"]), create("chat", SUMMARIZER)]);
  });
  it("a kill, a stop and a restore; and what is saved while they last", async () => {
    await project.apply([{ kind: "kill", flag: "ai-enabled", environment: "production" }]);
    await project.apply([{ kind: "stop", ...P, variant: "opus" }]);
    await project.apply([{ kind: "kill", ...P }]);
    await project.apply([{ kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 50 }]);
    await project.apply([{ kind: "restore", ...P }]);
  });
  it("the erasure of a person whom one names", async () => {
    const order = { project: PROJECT, person: "user-7", reason: "Asked to" };
    await project.ports.store.transaction((tx) => erasePersonFromFlags(tx, project.ports, ANYONE, order));
    expect((await project.config("summarizer")).targets).toBeUndefined();
  });
});
