/** The write path end to end: one transaction, one audit row, the right versions; refusals change nothing. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileSnapshot, evaluate } from "@dimmer/evaluation";
import { type ChangeResult, type Operation, ProblemError, type ProblemCode } from "@dimmer/protocol";
import { listAudit } from "../audit/list-audit.ts";
import { author } from "../access/sample-ports.contract.ts";
import { applyChange, type Author } from "./apply-change.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  P,
  PROJECT,
  SUMMARIZER,
  SWITCH,
  type TestProject,
} from "./sample-project.contract.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH)]);
});
afterEach(async () => {
  await project.ports.store.close();
});

const S = { flag: "summarizer" } as const;
const RAMP: Operation = { kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 };
const BLOCK = "flags/summarizer/environments/production";

async function refused(work: Promise<unknown>, code: ProblemCode, says: RegExp): Promise<ProblemError> {
  const before = { audit: await project.auditRows(), versions: [await project.version(), await project.version("staging")] };
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).code).toBe(code);
  expect((error as ProblemError).message).toMatch(says);
  const after = { audit: await project.auditRows(), versions: [await project.version(), await project.version("staging")] };
  expect(after).toEqual(before);
  return error as ProblemError;
}

const outcomeOf = (work: Promise<ChangeResult>): Promise<string> =>
  work.then(
    (result) => result.status,
    (error: ProblemError) => `${error.code}: ${error.message}`,
  );

describe("applyChange", () => {
  it("says who is left without a segment that leaves their environment", async () => {
    await project.apply([
      { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["a"] } } } },
      { kind: "set-rule", ...P, rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "opus" } } },
    ]);
    const left = await project.apply([{ kind: "set-segment", segment: "beta", environment: "production", config: null }]);
    expect(left.issues).toEqual([
      expect.objectContaining({ code: "segment-not-configured", message: expect.stringMatching(/rule beta of summarizer/) }),
    ]);
  });

  it("creates flags, and a snapshot of them decides", async () => {
    const snapshot = await buildSnapshot(project.ports.store, PROJECT, "production");
    const compiled = compileSnapshot(snapshot);
    const answer = evaluate(compiled, "summarizer", { targetingKey: "user-7" });
    expect(answer).toMatchObject({ variant: "opus", reason: "TARGETING_MATCH" });
    expect(evaluate(compiled, "summarizer", { targetingKey: "x" })).toMatchObject({ variant: "sonnet", reason: "SPLIT" });
    expect(snapshot.version).toBe(1);
    expect(Object.keys(snapshot.values)).toHaveLength(5);
  });

  it("tells what moved, in effects by lasting places and in people", async () => {
    const ramped = await project.apply([RAMP], { reason: "Day two", source: "cli" });
    expect(ramped.status).toBe("applied");
    expect(ramped.moves).toEqual([{ ...P, rule: "paid", from: "sonnet", to: "opus", percent: 15 }]);
    expect(ramped.effects).toContainEqual({ resource: BLOCK, path: "/rules/paid/serve/split/opus", before: 10, after: 25 });
    expect(ramped.issues).toEqual([]);
    expect(ramped.change).toMatchObject({
      sequence: 2,
      versions: { production: 2 },
      reason: "Day two",
      source: "cli",
      undoneBy: null,
    });
    expect(ramped.change?.summary).toEqual(["Ramped summarizer:opus from 10 % to 25 % in rule paid in production."]);
    expect(project.committed).toEqual([{ production: 1, staging: 1 }, { production: 2 }]);
  });

  it("tells the moves of a split that becomes one variant for all", async () => {
    const served = await project.apply([{ kind: "set-serve", ...P, rule: "paid", serve: { variant: "opus" } }]);
    expect(served.moves).toEqual([{ ...P, rule: "paid", from: "sonnet", to: "opus", percent: 90 }]);
  });

  it("keeps one audit row with who, why and what, values by digest", async () => {
    const before = await project.auditRows();
    const value = { reply: "A secret recipe" };
    await project.apply([{ kind: "draft-value", ...S, variant: "plain", value }], { reason: "Try it" });
    expect(await project.auditRows()).toBe(before + 1);
    const [row] = await listAudit(project.ports.store, `project/${PROJECT}`, { limit: 1 });
    expect(row).toMatchObject({
      action: "change.apply",
      actor: ANYONE.actor,
      details: { reason: "Try it", versions: {}, sequence: 2 },
    });
    expect(JSON.stringify(row)).not.toContain("recipe");
    expect(JSON.stringify(row)).toContain("sha256-");
  });

  it("commits nothing on a dry run, and reports the same", async () => {
    const before = [await project.flag("summarizer"), await project.auditRows(), await project.version()];
    const tried = await project.apply([RAMP], { dryRun: true });
    expect([await project.flag("summarizer"), await project.auditRows(), await project.version()]).toEqual(before);
    expect(tried).toMatchObject({ status: "valid", change: null });
    const { effects, moves, issues, serving } = await project.apply([RAMP]);
    expect({ effects, moves, issues, serving }).toEqual({
      effects: tried.effects,
      moves: tried.moves,
      issues: tried.issues,
      serving: tried.serving,
    });
    expect(project.committed).toHaveLength(2);
  });

  it("commits whole or not at all", async () => {
    await refused(
      project.apply([RAMP, { kind: "ramp", ...P, rule: "nope", variant: "opus", percent: 1 }]),
      "not-found",
      /no rule "nope"/,
    );
    expect((await project.config("summarizer")).rules?.[0]?.serve).toMatchObject({ split: { opus: 10 } });
  });

  it("spans flags, in any order that is valid at the end", async () => {
    const done = await project.apply([
      { kind: "set-rule", ...P, rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "opus" } } },
      { kind: "set-requires", ...P, requires: [{ flag: "gate", variant: "on" }] },
      { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["a"] } } } },
      create("gate", SWITCH),
    ]);
    expect(done.issues).toEqual([]);
    expect(done.change?.versions).toEqual({ production: 2, staging: 2 });
    expect((await project.flag("summarizer")).environments["production"]?.revision).toBe(2);
    expect((await project.flag("summarizer")).environments["staging"]?.revision).toBe(1);
  });

  it("refuses requires and segments in chains that are too long, cycles included", async () => {
    const chain = (length: number): Operation[] =>
      Array.from({ length }, (_, at) =>
        create(`f${at}`, {
          ...SWITCH,
          environments: {
            production: {
              enabled: true,
              fallback: "off",
              default: { variant: "on" },
              ...(at === 0 ? {} : { requires: [{ flag: `f${at - 1}`, variant: "on" }] }),
            },
          },
        }),
      );
    await refused(project.apply(chain(33)), "invalid-document", /chain of 33/);
    await project.apply(chain(32));
    const longer: Operation = {
      kind: "set-requires",
      flag: "f0",
      environment: "production",
      requires: [{ flag: "ai-enabled", variant: "on" }],
    };
    await refused(project.apply([longer]), "invalid-document", /chain of 33/);
    const segments = Array.from({ length: 33 }, (_, at): Operation => {
      const when = at === 0 ? { plan: "pro" } : { segment: `s${at - 1}` };
      return { kind: "create-segment", segment: `s${at}`, definition: { environments: { production: { when } } } };
    });
    await refused(project.apply(segments), "invalid-document", /chain of 33 segments/);
  });

  it("refuses an AI config to browsers, whichever of the two is said last", async () => {
    const toBrowsers: Operation = { kind: "update-flag", flag: "summarizer", fields: { audience: "browser" } };
    const asConfig = (schema: string | object) => ({ kind: "update-flag", flag: "summarizer", fields: { schema } }) as Operation;
    await refused(project.apply([toBrowsers]), "invalid-document", /prompt would stand in every page/);
    await project.apply([asConfig({ type: "object" }), toBrowsers]);
    await refused(project.apply([asConfig("ai-config")]), "invalid-document", /prompt would stand in every page/);
  });
});

describe("versions and revisions", () => {
  const revisions = async () => {
    const { revision, environments } = await project.flag("summarizer");
    return [
      revision,
      environments["production"]?.revision,
      environments["staging"]?.revision,
      await project.version(),
      await project.version("staging"),
    ];
  };

  it.each<readonly [string, Operation, readonly number[]]>([
    ["description reaches no snapshot", { kind: "update-flag", ...S, fields: { description: "Other" } }, [2, 1, 1, 1, 1]],
    [
      "audience reaches all",
      { kind: "update-flag", ...S, fields: { audience: "browser", schema: { type: "object" } } },
      [2, 2, 2, 2, 2],
    ],
    ["only reaches all", { kind: "update-variant", ...S, variant: "opus", fields: { only: { plan: "pro" } } }, [2, 2, 2, 2, 2]],
    [
      "a variant's description reaches none",
      { kind: "update-variant", ...S, variant: "opus", fields: { description: "x" } },
      [2, 1, 1, 1, 1],
    ],
    ["a draft reaches none", { kind: "draft-value", ...S, variant: "plain", value: { reply: "x" } }, [2, 1, 1, 1, 1]],
    ["a ramp reaches its environment", RAMP, [1, 2, 1, 2, 1]],
    ["the same shares again reach none", { ...RAMP, percent: 10 }, [1, 1, 1, 1, 1]],
    ["archiving reaches all", { kind: "archive-flag", ...S }, [2, 2, 2, 2, 2]],
  ])("%s", async (_name, operation, expected) => {
    await project.apply([operation]);
    expect(await revisions()).toEqual(expected);
  });

  it("go on where they ended when a block comes back", async () => {
    await project.apply([{ kind: "remove-environment", ...P }]);
    await project.apply([
      { kind: "configure-environment", ...P, config: { enabled: true, fallback: "plain", default: { variant: "opus" } } },
    ]);
    const block = (await project.flag("summarizer")).environments["production"];
    expect(block?.revision).toBe(3);
    expect(block?.config.pinEpochs).toEqual({ opus: 1, sonnet: 1, plain: 1 });
    expect(
      (await project.ports.store.listRevisions(PROJECT, "production", "flag", "summarizer")).map(
        ({ revision, version, config }) => [revision, version, config === null],
      ),
    ).toEqual([
      [1, 1, false],
      [2, 2, true],
      [3, 3, false],
    ]);
  });
});

describe("expected revisions", () => {
  it.each<readonly [string, Readonly<Record<string, number>>, RegExp]>([
    ["the present ones", { [BLOCK]: 1, "flags/summarizer": 1, "flags/ai-enabled": 1 }, /^applied$/],
    ["what is not there", { "flags/chat": 0, "segments/beta": 0, "flags/summarizer/environments/moon": 0 }, /^applied$/],
    ["an older one", { [BLOCK]: 7 }, /flags\/summarizer\/environments\/production is at revision 1, not 7/],
    ["what should not be there", { "flags/summarizer": 0 }, /is at revision 1, not 0/],
  ])("%s", async (_name, expected, says) => {
    expect(await outcomeOf(project.apply([RAMP], { expected }))).toMatch(says);
  });

  it("of something that is no resource are refused", async () => {
    await refused(project.apply([RAMP], { expected: { "keys/x": 1 } }), "invalid-request", /names no flag or segment/);
  });

  it("let one of two writers through", async () => {
    const expected = { [BLOCK]: 1 };
    const both = await Promise.allSettled([
      project.apply([RAMP], { expected }),
      project.apply([{ ...RAMP, percent: 50 }], { expected }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("kill and stop", () => {
  it("are not held up by revision, archived state or a flag that is no longer valid", async () => {
    const { store } = project.ports;
    const record = await project.flag("summarizer");
    const production = record.environments["production"];
    const broken = { ...production, config: { ...production?.config, fallback: "gone", default: { variant: "gone" } } } as never;
    await store.transaction((tx) => tx.putFlag({ ...record, environments: { ...record.environments, production: broken } }));
    await refused(project.apply([RAMP]), "invalid-document", /gone/);
    const killed = await project.apply(
      [
        { kind: "kill", ...P },
        { kind: "stop", ...P, variant: "opus" },
      ],
      { expected: { [BLOCK]: 99 } },
    );
    expect(killed.status).toBe("applied");
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
    await project.apply([{ kind: "archive-flag", flag: "ai-enabled" }]);
    const archived = await project.apply([{ kind: "kill", flag: "ai-enabled", environment: "production" }]);
    expect(archived.serving).toEqual(["ai-enabled in production: archived, callers get their own default."]);
  });

  it.each<readonly [string, readonly Operation[], string]>([
    ["the fallback", [{ kind: "kill", ...P }], "summarizer in production: everyone now gets plain (fallback)."],
    [
      "conditions",
      [
        { kind: "set-fallback", ...P, fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }] },
        { kind: "kill", ...P },
      ],
      'summarizer in production: everyone for whom {"region":"us"} holds now gets sonnet (fallback), everyone else now gets plain (fallback).',
    ],
    [
      "a stopped fallback",
      [
        { kind: "stop", ...P, variant: "plain" },
        { kind: "kill", ...P },
      ],
      "summarizer in production: everyone now gets the default that the caller gives, as no fallback is left.",
    ],
    [
      "one variant",
      [{ kind: "stop", ...P, variant: "opus" }],
      "summarizer in production: everyone who got opus now gets plain (fallback); nobody else moves.",
    ],
  ])("say what serves: %s", async (_name, operations, serving) => {
    expect((await project.apply(operations)).serving.at(-1)).toBe(serving);
  });

  it("are lifted by restore alone: not by configuring, not by taking the block away first", async () => {
    await project.apply([
      { kind: "kill", ...P },
      { kind: "stop", ...P, variant: "opus" },
    ]);
    const config = { enabled: true, fallback: "plain", default: { variant: "opus" } } as const;
    await project.apply([{ kind: "configure-environment", ...P, config }]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
    await project.apply([
      { kind: "remove-environment", ...P },
      { kind: "configure-environment", ...P, config },
    ]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
    await project.apply([{ kind: "remove-environment", ...P }]);
    const back = await project.apply([{ kind: "configure-environment", ...P, config }]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
    expect(back.issues.map((issue) => issue.code)).toEqual(["kept-dead", "kept-dead"]);
    await project.apply([
      { kind: "restore", ...P },
      { kind: "restore", ...P, variant: "opus" },
    ]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: true });
  });

  it("are repeatable: the second is recorded and moves nothing", async () => {
    await project.apply([{ kind: "kill", ...P }]);
    const again = await project.apply([{ kind: "kill", ...P }]);
    expect(again.change).toMatchObject({ versions: {}, summary: ["Killed summarizer in production (it was killed already)."] });
    expect(await project.version()).toBe(2);
    expect(
      (await project.ports.store.listChanges(PROJECT, { limit: 9, flag: "summarizer" })).map(({ sequence }) => sequence),
    ).toEqual([3, 2, 1]);
  });
});

describe("rights", () => {
  const staging = inEnvironment("staging");
  const elsewhere = author("other", null);

  it.each<readonly [string, Author, Operation, boolean]>([
    ["another project", elsewhere, { kind: "kill", ...P }, false],
    ["another environment", staging, { kind: "kill", ...P }, false],
    ["the own environment", staging, { kind: "kill", ...S, environment: "staging" }, true],
    ["a shared field of a flag that is elsewhere too", staging, { kind: "update-flag", ...S, fields: { owner: "me" } }, false],
    ["archiving a flag that is elsewhere too", staging, { kind: "archive-flag", ...S }, false],
    ["a variant more", staging, { kind: "add-variant", ...S, variant: "x", value: { reply: "x" } }, false],
    ["a draft, which nobody is served", staging, { kind: "draft-value", ...S, variant: "plain", value: { reply: "x" } }, true],
    [
      "publishing elsewhere",
      staging,
      { kind: "publish", ...S, variant: "plain", version: 1, environments: ["staging", "production"] },
      false,
    ],
    ["publishing at home", staging, { kind: "publish", ...S, variant: "plain", version: 1, environments: ["staging"] }, true],
    ["a new flag elsewhere too", staging, create("chat", SUMMARIZER), false],
    [
      "a new flag at home",
      staging,
      create("chat", { ...SWITCH, environments: { staging: { enabled: true, fallback: "off", default: { variant: "on" } } } }),
      true,
    ],
    ["a segment at home", staging, { kind: "create-segment", segment: "x", definition: { environments: { staging: {} } } }, true],
    [
      "a segment elsewhere",
      staging,
      { kind: "create-segment", segment: "x", definition: { environments: { production: {} } } },
      false,
    ],
  ])("%s", async (_name, who, operation, isAllowed) => {
    const order = { project: PROJECT, operations: [operation], reason: null, source: "api" };
    const work = applyChange(project.ports, who, order);
    expect(await outcomeOf(work)).toMatch(isAllowed ? /^applied$/ : /^forbidden: .*(?:needs the right|no role in)/);
  });

  it("come before existence", async () => {
    const order = { project: "nowhere", operations: [RAMP], reason: null, source: "api" };
    await refused(applyChange(project.ports, staging, order), "forbidden", /no role in/);
    await refused(applyChange(project.ports, ANYONE, order), "not-found", /no project "nowhere"/);
  });
});
