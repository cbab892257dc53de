/** What must hold after any sequence of changes, on the real store: the properties of the write path. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSnapshot, type FlagEnvironment, type Snapshot } from "@dimmer/evaluation";
import { type Operation, Operation as OperationSchema, ProblemError } from "@dimmer/protocol";
import { verifyAudit } from "../audit/verify-audit.ts";
import { diffSnapshots } from "../delivery/diff-snapshots.ts";
import { refreshSnapshot } from "../delivery/refresh-snapshot.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { ANYONE, create, openTestProject, PROJECT, SUMMARIZER, SWITCH, type TestProject } from "./sample-project.contract.ts";
import { undoChange } from "./undo.ts";
import { expectPatchForm, expectSnapshotForm } from "./snapshot-schema.contract.ts";

const ENVIRONMENTS = ["production", "staging"] as const;
const flag = fc.constantFrom("summarizer", "summarizer", "summarizer", "chat", "ai-enabled");
const environment = fc.constantFrom(...ENVIRONMENTS);
const variant = fc.constantFrom("opus", "opus", "sonnet", "sonnet", "plain", "haiku", "on");
const model = fc.constantFrom("opus", "sonnet", "plain");
const rule = fc.constantFrom("paid", "eu", "default");
const percent = fc.constantFrom(0, 1, 12.5, 33.333, 50, 100);
const people = fc.uniqueArray(fc.constantFrom("user-1", "user-2", "user-3"), { maxLength: 3 });
const value = fc.constantFrom(
  { reply: "Later." },
  { reply: "Now." },
  { provider: "anthropic", model: "claude-opus-4-6", instructions: "Be brief." },
);
const when = fc.constantFrom({ plan: "pro" }, { segment: "beta" }, { region: ["eu", "us"] });
const twoWays = fc.tuple(model, percent).map(([one, share]) => {
  return one === "opus" ? { opus: 100 } : { opus: share, [one]: (100_000 - share * 1_000) / 1_000 };
});
const serve = fc.oneof(
  model.map((one) => ({ variant: one })),
  twoWays.map((split) => ({ split })),
  twoWays.map((split) => ({ split, by: "organization.id" })),
);
const config: fc.Arbitrary<FlagEnvironment> = fc.record({
  enabled: fc.boolean(),
  fallback: fc.constant("plain"),
  default: serve,
  rules: fc.uniqueArray(fc.record({ id: fc.constantFrom("paid", "eu"), when, serve }), {
    maxLength: 2,
    selector: (one) => one.id,
  }),
});
const kind = <K extends string>(name: K) => fc.constant(name);
const here = { flag, environment };

const operation = fc.oneof(
  fc.constant(create("chat", SUMMARIZER)),
  fc.record({
    kind: kind("update-flag"),
    flag,
    fields: fc.constantFrom({ permanent: true as const }, { description: "Other" }, { audience: "browser" as const }),
  }),
  fc.record({ kind: fc.constantFrom("archive-flag" as const, "unarchive-flag" as const), flag }),
  // One flag alone, as an owned one refuses most of what else is tried here.
  fc.record({ kind: kind("own-flag"), flag: kind("ai-enabled"), file: fc.constantFrom("dimmer.yaml", "other.yaml") }),
  fc.record({ kind: kind("release-flag"), flag: kind("ai-enabled") }),
  fc.record({ kind: kind("add-variant"), flag, variant, value }),
  fc.record({
    kind: kind("update-variant"),
    flag,
    variant,
    fields: fc.constantFrom({ only: { plan: "pro" } }, { only: null }, { description: "x" }),
  }),
  fc.record({ kind: kind("remove-variant"), flag, variant }),
  fc.record({ kind: kind("draft-value"), flag, variant, value }),
  fc.record({ kind: kind("discard-draft"), flag, variant }),
  fc.record({ kind: kind("publish"), flag, variant, environments: fc.uniqueArray(environment, { minLength: 1 }) }),
  fc.record({
    kind: kind("publish"),
    flag,
    variant,
    environments: fc.uniqueArray(environment, { minLength: 1 }),
    version: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: kind("kill"), ...here }),
  fc.record({ kind: kind("restore"), ...here }),
  fc.record({ kind: fc.constantFrom("stop" as const, "restore" as const), ...here, variant }),
  fc.record({ kind: kind("configure-environment"), ...here, config }),
  fc.record({ kind: kind("remove-environment"), ...here }),
  fc.record({ kind: kind("serve-all"), ...here, variant }),
  fc.record({ kind: kind("ramp"), ...here, rule, variant, percent }),
  fc.record({ kind: kind("set-split"), ...here, rule, split: twoWays }),
  fc.record({ kind: kind("fresh-people"), ...here, rule, offset: fc.nat(99_999) }),
  fc.record({ kind: kind("set-serve"), ...here, rule, serve }),
  fc.record({
    kind: kind("set-rule"),
    ...here,
    rule: fc.record({ id: fc.constantFrom("paid", "eu"), when, serve }),
    at: fc.nat(2),
  }),
  fc.record({ kind: kind("move-rule"), ...here, rule, to: fc.nat(3) }),
  fc.record({ kind: kind("remove-rule"), ...here, rule }),
  fc.record({ kind: kind("set-targets"), ...here, targets: people.map((keys) => ({ sonnet: keys })) }),
  fc.record({
    kind: kind("set-fallback"),
    ...here,
    fallback: fc.oneof(
      model,
      when.map((one) => [{ when: one, variant: "sonnet" }, { variant: "plain" }]),
    ),
  }),
  fc.record({
    kind: kind("set-requires"),
    ...here,
    requires: fc.constantFrom([], [{ flag: "ai-enabled", variant: "on" }], [{ flag: "chat", variant: ["opus"] }]),
  }),
  fc.record({ kind: kind("set-pin"), ...here, pin: fc.constantFrom(null, { by: "sessionId", for: "24h" }) }),
  fc.record({
    kind: kind("create-segment"),
    segment: fc.constantFrom("beta", "team"),
    definition: fc.constant({ environments: { production: { include: ["user-1"] } } }),
  }),
  fc.record({
    kind: kind("set-segment"),
    segment: fc.constantFrom("beta", "team"),
    environment,
    config: fc.oneof(
      fc.constant(null),
      people.map((include) => ({ include })),
      when.map((one) => ({ when: one })),
    ),
  }),
  fc.record({ kind: kind("update-segment"), segment: kind("beta"), description: fc.constantFrom(null, "First") }),
  fc.record({ kind: kind("remove-segment"), segment: fc.constantFrom("beta", "team") }),
) as fc.Arbitrary<Operation>;

type Changes = readonly (readonly Operation[])[];
const S = { flag: "summarizer" } as const;
const P = { ...S, environment: "production" } as const;
const reply = { reply: "Soon." };
const OWN_BETA = { kind: "own-segment", segment: "beta", file: "dimmer.yaml" } as const;

/** Pairs that chance would seldom bring together. */
const SCRIPTED: readonly Changes[] = [
  [
    [{ kind: "set-rule", ...P, rule: { id: "eu", serve: { variant: "plain" } } }],
    [{ kind: "move-rule", ...P, rule: "eu", to: 0 }],
  ],
  [[{ kind: "kill", ...P }], [{ kind: "restore", ...P }]],
  [[{ kind: "stop", ...P, variant: "opus" }], [{ kind: "restore", ...P, variant: "opus" }]],
  [[{ kind: "draft-value", ...S, variant: "plain", value: reply }], [{ kind: "discard-draft", ...S, variant: "plain" }]],
  [
    [{ kind: "draft-value", ...S, variant: "plain", value: reply }],
    [{ kind: "publish", ...S, variant: "plain", environments: ["staging"] }],
  ],
  [[{ kind: "add-variant", ...S, variant: "extra", value: reply, at: 0 }], [{ kind: "remove-variant", ...S, variant: "extra" }]],
  [[{ kind: "archive-flag", ...S }], [{ kind: "kill", ...P }], [{ kind: "unarchive-flag", ...S }]],
  [
    [{ kind: "kill", ...P }],
    [
      { kind: "remove-environment", ...P },
      { kind: "configure-environment", ...P, config: { enabled: true, fallback: "plain", default: { variant: "plain" } } },
    ],
  ],
  [[{ kind: "create-segment", segment: "team", definition: {} }], [{ kind: "remove-segment", segment: "team" }]],
  [[OWN_BETA], [{ kind: "remove-segment", segment: "beta" }], [{ kind: "release-segment", segment: "beta" }]],
  [
    [{ kind: "ramp", ...P, rule: "default", variant: "opus", percent: 0 }],
    [{ kind: "fresh-people", ...P, rule: "default", offset: 9 }],
  ],
  [
    [{ kind: "serve-all", ...P, variant: "plain" }],
    [{ kind: "set-budgets", ...P, budgets: { opus: { callsPerMinute: 60 } } }],
    [{ kind: "set-shadow", ...P, shadow: { variant: "opus", percent: 5, callsPerMinute: 10 } }],
    [{ kind: "set-spend", ...P, budget: "opus", spend: { period: "day", amountMicroUsd: 1, variant: "opus" } }],
  ],
  [
    [{ kind: "declare-context", context: { attributes: { plan: { type: "string", private: true } } } }],
    [{ kind: "declare-context", context: { attributes: { plan: { type: "number" } } } }],
    [{ kind: "declare-context", context: null }],
  ],
  [
    [{ kind: "draft-value", ...S, variant: "plain", value: reply }],
    [{ kind: "own-flag", ...S, file: "dimmer.yaml" }],
    [{ kind: "publish", ...S, variant: "plain", environments: ["production"] }],
    [{ kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 }],
    [{ kind: "update-flag", ...S, fields: { description: "Refused" } }],
    [{ kind: "stop", ...P, variant: "opus" }],
    [{ kind: "release-flag", ...S }],
    [{ kind: "set-targets", ...P, targets: { sonnet: ["user-1"] } }],
    [{ kind: "update-flag", ...S, fields: { description: "Accepted" } }],
    [{ kind: "update-variant", ...S, variant: "opus", fields: { description: "The large one" } }],
    [{ kind: "set-split", ...P, rule: "default", split: { opus: 20, sonnet: 80 } }],
    [{ kind: "set-serve", ...P, rule: "default", serve: { variant: "sonnet" } }],
    [{ kind: "remove-rule", ...P, rule: "paid" }],
  ],
];
const scripted = fc.constantFrom(...SCRIPTED);
const chance = fc.array(operation, { minLength: 1, maxLength: 2 }).map((operations): Changes => [operations]);

