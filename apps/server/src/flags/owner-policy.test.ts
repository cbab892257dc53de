/** What a file owns of a flag, and a segment that it owns, is edited by it alone; emergencies, shares and what is published stay in everybody's hands. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import { type Operation, ProblemError } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ANYONE, create, openTestProject, P, PROJECT, SUMMARIZER, type TestProject } from "./sample-project.contract.ts";
import { viewSegment } from "../segments/view-segment.ts";
import { undoChange, undoEnvironment, undoFlag } from "./undo.ts";
import { viewFlag } from "./view-flag.ts";

const S = { flag: "summarizer" } as const;
const FILE = "git@example.com:shop/flags.git/dimmer.yaml";
const OWN: Operation = { kind: "own-flag", ...S, file: FILE };
const RAMP: Operation = { kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 };
const PAID_AT_FIRST = { opus: 10, sonnet: 90 };

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER)]);
  await project.apply([{ kind: "draft-value", ...S, variant: "plain", value: { reply: "Drafted." } }, OWN], { file: FILE });
});
afterEach(() => project.ports.store.close());

const config = (edit: (present: FlagEnvironment) => FlagEnvironment) => async (): Promise<Operation> => {
  return { kind: "configure-environment", ...P, config: edit(await project.config("summarizer")) };
};
const owner = async () => (await project.flag("summarizer")).file;

const REFUSED: readonly (readonly [name: string, operation: Operation | (() => Promise<Operation>), place: RegExp])[] = [
  ["a description", { kind: "update-flag", ...S, fields: { description: "By hand" } }, /; \/description cannot/],
  ["archiving", { kind: "archive-flag", ...S }, /\/archived/],
  ["a variant", { kind: "add-variant", ...S, variant: "haiku", value: { reply: "Hi" } }, /\/variants\/haiku/],
  ["a new value", { kind: "draft-value", ...S, variant: "opus", value: { reply: "By hand" } }, /\/variants\/opus\/draft/],
  ["throwing the file's draft away", { kind: "discard-draft", ...S, variant: "plain" }, /\/variants\/plain\/draft/],
  [
    "a rule's condition",
    config((one) => ({ ...one, rules: [{ ...one.rules![0]!, when: { plan: "free" } }] })),
    /rules\/paid\/when/,
  ],
  ["removing a rule", { kind: "remove-rule", ...P, rule: "paid" }, /rules/],
  ["targets", { kind: "set-targets", ...P, targets: {} }, /targets/],
  ["the fallback", { kind: "set-fallback", ...P, fallback: "sonnet" }, /fallback/],
  ["budgets", { kind: "set-budgets", ...P, budgets: { opus: { callsPerMinute: 1 } } }, /budgets/],
  ["a shadow", { kind: "set-shadow", ...P, shadow: { variant: "opus", percent: 1, callsPerMinute: 1 } }, /shadow/],
  ["a budget in dollars", { kind: "set-spend", ...P, budget: "b", spend: { period: "day", amountMicroUsd: 1 } }, /spend/],
  ["a pin", { kind: "set-pin", ...P, pin: { by: "sessionId", for: "1h" } }, /pin/],
  [
    "one variant for all in place of a split",
    { kind: "set-serve", ...P, rule: "default", serve: { variant: "opus" } },
    /default/,
  ],
  ["another unit", config((one) => ({ ...one, default: { split: { opus: 0, sonnet: 100 }, by: "org" } })), /default/],
  ["fresh people", { kind: "fresh-people", ...P, rule: "default", offset: 9 }, /default\/split\/offset/],
  [
    "another environment",
    { kind: "configure-environment", ...S, environment: "staging", config: SUMMARIZER.environments!["production"]! },
    /staging/,
  ],
  ["another owner", { kind: "own-flag", ...S, file: "other.yaml" }, /its owner/],
];

describe("what a file owns", () => {
  it.each(REFUSED)("%s is refused from elsewhere, with the file and the two ways out", async (_name, operation, place) => {
    const operations = [typeof operation === "function" ? await operation() : operation];
    const refusal = await project.apply(operations).catch((error: unknown) => error as ProblemError);
    expect(refusal).toBeInstanceOf(ProblemError);
    expect(refusal).toMatchObject({
      code: "owned-by-file",
      status: 409,
      issues: [{ path: expect.stringMatching(/^\/operations\/0/) }],
    });
    const { message } = refusal as ProblemError;
    expect(message).toContain(`summarizer is owned by ${FILE}`);
    expect(message).toMatch(place);
    expect(message).toContain("dimmer flags release summarizer");
    await expect(project.apply(operations, { file: "other.yaml" })).rejects.toMatchObject({ code: "owned-by-file" });
  });

  it.each(REFUSED.filter(([name]) => name !== "another owner"))("%s is accepted from the file", async (_name, operation) => {
    const done = await project.apply([typeof operation === "function" ? await operation() : operation], { file: FILE });
    expect(done.status).toBe("applied");
  });

  it("is not touched by killing, stopping, restoring, moving shares and publishing, from anywhere, and back", async () => {
    const free: readonly (readonly Operation[])[] = [
      [{ kind: "kill", ...P }],
      [{ kind: "stop", ...P, variant: "opus" }],
      [RAMP],
      [{ kind: "set-split", ...P, rule: "default", split: { opus: 50, sonnet: 30, plain: 20 } }],
      [{ kind: "publish", ...S, variant: "plain", environments: ["production"] }],
    ];
    for (const operations of free) {
      const { change } = await project.apply(operations);
      await undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" });
    }
    expect(await owner()).toEqual({ name: FILE, moved: {} });
    expect((await project.flag("summarizer")).variants["plain"]?.draft).toEqual({ value: { reply: "Drafted." } });
  });

  it("is held by undo too: whoever would take the file's edit back must release the flag first", async () => {
    const before = (await project.flag("summarizer")).environments["production"]?.revision ?? 0;
    const edit = await project.apply([{ kind: "set-targets", ...P, targets: {} }], { file: FILE });
    const about = { project: PROJECT, change: edit.change?.id ?? "" };
    await expect(undoChange(project.ports, ANYONE, about)).rejects.toMatchObject({ code: "owned-by-file" });
    await expect(undoFlag(project.ports, ANYONE, { project: PROJECT, ...P, revision: before })).rejects.toMatchObject({
      code: "owned-by-file",
    });
    await project.apply([{ kind: "release-flag", ...S }]);
    await expect(undoChange(project.ports, ANYONE, about)).resolves.toMatchObject({ status: "applied" });
  });

  it("may be released and edited in one change, and the audit says which file spoke", async () => {
    await project.apply([{ kind: "update-flag", ...S, fields: { description: "From git" } }], { file: FILE });
    const [row] = await project.ports.store
      .listAuditPayloads(`project/${PROJECT}`, 3, 3)
      .then((all) => all.filter(({ part }) => part === "details"));
    expect(JSON.parse(row?.content ?? "")).toMatchObject({ file: FILE });
    await project.apply([
      { kind: "release-flag", ...S },
      { kind: "update-flag", ...S, fields: { description: "By hand" } },
    ]);
    expect(await owner()).toBeNull();
  });
});

describe("a segment that a file owns", () => {
  const BETA = { segment: "beta" } as const;
  const IN = { ...BETA, environment: "production" } as const;
  const REMOVE: Operation = { kind: "remove-segment", ...BETA };
  const RECREATE: Operation = { kind: "create-segment", ...BETA, definition: { description: "By hand" } };
  const segment = () => project.ports.store.getSegment(PROJECT, "beta");
  beforeEach(async () => {
    const definition = { environments: { production: { include: ["user-1"] } } };
    await project.apply(
      [
        { kind: "create-segment", ...BETA, definition },
        { kind: "own-segment", ...BETA, file: FILE },
      ],
      { file: FILE },
    );
  });

  const EDITS: readonly (readonly [name: string, operations: readonly Operation[], place: RegExp])[] = [
    ["a description", [{ kind: "update-segment", ...BETA, description: "By hand" }], /; \/description cannot/],
    ["who is in it", [{ kind: "set-segment", ...IN, config: { include: ["user-2"] } }], /\/environments\/production\/include/],
    ["another environment", [{ kind: "set-segment", ...BETA, environment: "staging", config: {} }], /\/environments\/staging/],
    ["leaving an environment", [{ kind: "set-segment", ...IN, config: null }], /\/environments\/production/],
    ["removing it", [REMOVE], /\/removed/],
    ["another owner", [{ kind: "own-segment", ...BETA, file: "other.yaml" }], /its owner/],
  ];

  it.each(EDITS)("%s is refused from elsewhere, with the file and the two ways out", async (_name, operations, place) => {
    const refusal = await project.apply(operations).catch((error: unknown) => error as ProblemError);
    expect(refusal).toMatchObject({
      code: "owned-by-file",
      status: 409,
      issues: [{ path: expect.stringMatching(/^\/operations\/0/) }],
    });
    const { message } = refusal as ProblemError;
    expect(message).toContain(`beta is owned by ${FILE}`);
    expect(message).toMatch(place);
    expect(message).toContain("release the segment: dimmer segments release beta");
    await expect(project.apply(operations, { file: "other.yaml" })).rejects.toMatchObject({ code: "owned-by-file" });
    expect((await segment())?.definition).toEqual({});
  });

  it.each(EDITS)("%s is accepted from the file, and once it is released", async (_name, operations) => {
    expect((await project.apply(operations, { dryRun: true, file: FILE })).status).toBe("valid");
    await project.apply([{ kind: "release-segment", ...BETA }]);
    expect((await project.apply(operations)).status).toBe("applied");
  });

  it("is not edited by being removed and created again in one change", async () => {
    await expect(project.apply([REMOVE, RECREATE])).rejects.toMatchObject({ code: "owned-by-file" });
    expect((await project.apply([REMOVE, RECREATE], { file: FILE })).status).toBe("applied");
    expect((await segment())?.file).toEqual({ name: FILE });
  });

  it("is nobody's once its file has removed it: who creates one of that name owns it, and an undo brings the owner back", async () => {
    const { change } = await project.apply([REMOVE], { file: FILE });
    await undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" });
    expect((await segment())?.file).toEqual({ name: FILE });
    await project.apply([REMOVE], { file: FILE });
    await project.apply([RECREATE]);
    expect((await segment())?.file).toBeNull();
  });

  it("is held by the undo of an environment too", async () => {
    const version = await project.version();
    await project.apply([{ kind: "set-segment", ...IN, config: { include: ["user-2"] } }], { file: FILE });
    const back = { project: PROJECT, environment: "production", version };
    await expect(undoEnvironment(project.ports, ANYONE, back)).rejects.toMatchObject({ code: "owned-by-file" });
  });

  it("says so in its view, and owning moves no version of an environment", async () => {
    const version = await project.version();
    const { change } = await project.apply([{ kind: "release-segment", ...BETA }]);
    expect(await project.version()).toBe(version);
    expect(change?.effects).toEqual([{ resource: "segments/beta", path: "/file", before: FILE, after: null }]);
    await undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" });
    const record = await segment();
    expect(record === null ? null : viewSegment(record).file).toEqual({ name: FILE });
  });
});

describe("a split that was moved by hand", () => {
  it("is noted with the shares that the file had brought, until it is back there", async () => {
    await project.apply([RAMP]);
    await project.apply([{ ...RAMP, percent: 40 }]);
    expect(await owner()).toEqual({ name: FILE, moved: { "production/paid": PAID_AT_FIRST } });
    await project.apply([{ ...RAMP, percent: 10 }]);
    expect(await owner()).toEqual({ name: FILE, moved: {} });
  });

  it("is the file's again once the file moves it", async () => {
    await project.apply([RAMP]);
    await project.apply([{ ...RAMP, percent: 60 }], { file: FILE });
    expect(await owner()).toEqual({ name: FILE, moved: {} });
  });

  it("is told in the flag's view, as far as a key reaches", async () => {
    await project.apply([RAMP]);
    const record = await project.flag("summarizer");
    expect((await viewFlag(project.ports.store, record)).file).toEqual({
      name: FILE,
      moved: { "production/paid": PAID_AT_FIRST },
    });
    expect((await viewFlag(project.ports.store, { ...record, environments: {} })).file).toEqual({ name: FILE, moved: {} });
  });
});
