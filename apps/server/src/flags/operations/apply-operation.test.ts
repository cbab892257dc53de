/** Every operation: what it leaves, what it refuses, and that its inverse leads back. */

import { describe, expect, it } from "vitest";
import type { FlagEnvironment, StoredSplit } from "@dimmer/evaluation";
import {
  type Operation,
  type OperationKind,
  Operation as OperationSchema,
  ProblemError,
  type ProblemCode,
} from "@dimmer/protocol";
import { checkChange } from "../check-change.ts";
import { NO_SNIPPETS } from "../known-snippets.ts";
import type { ProjectState } from "../project-state.ts";
import { create, P, PROJECT, SUMMARIZER, SWITCH } from "../sample-project.contract.ts";
import { settleChange } from "../settle-change.ts";
import { applyOperations } from "./apply-operation.ts";

const EMPTY: ProjectState = {
  project: PROJECT,
  at: 1,
  environments: new Map(
    ["production", "staging"].map((key) => {
      return [
        key,
        {
          project: PROJECT,
          key,
          name: key,
          production: false,
          requireReview: 0,
          requireEvals: [],
          epoch: "e",
          version: 0,
          createdAt: 0,
        },
      ];
    }),
  ),
  context: { project: PROJECT, revision: 0, declaration: null },
  flags: new Map(),
  segments: new Map(),
  versions: new Map(),
  former: new Map(),
  prices: { project: "shop", outputLimitUsd: null, prices: [] },
  snippets: NO_SNIPPETS,
};

/** Applies, settles and validates, as `applyChange` does without a store. */
function run(state: ProjectState, operations: readonly Operation[]) {
  const applied = applyOperations(state, operations);
  const settled = settleChange(state, applied.state);
  const issues = [...applied.issues, ...checkChange(state, settled.state, applied.origins)];
  return { ...applied, state: settled.state, blocks: settled.blocks, issues };
}

const BETA: Operation = {
  kind: "create-segment",
  segment: "beta",
  definition: { environments: { production: { include: ["user-1"] } } },
};
const WORLD = run(EMPTY, [create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH), BETA]).state;
const S = { flag: "summarizer" } as const;
const opusValue = { provider: "anthropic", model: "claude-opus-4-6", instructions: "Be brief." };

/** What undo promises to bring back: everything but revisions, times, pin epochs and the count of versions. */
function essence(state: ProjectState): unknown {
  const flags = [...state.flags.values()].map(({ revision: _r, updatedAt: _u, archivedAt, variants, environments, ...rest }) => ({
    ...rest,
    isArchived: archivedAt !== null,
    variants: Object.entries(variants).map(([name, { latest: _latest, ...variant }]) => ({ name, ...variant })),
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, { config }]) => [name, { ...config, pinEpochs: 0 }]),
    ),
  }));
  const segments = [...state.segments.values()]
    .filter((segment) => segment.removedAt === null)
    .map(({ key, definition, file, environments }) => ({
      key,
      definition,
      file,
      environments: Object.entries(environments).map(([name, { config }]) => ({ name, config })),
    }));
  return { context: state.context.declaration, flags, segments };
}

interface Accepted {
  readonly name: string;
  readonly given?: readonly Operation[];
  readonly does: Operation;
  readonly leaves?: (config: FlagEnvironment, state: ProjectState) => void;
  readonly warns?: readonly string[];
  /** What an inverse cannot lead back to. */
  readonly isOneWay?: true;
}

function accept({ given = [], does, leaves, warns = [], isOneWay }: Accepted): void {
  expect(OperationSchema.safeParse(does).error).toBeUndefined();
  const before = given.length === 0 ? WORLD : run(WORLD, given).state;
  const done = run(before, [does]);
  const config = done.state.flags.get("summarizer")?.environments["production"]?.config;
  if (leaves !== undefined) leaves(config as FlagEnvironment, done.state);
  expect(done.issues.map((issue) => issue.code)).toEqual(warns);
  expect(done.summary[0]).toMatch(/^[A-Z].*\.$/);
  if (isOneWay === true) return;
  for (const inverse of done.inverse) expect(OperationSchema.safeParse(inverse).error).toBeUndefined();
  const back = run(done.state, done.inverse).state;
  expect(essence(back)).toEqual(essence(before));
  for (const record of back.flags.values()) expectEpochsKept(before, done.state, back, record.key);
}

function expectEpochsKept(before: ProjectState, done: ProjectState, back: ProjectState, flag: string): void {
  const epochs = (state: ProjectState) =>
    Object.entries(state.flags.get(flag)?.environments ?? {}).flatMap(([environment, { config }]) =>
      Object.entries(config.pinEpochs ?? {}).map(([variant, epoch]) => ({ environment, variant, epoch })),
    );
  for (const [earlier, later] of [
    [before, done],
    [done, back],
  ] as const) {
    for (const { environment, variant, epoch } of epochs(earlier)) {
      const now = later.flags.get(flag)?.environments[environment];
      if (now !== undefined) expect(now.config.pinEpochs?.[variant] ?? 0).toBeGreaterThanOrEqual(epoch);
    }
  }
}