/** Everything but revisions, times, pin epochs and how many versions a value has. */
async function essence({ ports }: TestProject): Promise<unknown> {
  const flags = (await ports.store.listFlags(PROJECT)).filter((record) => record.archivedAt === null);
  const segments = (await ports.store.listSegments(PROJECT)).filter((record) => record.removedAt === null);
  return {
    context: (await ports.store.getContext(PROJECT))?.declaration ?? null,
    flags: flags.map(({ key, salt, definition, file, variants, environments }) => ({
      key,
      file,
      salt,
      definition,
      variants: Object.entries(variants).map(([name, { latest: _latest, ...rest }]) => ({ name, ...rest })),
      environments: Object.entries(environments).map(([name, { config }]) => {
        return { name, ...config, pinEpochs: 0, stopped: [...(config.stopped ?? [])].sort() };
      }),
    })),
    segments: segments.map(({ key, file, definition, environments }) => ({
      key,
      file,
      definition,
      environments: Object.entries(environments).map(([name, block]) => ({ name, config: block.config })),
    })),
  };
}

interface Standing {
  readonly versions: Readonly<Record<string, number>>;
  readonly snapshots: readonly Snapshot[];
  readonly audit: number;
  readonly changes: number;
  readonly essence: unknown;
}

/** Rebuilt from everything; and, where an earlier standing is given, the same as refreshed from it. */
async function standing(project: TestProject, earlier?: Standing): Promise<Standing> {
  const { store } = project.ports;
  const snapshots: Snapshot[] = [];
  for (const [index, name] of ENVIRONMENTS.entries()) {
    const rebuilt = await buildSnapshot(store, PROJECT, name);
    expect(await refreshSnapshot(store, PROJECT, name, earlier?.snapshots[index])).toEqual(rebuilt);
    snapshots.push(rebuilt);
  }
  return {
    versions: Object.fromEntries(snapshots.map((snapshot) => [snapshot.environment, snapshot.version])),
    snapshots,
    audit: await project.auditRows(),
    changes: await store.lastChangeSequence(PROJECT),
    essence: await essence(project),
  };
}

