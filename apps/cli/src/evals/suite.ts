/** Reads a suite: its items, and how their answers are scored. */

import { EVAL_LIMITS } from "@dimmer/protocol";
import { z } from "zod";
import { parseSource, readText } from "../document/read-document.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";

/** Bounds of a run. */
export const SUITE_LIMITS = {
  concurrency: { usual: 4, most: 32 },
  timeoutMs: { usual: 60_000, most: 600_000 },
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
  z.strictObject({ type: z.literal("judge"), provider: name, model: name, criteria: z.string().min(1).max(20_000), ...common }),
]);
export type Scorer = z.infer<typeof Scorer>;
export type JudgeScorer = Extract<Scorer, { type: "judge" }>;

const Item = z.strictObject({
  id: z.string().min(1).max(EVAL_LIMITS.idChars),
  variables: z.record(z.string(), z.unknown()).default({}),
  input: z.string().optional(),
  expected: z.string().optional(),
  mustPass: z.literal(true).optional(),
});
export type SuiteItem = z.infer<typeof Item>;

const Suite = z
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
export type Suite = z.infer<typeof Suite>;

const needsExpected = (scorer: Scorer): boolean =>
  scorer.type === "exact" || scorer.type === "similarity" || (scorer.type === "contains" && scorer.texts === undefined);

/** Errors: a failure that shows the place in the file. */
export async function readSuite(cwd: string, file: string): Promise<Suite> {
  const source = parseSource(file, await readText(cwd, file));
  if (source.data === undefined)
    throw new Failure(EXIT.failed, `${file} is neither YAML nor JSON.`, { issues: source.issues, source });
  const read = Suite.safeParse(source.data);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) => ({
    path: path.map((part) => `/${String(part)}`).join(""),
    code: "invalid-suite",
    message,
    mend: "See docs/guide/evals.md.",
    severity: "error" as const,
  }));
  throw new Failure(EXIT.failed, `${file} is no suite.`, { issues, source });
}