const storedAt = (config: FlagEnvironment, at: number | "default"): StoredSplit | undefined => {
  const serve = at === "default" ? config.default : config.rules?.[at]?.serve;
  return serve !== undefined && "split" in serve ? serve.stored : undefined;
};

const PAID = WORLD.flags.get("summarizer")?.environments["production"]?.config.rules?.[0];
const PRESENT = WORLD.flags.get("summarizer")?.environments["production"]?.config as FlagEnvironment;
const EU = { id: "eu", when: { region: "eu" }, serve: { split: { opus: 50, sonnet: 50 } } } as const;

const PLAINLY: FlagEnvironment = { enabled: true, fallback: "plain", default: { variant: "opus" } };
const NEWER_IN_STAGING: readonly Operation[] = [
  { kind: "draft-value", ...S, variant: "opus", value: opusValue },
  { kind: "publish", ...S, variant: "opus", environments: ["staging"] },
];
const CHAT = { flag: "chat", environment: "production" } as const;
/** A flag whose second version was tried in staging and has never been in production. */
const CHAT_IN_STAGING: readonly Operation[] = [
  create("chat", { ...SUMMARIZER, environments: { staging: PLAINLY } }),
  ...NEWER_IN_STAGING.map((operation) => ({ ...operation, flag: "chat" }) as Operation),
];