async function attempt(project: TestProject, operations: readonly Operation[]): Promise<string | undefined> {
  try {
    return (await project.apply(operations)).change?.id;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.status).toBeGreaterThanOrEqual(400);
    expect(error.status).toBeLessThan(500);
    return undefined;
  }
}

/** A refusal leaves no trace. */
function expectNothing(before: Standing, after: Standing): void {
  expect(after).toEqual(before);
}

/** One accepted change: one row in the audit, one in the log, one version more exactly where a snapshot became another. */
function expectOneChange(before: Standing, after: Standing, versions: Readonly<Record<string, number>>): void {
  expect(after.audit).toBe(before.audit + 1);
  expect(after.changes).toBe(before.changes + 1);
  for (const [index, name] of ENVIRONMENTS.entries()) {
    const [was, is] = [before.snapshots[index] as Snapshot, after.snapshots[index] as Snapshot];
    expect(is.version).toBe(versions[name] ?? was.version);
    expect(is.version - was.version).toBeLessThanOrEqual(1);
    if (is.version === was.version) expect(is).toEqual(was);
    expectPinEpochsKept(was, is);
    expect(checkSnapshot(is).issues).toEqual([]);
  }
}

function expectPinEpochsKept(was: Snapshot, is: Snapshot): void {
  for (const [key, { variants, revision }] of Object.entries(was.flags)) {
    const now = is.flags[key];
    if (now === undefined) continue;
    expect(now.revision).toBeGreaterThanOrEqual(revision);
    for (const [name, { pinEpoch }] of Object.entries(variants)) {
      if (now.variants[name] !== undefined) expect(now.variants[name].pinEpoch).toBeGreaterThanOrEqual(pinEpoch);
    }
  }
}

