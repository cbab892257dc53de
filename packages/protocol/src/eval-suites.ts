/** Suites of evals, from a file or kept by a project, and the runs that a server makes of them. */

import { z } from "zod";
import { PlaygroundVariant } from "./connections.ts";
import { EVAL_LIMITS } from "./eval-reports.ts";
import type { Actor } from "./management.ts";

/** Bounds of a suite, and of those that a project keeps. */
export const SUITE_LIMITS = {
  concurrency: { usual: 4, most: 32 },
  timeoutMs: { usual: 60_000, most: 600_000 },
  criteriaChars: 20_000,
  /** Bytes of one suite as JSON. */
  bytes: 1024 * 1024,
  /** Of one project. */
  suites: 100,
  keptBytes: 64 * 1024 * 1024,
  /** Versions of a suite that are shown. */
  shownVersions: 50,
} as const;

/** Bounds of the runs that a server makes. */
export const EVAL_RUN_LIMITS = {
  /** Runs at once, of all projects. */
  running: 2,
  /** Runs of a project that wait or go on. */
  waiting: 20,
  /** Items at a time, whatever the suite says. */
  concurrency: 4,
  /** Answers of one run: items by repeats. */
  answers: 5_000,
  /** Ended runs that a project keeps. */
  kept: 200,
} as const;

const name = z.string().min(1).max(EVAL_LIMITS.nameChars);
const common = { atLeast: z.number().min(0).max(1).optional() };

const Scorer = z.discriminatedUnion("type", [
  /** The answer is what was expected, but for space around it. */
  z.strictObject({ type: z.literal("exact"), ...common }),
  /** The answer contains the texts, or what was expected. */
  z.strictObject({ type: z.literal("contains"), texts: z.array(z.string().min(1)).min(1).optional(), ...common }),
  /** The answer is JSON that fits. */
  z.strictObject({ type: z.literal("json-schema"), schema: z.record(z.string(), z.unknown()), ...common }),
  /** How much of the answer stands where it does in what was expected. */
  z.strictObject({ type: z.literal("similarity"), ...common }),
  /** Another model says how well the answer meets the criteria. */
  z.strictObject({
    type: z.literal("judge"),
    provider: name,
    model: name,
    criteria: z.string().min(1).max(SUITE_LIMITS.criteriaChars),
    ...common,
  }),
]);
export type SuiteScorer = z.infer<typeof Scorer>;
export type JudgeScorer = Extract<SuiteScorer, { type: "judge" }>;

const Item = z.strictObject({
  id: z.string().min(1).max(EVAL_LIMITS.idChars),
  variables: z.record(z.string(), z.unknown()).default({}),
  input: z.string().optional(),
  expected: z.string().optional(),
  mustPass: z.literal(true).optional(),
});
export type SuiteItem = z.infer<typeof Item>;

/** A suite as a file has it: its items, and how their answers are scored. */
export const EvalSuite = z
  .strictObject({
    suite: name,
    version: z.union([name, z.number()]).transform(String).optional(),
    repeats: z.int().min(1).max(EVAL_LIMITS.repeats).default(1),
    concurrency: z.int().min(1).max(SUITE_LIMITS.concurrency.most).default(SUITE_LIMITS.concurrency.usual),
    timeoutMs: z.int().min(1).max(SUITE_LIMITS.timeoutMs.most).default(SUITE_LIMITS.timeoutMs.usual),
    scorers: z
      .record(name, Scorer)
      .refine((all) => Object.keys(all).length > 0, "A suite has at least one scorer.")
      .refine((all) => Object.keys(all).length <= EVAL_LIMITS.scorers, `A suite has at most ${EVAL_LIMITS.scorers} scorers.`),
    items: z.array(Item).min(1).max(EVAL_LIMITS.items),
  })
  .superRefine(({ items, scorers }, context) => {
    const ids = new Set<string>();
    items.forEach(({ id, expected }, at) => {
      if (ids.size === ids.add(id).size)
        context.addIssue({ code: "custom", path: ["items", at, "id"], message: `"${id}" comes twice.` });
      const asking = expected === undefined ? Object.entries(scorers).find(([, scorer]) => needsExpected(scorer)) : undefined;
      const message = `"${id}" says no \`expected\`, which the scorer ${asking?.[0]} compares with.`;
      if (asking !== undefined) context.addIssue({ code: "custom", path: ["items", at], message });
    });
    const judges = Object.values(scorers).filter((scorer) => scorer.type === "judge");
    const one = judges[0];
    if (judges.some(({ provider, model }) => provider !== one?.provider || model !== one.model))
      context.addIssue({ code: "custom", path: ["scorers"], message: "All judges of a suite are the same model." });
  });
export type EvalSuite = z.infer<typeof EvalSuite>;

const needsExpected = (scorer: SuiteScorer): boolean =>
  scorer.type === "exact" || scorer.type === "similarity" || (scorer.type === "contains" && scorer.texts === undefined);

/** A suite that a project keeps, without its items. */
export interface EvalSuiteView {
  readonly name: string;
  /** Counts what was pushed under this name from 1; one that is pushed never changes. */
  readonly number: number;
  /** What the suite calls its version itself. */
  readonly version: string | null;
  /** SHA-256 of it as canonical JSON. */
  readonly digest: string;
  readonly itemCount: number;
  readonly repeats: number;
  readonly scorers: readonly string[];
  readonly createdAt: string;
}

export interface EvalSuiteDetails extends EvalSuiteView {
  readonly suite: EvalSuite;
  /** Newest first; `SUITE_LIMITS.shownVersions` at most. */
  readonly versions: readonly EvalSuiteView[];
}

/** `interrupted`: the server stopped in the middle of it. `failed`: `message` says why there is no report. */
export const EVAL_RUN_STATES = ["queued", "running", "finished", "failed", "cancelled", "interrupted"] as const;
export type EvalRunState = (typeof EVAL_RUN_STATES)[number];

export const EvalRunRequest = z
  .strictObject({
    suite: name.describe("A suite that the project keeps."),
    suiteNumber: z.int().min(1).optional().describe("The newest unless given."),
    flag: z.string().min(1).max(128),
    ...PlaygroundVariant.shape,
  })
  .refine(
    ({ draft, version, value }) => [draft, version, value].filter((each) => each !== undefined).length <= 1,
    "Name the draft, a version or a value, not several of them.",
  );
export type EvalRunRequest = z.infer<typeof EvalRunRequest>;

/** A suite on a value, run by the server. */
export interface EvalRunView {
  readonly id: string;
  readonly environment: string;
  readonly suite: string;
  readonly suiteNumber: number;
  readonly flag: string;
  readonly variant: string;
  /** The digest of the value that is run. */
  readonly configHash: string;
  readonly state: EvalRunState;
  /** Items that are done, of how many. */
  readonly done: number;
  readonly total: number;
  /** Why it ended without a report. */
  readonly message: string | null;
  /** The eval report that came of it. */
  readonly report: string | null;
  readonly actor: Actor;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface EvalRunFilters {
  readonly flag?: string | undefined;
  readonly suite?: string | undefined;
}