const ACCEPTED: readonly Accepted[] = [
  {
    name: "create-flag lays splits out with the frozen salt and publishes version 1 everywhere",
    does: create("chat", { ...SUMMARIZER, salt: "old-chat" }),
    isOneWay: true,
    leaves: (_config, state) => {
      const chat = state.flags.get("chat");
      expect(chat?.salt).toBe("old-chat");
      expect(chat?.environments["production"]?.config).toMatchObject({
        published: { opus: 1, sonnet: 1, plain: 1 },
        rules: [
          {
            serve: {
              stored: {
                salt: "old-chat",
                by: "targetingKey",
                ranges: [
                  [0, 10_000, "opus"],
                  [10_000, 100_000, "sonnet"],
                ],
              },
            },
          },
        ],
      });
      expect(state.versions.get("chat")?.map(({ variant, number }) => `${variant}@${number}`)).toEqual([
        "opus@1",
        "sonnet@1",
        "plain@1",
      ]);
      expect(state.versions.get("chat")?.[0]?.digest).toMatch(/^sha256-[\w-]{43}$/);
    },
  },
  {
    name: "update-flag merges fields, and one lifetime takes the other away",
    does: { kind: "update-flag", ...S, fields: { permanent: true, description: null, tags: ["ai"] } },
    leaves: (_config, state) => {
      const definition = state.flags.get("summarizer")?.definition;
      expect(definition).toMatchObject({ permanent: true, tags: ["ai"], owner: "search-team" });
      expect(Object.keys(definition ?? {})).not.toContain("removeBy");
      expect(Object.keys(definition ?? {})).not.toContain("description");
    },
  },
  {
    name: "update-flag gives a first audience, and takes it away again",
    does: { kind: "update-flag", flag: "ai-enabled", fields: { audience: "browser" } },
    leaves: (_config, state) => expect(state.flags.get("ai-enabled")?.definition.audience).toBe("browser"),
  },
  { name: "archive-flag", does: { kind: "archive-flag", ...S } },
  { name: "unarchive-flag", given: [{ kind: "archive-flag", ...S }], does: { kind: "unarchive-flag", ...S } },
  {
    name: "own-flag",
    does: { kind: "own-flag", ...S, file: "dimmer.yaml" },
    leaves: (_config, state) => expect(state.flags.get("summarizer")?.file).toEqual({ name: "dimmer.yaml", moved: {} }),
  },
  {
    name: "own-flag again says anew what was moved",
    given: [{ kind: "own-flag", ...S, file: "dimmer.yaml", moved: { "production/default": { opus: 1, sonnet: 99 } } }],
    does: { kind: "own-flag", ...S, file: "dimmer.yaml" },
    leaves: (_config, state) => expect(state.flags.get("summarizer")?.file?.moved).toEqual({}),
  },
  {
    name: "release-flag",
    given: [{ kind: "own-flag", ...S, file: "dimmer.yaml", moved: { "production/default": { opus: 1, sonnet: 99 } } }],
    does: { kind: "release-flag", ...S },
    leaves: (_config, state) => expect(state.flags.get("summarizer")?.file).toBeNull(),
  },
  {
    name: "add-variant makes version 1 and publishes it everywhere",
    does: { kind: "add-variant", ...S, variant: "haiku", value: opusValue, at: 1, only: { plan: "pro" } },
    leaves: (config, state) => {
      expect(config.published).toMatchObject({ haiku: 1 });
      expect(Object.keys(state.flags.get("summarizer")?.variants ?? {})).toEqual(["opus", "haiku", "sonnet", "plain"]);
    },
  },
  {
    name: "update-variant",
    does: { kind: "update-variant", ...S, variant: "opus", fields: { only: { plan: ["pro"] }, description: "The big one" } },
    warns: ["only-not-implied", "only-not-implied", "only-not-implied"],
    leaves: (_config, state) => expect(state.flags.get("summarizer")?.variants["opus"]?.only).toEqual({ plan: ["pro"] }),
  },
  {
    name: "remove-variant keeps its place for an undo",
    given: [{ kind: "add-variant", ...S, variant: "haiku", value: opusValue, at: 1 }],
    does: { kind: "remove-variant", ...S, variant: "haiku" },
    leaves: (config) => expect(config.published).toEqual({ opus: 1, sonnet: 1, plain: 1 }),
  },
  {
    name: "add-variant again goes on counting, and the same value is the same version",
    given: [
      { kind: "add-variant", ...S, variant: "haiku", value: opusValue },
      { kind: "remove-variant", ...S, variant: "haiku" },
    ],
    does: { kind: "add-variant", ...S, variant: "haiku", value: { ...opusValue, instructions: "Be long." } },
    leaves: (config, state) => {
      expect(config.published).toMatchObject({ haiku: 2 });
      expect(state.flags.get("summarizer")?.variants["haiku"]?.latest).toBe(2);
    },
  },
  {
    name: "draft-value serves nobody",
    does: { kind: "draft-value", ...S, variant: "opus", value: opusValue },
    leaves: (config, state) => {
      expect(config.published?.["opus"]).toBe(1);
      expect(state.flags.get("summarizer")?.variants["opus"]?.draft).toEqual({ value: opusValue });
    },
  },
  {
    name: "discard-draft",
    given: [{ kind: "draft-value", ...S, variant: "opus", value: opusValue }],
    does: { kind: "discard-draft", ...S, variant: "opus" },
  },
  {
    name: "publish turns the draft into the next version, only where it is told to, and warns where it is live",
    given: [{ kind: "draft-value", ...S, variant: "opus", value: opusValue }],
    does: { kind: "publish", ...S, variant: "opus", environments: ["production"] },
    warns: ["publish-live"],
    leaves: (config, state) => {
      expect(config.published?.["opus"]).toBe(2);
      const record = state.flags.get("summarizer");
      expect(record?.environments["staging"]?.config.published?.["opus"]).toBe(1);
      expect(record?.variants["opus"]).toEqual({ latest: 2 });
    },
  },
  {
    name: "publish of an identical value makes no new version",
    given: [{ kind: "draft-value", ...S, variant: "plain", value: { reply: "Summaries are resting." } }],
    does: { kind: "publish", ...S, variant: "plain", environments: ["production", "staging"] },
    leaves: (config, state) => {
      expect(config.published?.["plain"]).toBe(1);
      expect(state.flags.get("summarizer")?.variants["plain"]).toEqual({ latest: 1 });
    },
  },
  {
    name: "publish serves an earlier version",
    given: [
      { kind: "draft-value", ...S, variant: "opus", value: opusValue },
      { kind: "publish", ...S, variant: "opus", environments: ["production"] },
    ],
    does: { kind: "publish", ...S, variant: "opus", environments: ["production"], version: 1 },
    warns: ["publish-live"],
    leaves: (config) => expect(config.published?.["opus"]).toBe(1),
  },
  {
    name: "kill raises every pin epoch",
    does: { kind: "kill", ...P },
    leaves: (config) => expect(config).toMatchObject({ enabled: false, pinEpochs: { opus: 1, sonnet: 1, plain: 1 } }),
  },
  { name: "kill again", given: [{ kind: "kill", ...P }], does: { kind: "kill", ...P } },
  { name: "kill of an archived flag", given: [{ kind: "archive-flag", ...S }], does: { kind: "kill", ...P } },
  {
    name: "stop raises that variant's epoch",
    does: { kind: "stop", ...P, variant: "opus" },
    leaves: (config) => expect(config).toMatchObject({ stopped: ["opus"], pinEpochs: { opus: 1 } }),
  },
  { name: "stop again", given: [{ kind: "stop", ...P, variant: "opus" }], does: { kind: "stop", ...P, variant: "opus" } },
  { name: "restore lifts a kill", given: [{ kind: "kill", ...P }], does: { kind: "restore", ...P } },
  {
    name: "restore lifts one stop, and leaves the kill",
    given: [
      { kind: "kill", ...P },
      { kind: "stop", ...P, variant: "opus" },
    ],
    does: { kind: "restore", ...P, variant: "opus" },
    leaves: (config) => {
      expect(config.enabled).toBe(false);
      expect(config.stopped).toBeUndefined();
    },
  },
  {
    name: "configure-environment leaves kill and stops alone",
    given: [
      { kind: "kill", ...P },
      { kind: "stop", ...P, variant: "opus" },
    ],
    does: { kind: "configure-environment", ...P, config: { enabled: true, fallback: "sonnet", default: { variant: "sonnet" } } },
    warns: ["kept-dead", "kept-dead"],
    leaves: (config) => expect(config).toMatchObject({ enabled: false, stopped: ["opus"], fallback: "sonnet" }),
  },
  {
    name: "configure-environment with percentages edits the split that is there",
    does: {
      kind: "configure-environment",
      ...P,
      config: { ...PRESENT, rules: [{ id: "paid", serve: { split: { sonnet: 80, opus: 20 } } }] },
    },
    leaves: (config) =>
      expect(storedAt(config, 0)?.ranges).toEqual([
        [0, 20_000, "opus"],
        [20_000, 100_000, "sonnet"],
      ]),
  },
  {
    name: "configure-environment takes ranges that were only sent back for what they are",
    does: {
      kind: "configure-environment",
      ...P,
      config: { ...PRESENT, rules: [{ ...PAID, serve: { ...PAID?.serve, split: { opus: 30, sonnet: 70 } } }] } as FlagEnvironment,
    },
    leaves: (config) => expect(storedAt(config, 0)?.ranges[0]).toEqual([0, 30_000, "opus"]),
  },
  {
    name: "configure-environment accepts ranges of its own exactly",
    does: {
      kind: "configure-environment",
      ...P,
      config: {
        enabled: true,
        fallback: "plain",
        default: {
          split: { opus: 50, sonnet: 50 },
          stored: {
            algorithm: "sha1-slot-v1",
            slots: 100_000,
            salt: "other",
            by: "targetingKey",
            offset: 7,
            ranges: [
              [0, 25_000, "opus"],
              [25_000, 75_000, "sonnet"],
              [75_000, 100_000, "opus"],
            ],
          },
        },
      },
    },
    leaves: (config) => expect(storedAt(config, "default")).toMatchObject({ salt: "other", offset: 7, ranges: { length: 3 } }),
  },
  {
    name: "configure-environment again serves what was published there, not what is newest elsewhere",
    given: [...NEWER_IN_STAGING, { kind: "remove-environment", ...P }],
    does: { kind: "configure-environment", ...P, config: PLAINLY },
    leaves: (config) => expect(config.published).toEqual({ opus: 1, sonnet: 1, plain: 1 }),
  },
  {
    name: "configure-environment where the flag never was serves the versions that its author names",
    given: [{ kind: "remove-environment", ...P }, ...CHAT_IN_STAGING],
    does: { kind: "configure-environment", ...CHAT, config: { ...PLAINLY, published: { opus: 2 } } },
    leaves: (_config, state) =>
      expect(state.flags.get("chat")?.environments["production"]?.config.published).toEqual({ opus: 2, sonnet: 1, plain: 1 }),
  },
  {
    name: "configure-environment says that it kills and stops nobody",
    does: { kind: "configure-environment", ...P, config: { ...PRESENT, enabled: false, stopped: ["opus", "plain"] } },
    warns: ["kept-live", "kept-live", "kept-live"],
    leaves: (config) => expect([config.enabled, config.stopped]).toEqual([true, undefined]),
  },
  {
    name: "remove-environment",
    does: { kind: "remove-environment", ...P },
    leaves: (config) => expect(config).toBeUndefined(),
  },
  {
    name: "serve-all empties rules and targets",
    does: { kind: "serve-all", ...P, variant: "sonnet" },
    leaves: (config) => {
      expect(config).toMatchObject({ default: { variant: "sonnet" }, fallback: "plain", pinEpochs: { opus: 1 } });
      expect(config.rules ?? config.targets).toBeUndefined();
    },
  },
  {
    name: "ramp moves the fewest",
    does: { kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 },
    leaves: (config) => {
      expect(config.rules?.[0]?.serve).toMatchObject({ split: { opus: 25, sonnet: 75 } });
      expect(storedAt(config, 0)?.ranges).toEqual([
        [0, 25_000, "opus"],
        [25_000, 100_000, "sonnet"],
      ]);
      expect(config.pinEpochs).toBeUndefined();
    },
  },
  {
    name: "ramp to 0 % breaks pins",
    does: { kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 0 },
    leaves: (config) => expect(config.pinEpochs).toEqual({ opus: 1 }),
  },
  {
    name: "ramp of a stopped variant warns",
    given: [{ kind: "stop", ...P, variant: "opus" }],
    does: { kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 25 },
    warns: ["variant-stopped"],
  },
  {
    name: "set-split on a variant for all is a new layout",
    does: { kind: "set-split", ...S, environment: "staging", rule: "default", split: { opus: 40, sonnet: 60 } },
    leaves: (_config, state) => {
      const config = state.flags.get("summarizer")?.environments["staging"]?.config as FlagEnvironment;
      expect(storedAt(config, "default")?.ranges).toEqual([
        [0, 40_000, "opus"],
        [40_000, 100_000, "sonnet"],
      ]);
      expect(config.pinEpochs).toBeUndefined();
    },
  },
  {
    name: "fresh-people at 0 %",
    does: { kind: "fresh-people", ...P, rule: "default", offset: 500 },
    leaves: (config) => expect(storedAt(config, "default")).toMatchObject({ offset: 500, salt: "summarizer" }),
  },
  {
    name: "set-serve with another attribute is a new layout",
    does: { kind: "set-serve", ...P, rule: "paid", serve: { split: { sonnet: 50, opus: 50 }, by: "organization.id" } },
    leaves: (config) =>
      expect(storedAt(config, 0)).toMatchObject({
        by: "organization.id",
        ranges: [
          [0, 50_000, "sonnet"],
          [50_000, 100_000, "opus"],
        ],
      }),
  },
  {
    name: "set-rule adds at a place",
    does: { kind: "set-rule", ...P, rule: EU, at: 0 },
    leaves: (config) => {
      expect(config.rules?.map((rule) => rule.id)).toEqual(["eu", "paid"]);
      expect(storedAt(config, 0)?.ranges).toHaveLength(2);
    },
  },
  {
    name: "set-rule edits the rule with that id where it is",
    does: { kind: "set-rule", ...P, rule: { id: "paid", serve: { split: { opus: 60, sonnet: 40 } } } },
    leaves: (config) =>
      expect(storedAt(config, 0)?.ranges).toEqual([
        [0, 60_000, "opus"],
        [60_000, 100_000, "sonnet"],
      ]),
  },
  {
    name: "move-rule",
    given: [{ kind: "set-rule", ...P, rule: EU }],
    does: { kind: "move-rule", ...P, rule: "eu", to: 0 },
    leaves: (config) => expect(config.rules?.map((rule) => rule.id)).toEqual(["eu", "paid"]),
  },
  {
    name: "remove-rule takes its variants away, and pins on them",
    does: { kind: "remove-rule", ...P, rule: "paid" },
    leaves: (config) => {
      expect(config.rules).toBeUndefined();
      expect(config.pinEpochs).toEqual({ opus: 1, sonnet: 1 });
    },
  },
  {
    name: "set-targets",
    does: { kind: "set-targets", ...P, targets: { sonnet: ["user-8"] } },
    leaves: (config) => expect(config.targets).toEqual({ sonnet: ["user-8"] }),
  },
  { name: "set-targets to nobody", does: { kind: "set-targets", ...P, targets: {} } },
  {
    name: "set-fallback",
    does: { kind: "set-fallback", ...P, fallback: [{ when: { segment: "beta" }, variant: "sonnet" }, { variant: "plain" }] },
  },
  { name: "set-requires", does: { kind: "set-requires", ...P, requires: [{ flag: "ai-enabled", variant: "on" }] } },
  { name: "set-budgets", does: { kind: "set-budgets", ...P, budgets: { opus: { callsPerMinute: 60 } } } },
  { name: "set-shadow", does: { kind: "set-shadow", ...P, shadow: { variant: "opus", percent: 5, callsPerMinute: 10 } } },
  {
    name: "set-spend",
    does: { kind: "set-spend", ...P, budget: "total", spend: { period: "month", amountMicroUsd: 5_000_000, cheaper: "plain" } },
  },
  { name: "set-pin", does: { kind: "set-pin", ...P, pin: { by: "sessionId", for: "24h" } } },
  {
    name: "create-segment",
    does: { kind: "create-segment", segment: "team", definition: { environments: { staging: { include: ["a"] } } } },
    leaves: (_config, state) => expect(state.segments.get("team")?.environments["staging"]?.revision).toBe(1),
  },
  {
    name: "own-segment",
    does: { kind: "own-segment", segment: "beta", file: "dimmer.yaml" },
    leaves: (_config, state) => expect(state.segments.get("beta")?.file).toEqual({ name: "dimmer.yaml" }),
  },
  {
    name: "own-segment of another file",
    given: [{ kind: "own-segment", segment: "beta", file: "dimmer.yaml" }],
    does: { kind: "own-segment", segment: "beta", file: "other.yaml" },
  },
  {
    name: "release-segment",
    given: [{ kind: "own-segment", segment: "beta", file: "dimmer.yaml" }],
    does: { kind: "release-segment", segment: "beta" },
    leaves: (_config, state) => expect(state.segments.get("beta")?.file).toBeNull(),
  },
  {
    name: "remove-segment of one that a file owns",
    given: [{ kind: "own-segment", segment: "beta", file: "dimmer.yaml" }],
    does: { kind: "remove-segment", segment: "beta" },
  },
  { name: "update-segment", does: { kind: "update-segment", segment: "beta", description: "The first to see it" } },
  {
    name: "set-segment in another environment",
    does: { kind: "set-segment", segment: "beta", environment: "staging", config: { when: { plan: "pro" } } },
  },
  { name: "set-segment to nothing", does: { kind: "set-segment", segment: "beta", environment: "production", config: null } },
  {
    name: "set-segment to nothing where a rule asks for it, if only through another segment, says so",
    given: [
      { kind: "create-segment", segment: "team", definition: { environments: { production: { when: { segment: "beta" } } } } },
      { kind: "set-rule", ...P, rule: { id: "team", when: { segment: "team" }, serve: { variant: "sonnet" } } },
    ],
    does: { kind: "set-segment", segment: "beta", environment: "production", config: null },
    warns: ["segment-not-configured"],
  },
  {
    name: "set-segment to nothing where only another environment asks for it",
    given: [
      { kind: "set-segment", segment: "beta", environment: "staging", config: { include: ["a"] } },
      { kind: "set-rule", ...P, rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "sonnet" } } },
    ],
    does: { kind: "set-segment", segment: "beta", environment: "staging", config: null },
  },
  { name: "remove-segment", does: { kind: "remove-segment", segment: "beta" } },
  { name: "declare-context", does: { kind: "declare-context", context: { attributes: { plan: { type: "string" } } } } },
];