async function play(changes: Changes, accepted: Map<string, number>): Promise<void> {
  const project = await openTestProject();
  const { store, auditKey } = project.ports;
  await project.apply([create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH)]);
  await project.apply([
    { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["user-1"] } } } },
  ]);
  for (const operations of changes) {
    const before = await standing(project);
    const id = await attempt(project, operations);
    const after = await standing(project, before);
    if (id === undefined) {
      expectNothing(before, after);
      continue;
    }
    for (const { kind } of operations) accepted.set(kind, (accepted.get(kind) ?? 0) + 1);
    const change = await store.getChange(PROJECT, id);
    expectOneChange(before, after, change?.versions ?? {});
    if (change === null || change.inverse.length === 0) continue;
    const undone = await undoChange(project.ports, ANYONE, { project: PROJECT, change: id });
    const back = await standing(project, after);
    expectOneChange(after, back, undone.change?.versions ?? {});
    expect(back.essence).toEqual(before.essence);
    const again = await undoChange(project.ports, ANYONE, { project: PROJECT, change: undone.change?.id ?? "" });
    const redone = await standing(project, before);
    expectOneChange(back, redone, again.change?.versions ?? {});
    expect(redone.essence).toEqual(after.essence);
    for (const [index] of ENVIRONMENTS.entries()) {
      expectPatched(before.snapshots[index] as Snapshot, redone.snapshots[index] as Snapshot);
    }
  }
  expect(await verifyAudit(store, `project/${PROJECT}`, auditKey)).toMatchObject({ ok: true });
  await store.close();
}

/** The patch from one snapshot to another leads exactly there. */
function expectPatched(before: Snapshot, after: Snapshot): void {
  const patch = diffSnapshots(before, after);
  expectSnapshotForm(before);
  expectSnapshotForm(after);
  expectPatchForm(patch);
  const patched = (was: object, changed: object, removed: readonly string[]): object =>
    Object.fromEntries(Object.entries({ ...was, ...changed }).filter(([name]) => !removed.includes(name)));
  expect(patched(before.flags, patch.flags, patch.removed.flags)).toEqual(after.flags);
  expect(patched(before.segments, patch.segments, patch.removed.segments)).toEqual(after.segments);
  expect(patched(before.values, patch.values, patch.removed.values)).toEqual(after.values);
}

describe("any sequence of changes", () => {
  it("commits whole or not at all, counts versions, keeps one audit row a change, and can be undone and done again", async () => {
    const accepted = new Map<string, number>();
    const parts = fc.oneof({ weight: 4, arbitrary: chance }, { weight: 1, arbitrary: scripted });
    const sequences = fc.array(parts, { minLength: 8, maxLength: 16 }).map((changes) => changes.flat());
    await fc.assert(
      fc.asyncProperty(sequences, async (changes) => {
        await play(changes, accepted);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    for (const changes of SCRIPTED) await play(changes, accepted);
    expect(OperationSchema.options.map((option) => option.shape.kind.value).filter((name) => !accepted.has(name))).toEqual([]);
  }, 120_000);
});

const RUNS = 10;
const SEED = 20_260_301;