describe("an operation", () => {
  it.each(ACCEPTED.map((row) => [row.name, row] as const))("%s", (_name, row) => accept(row));

  it("is tabled here, each kind of them", () => {
    const tabled = new Set<OperationKind>(ACCEPTED.map((row) => row.does.kind));
    const known = OperationSchema.options.map((option) => option.shape.kind.value);
    expect(known.filter((kind) => !tabled.has(kind))).toEqual([]);
  });
});

interface Refused {
  readonly name: string;
  readonly given?: readonly Operation[];
  readonly does: readonly Operation[];
  readonly code: ProblemCode;
  readonly at: string;
  readonly says: RegExp;
}

function refuse({ given = [], does, code, at, says }: Refused): void {
  const before = given.length === 0 ? WORLD : run(WORLD, given).state;
  let thrown: unknown;
  try {
    run(before, does);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ProblemError);
  const problem = thrown as ProblemError;
  expect(problem.message).toMatch(says);
  expect(problem.code).toBe(code);
  const error = problem.issues.find((issue) => issue.severity === "error");
  expect(error?.path).toBe(at);
  expect(error?.mend).not.toBe("");
}

const REQUIRES: Operation = { kind: "set-requires", ...P, requires: [{ flag: "ai-enabled", variant: "on" }] };
const ASKS_BETA: Operation = {
  kind: "set-rule",
  ...P,
  rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "opus" } },
};

const REFUSED: readonly Refused[] = [
  {
    name: "a key that is taken",
    does: [create("summarizer", SWITCH)],
    code: "already-exists",
    at: "/operations/0/flag",
    says: /Edit it/,
  },
  {
    name: "a key that is not one",
    does: [create("No Spaces", SWITCH)],
    code: "invalid-document",
    at: "/operations/0/definition",
    says: /./,
  },
  {
    name: "a definition that is not valid, with the place in the request",
    does: [
      { kind: "update-segment", segment: "beta", description: "x" },
      create("chat", {
        ...SWITCH,
        environments: { production: { enabled: true, fallback: "off", default: { variant: "maybe" } } },
      }),
    ],
    code: "invalid-document",
    at: "/operations/1/definition/environments/production/default/variant",
    says: /no variant "maybe"/,
  },
  {
    name: "an environment that the project has not",
    does: [create("chat", { ...SWITCH, environments: { moon: { enabled: true, fallback: "off", default: { variant: "on" } } } })],
    code: "not-found",
    at: "/operations/0/definition/environments/moon",
    says: /no environment "moon"/,
  },
  {
    name: "an unknown flag",
    does: [{ kind: "kill", flag: "nope", environment: "production" }],
    code: "not-found",
    at: "/operations/0/flag",
    says: /no flag "nope"/,
  },
  {
    name: "an unknown environment",
    does: [{ kind: "kill", ...S, environment: "moon" }],
    code: "not-found",
    at: "/operations/0/environment",
    says: /production, staging/,
  },
  {
    name: "an unknown variant",
    does: [{ kind: "stop", ...P, variant: "gpt" }],
    code: "not-found",
    at: "/operations/0/variant",
    says: /opus, sonnet, plain/,
  },
  {
    name: "a restore of what lives",
    does: [{ kind: "restore", ...P }],
    code: "conflict",
    at: "/operations/0",
    says: /not killed/,
  },
  {
    name: "a restore of what is not stopped",
    does: [{ kind: "restore", ...P, variant: "opus" }],
    code: "conflict",
    at: "/operations/0",
    says: /not stopped/,
  },
  {
    name: "an edit of an archived flag",
    given: [{ kind: "archive-flag", ...S }],
    does: [{ kind: "set-pin", ...P, pin: null }],
    code: "conflict",
    at: "/operations/0/flag",
    says: /Unarchive/,
  },
  {
    name: "archiving twice",
    given: [{ kind: "archive-flag", ...S }],
    does: [{ kind: "archive-flag", ...S }],
    code: "conflict",
    at: "/operations/0/flag",
    says: /already/,
  },
  {
    name: "unarchiving what lives",
    does: [{ kind: "unarchive-flag", ...S }],
    code: "conflict",
    at: "/operations/0/flag",
    says: /not archived/,
  },
  {
    name: "releasing what no file owns",
    does: [{ kind: "release-flag", ...S }],
    code: "conflict",
    at: "/operations/0/flag",
    says: /owned by no file/,
  },
  {
    name: "releasing a segment that no file owns",
    does: [{ kind: "release-segment", segment: "beta" }],
    code: "conflict",
    at: "/operations/0/segment",
    says: /owned by no file/,
  },
  {
    name: "owning a segment that is not there",
    does: [{ kind: "own-segment", segment: "nobody", file: "dimmer.yaml" }],
    code: "not-found",
    at: "/operations/0/segment",
    says: /no segment "nobody"/,
  },
  {
    name: "archiving what others require",
    given: [REQUIRES],
    does: [{ kind: "archive-flag", flag: "ai-enabled" }],
    code: "conflict",
    at: "/operations/0",
    says: /summarizer in production/,
  },
  {
    name: "removing a block that others require",
    given: [REQUIRES],
    does: [{ kind: "remove-environment", flag: "ai-enabled", environment: "production" }],
    code: "conflict",
    at: "/operations/0",
    says: /summarizer in production/,
  },
  {
    name: "a rule that is not there",
    does: [{ kind: "ramp", ...P, rule: "nope", variant: "opus", percent: 1 }],
    code: "not-found",
    at: "/operations/0/rule",
    says: /paid, default/,
  },
  {
    name: "a ramp of no split",
    does: [{ kind: "ramp", ...S, environment: "staging", rule: "default", variant: "opus", percent: 1 }],
    code: "conflict",
    at: "/operations/0/rule",
    says: /set-split/,
  },
  {
    name: "a ramp of a variant outside the split",
    does: [{ kind: "ramp", ...P, rule: "paid", variant: "plain", percent: 1 }],
    code: "conflict",
    at: "/operations/0",
    says: /no variant "plain"/,
  },
  {
    name: "a ramp finer than a slot",
    does: [{ kind: "ramp", ...P, rule: "paid", variant: "opus", percent: 1.00001 }],
    code: "invalid-document",
    at: "/operations/0/percent",
    says: /three decimals/,
  },
  {
    name: "shares that do not sum",
    does: [{ kind: "set-split", ...P, rule: "paid", split: { opus: 10, sonnet: 80 } }],
    code: "invalid-document",
    at: "/operations/0/split",
    says: /90/,
  },
  {
    name: "fresh people in the middle",
    does: [{ kind: "fresh-people", ...P, rule: "paid", offset: 1 }],
    code: "conflict",
    at: "/operations/0",
    says: /0 %/,
  },
  {
    name: "a stored split at odds with its shares",
    does: [
      {
        kind: "set-serve",
        ...P,
        rule: "paid",
        serve: { split: { opus: 50, sonnet: 50 }, stored: { ...(storedAt(PRESENT, 0) as StoredSplit), offset: 3 } },
      },
    ],
    code: "invalid-document",
    at: "/operations/0/serve/stored/ranges",
    says: /./,
  },
  {
    name: "a rule with an unknown operator",
    does: [{ kind: "set-rule", ...P, rule: { id: "x", when: { plan: { like: "pro" } as never }, serve: { variant: "opus" } } }],
    code: "invalid-document",
    at: "/operations/0/rule/when/plan/like",
    says: /./,
  },
  {
    name: "a segment that is not there",
    does: [{ kind: "set-rule", ...P, rule: { id: "x", when: { segment: "nope" }, serve: { variant: "opus" } } }],
    code: "invalid-document",
    at: "/operations/0/rule/when",
    says: /no segment "nope"/,
  },
  {
    name: "a fallback that is not there",
    does: [{ kind: "set-fallback", ...P, fallback: [{ variant: "gpt" }] }],
    code: "invalid-document",
    at: "/operations/0/fallback/0/variant",
    says: /./,
  },
  {
    name: "one person promised two variants",
    does: [{ kind: "set-targets", ...P, targets: { opus: ["a"], sonnet: ["a"] } }],
    code: "invalid-document",
    at: "/operations/0/targets/sonnet/0",
    says: /./,
  },
  {
    name: "a requirement of nothing",
    does: [{ kind: "set-requires", ...P, requires: [{ flag: "nope", variant: "on" }] }],
    code: "invalid-document",
    at: "/operations/0/requires/0",
    says: /no flag "nope"/,
  },
  {
    name: "a requirement of a variant that is not there",
    does: [{ kind: "set-requires", ...P, requires: [{ flag: "ai-enabled", variant: ["on", "dim"] }] }],
    code: "invalid-document",
    at: "/operations/0/requires/0",
    says: /"dim"/,
  },
  {
    name: "flags that require each other",
    given: [REQUIRES],
    does: [
      {
        kind: "set-requires",
        flag: "ai-enabled",
        environment: "production",
        requires: [{ flag: "summarizer", variant: "opus" }],
      },
    ],
    code: "invalid-document",
    at: "/operations/0/requires",
    says: /require each other/,
  },
  {
    name: "a flag that requires itself",
    does: [{ kind: "set-requires", ...P, requires: [{ flag: "summarizer", variant: "opus" }] }],
    code: "invalid-document",
    at: "/operations/0/requires",
    says: /require each other/,
  },
  {
    name: "a new place without saying which version, where there are several",
    given: CHAT_IN_STAGING,
    does: [{ kind: "configure-environment", ...CHAT, config: PLAINLY }],
    code: "invalid-document",
    at: "/operations/0/config/published",
    says: /chat:opus shall production serve.*versions 1 to 2.*published: \{ opus: 2 \}/,
  },
  {
    name: "taking a segment away where an `only` asks for it, which would then be for nobody",
    given: [
      { kind: "set-segment", segment: "beta", environment: "staging", config: { include: ["a"] } },
      { kind: "update-variant", ...S, variant: "opus", fields: { only: { segment: "beta" } } },
    ],
    does: [{ kind: "set-segment", segment: "beta", environment: "staging", config: null }],
    code: "invalid-document",
    at: "/operations/0/config",
    says: /only of summarizer:opus/,
  },
  {
    name: "a variant that is there",
    does: [{ kind: "add-variant", ...S, variant: "opus", value: opusValue }],
    code: "already-exists",
    at: "/operations/0/variant",
    says: /opus/,
  },
  {
    name: "a variant of another type",
    does: [{ kind: "add-variant", ...S, variant: "haiku", value: "text" }],
    code: "invalid-document",
    at: "/operations/0/value",
    says: /./,
  },
  {
    name: "a value against the schema",
    does: [{ kind: "draft-value", ...S, variant: "opus", value: { provider: "x", model: "y", parameters: { temprature: 1 } } }],
    code: "invalid-document",
    at: "/operations/0/value/parameters",
    says: /temprature/,
  },
  {
    name: "a schema that nobody knows",
    does: [{ kind: "update-flag", ...S, fields: { schema: "no-such" } }],
    code: "invalid-document",
    at: "/operations/0/fields/schema",
    says: /no-such/,
  },
  {
    name: "a schema that present values break",
    does: [{ kind: "update-flag", ...S, fields: { schema: { type: "object", required: ["nope"] } } }],
    code: "invalid-document",
    at: "/operations/0",
    says: /nope/,
  },
  {
    name: "removing a variant that is named",
    does: [{ kind: "remove-variant", ...S, variant: "opus" }],
    code: "conflict",
    at: "/operations/0",
    says: /the targets in production, rule paid in production, the default in production, the default in staging/,
  },
  {
    name: "removing a stopped variant",
    given: [
      { kind: "add-variant", ...S, variant: "haiku", value: opusValue },
      { kind: "stop", ...P, variant: "haiku" },
    ],
    does: [{ kind: "remove-variant", ...S, variant: "haiku" }],
    code: "conflict",
    at: "/operations/0",
    says: /restore it first/,
  },
  {
    name: "publishing without a draft",
    does: [{ kind: "publish", ...S, variant: "opus", environments: ["production"] }],
    code: "conflict",
    at: "/operations/0",
    says: /no draft/,
  },
  {
    name: "publishing a version that is not there",
    does: [{ kind: "publish", ...S, variant: "opus", environments: ["production"], version: 9 }],
    code: "not-found",
    at: "/operations/0/version",
    says: /1 to 1/,
  },
  {
    name: "discarding no draft",
    does: [{ kind: "discard-draft", ...S, variant: "opus" }],
    code: "conflict",
    at: "/operations/0",
    says: /no draft/,
  },
  {
    name: "a published number that is not there",
    does: [{ kind: "configure-environment", ...P, config: { ...PRESENT, published: { opus: 4 } } }],
    code: "not-found",
    at: "/operations/0/config/published/opus",
    says: /no version 4/,
  },
  { name: "a segment that is there", does: [BETA], code: "already-exists", at: "/operations/0/segment", says: /beta/ },
  {
    name: "removing a segment that is asked for",
    given: [ASKS_BETA],
    does: [{ kind: "remove-segment", segment: "beta" }],
    code: "conflict",
    at: "/operations/0",
    says: /flag summarizer/,
  },
  {
    name: "editing a segment that is gone",
    given: [{ kind: "remove-segment", segment: "beta" }],
    does: [{ kind: "update-segment", segment: "beta", description: null }],
    code: "not-found",
    at: "/operations/0/segment",
    says: /no segment/,
  },
  {
    name: "a segment that asks for itself",
    does: [{ kind: "set-segment", segment: "beta", environment: "production", config: { when: { segment: "beta" } } }],
    code: "invalid-document",
    at: "/operations/0/config/when",
    says: /ask for each other/,
  },
];

describe("a refusal", () => {
  it.each(REFUSED.map((row) => [row.name, row] as const))("%s", (_name, row) => refuse(row));
});
