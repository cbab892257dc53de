/** What `plan`, `apply` and `import` share: a document read, planned against the server, and tried there without a commit. */

import { normalize } from "node:path";
import type { FlagDocument, Issue } from "@dimmer/evaluation";
import {
  type Chosen,
  type DocumentPlan,
  type Drift,
  planDocument,
  type PlanOptions,
  type PlanStep,
  type PresentProject,
  segmentResource,
} from "@dimmer/planning";
import { type ChangeResult, type Effect, type Move, type Operation, type PeopleView, ProblemError } from "@dimmer/protocol";
import { readPresent } from "./document/present-project.ts";
import { readSource, requireDocument, type SourceText } from "./document/read-document.ts";
import { EXIT, EXIT_OF_PROBLEM } from "./exit-codes.ts";
import { Failure, wrongUsage } from "./failure.ts";
import { didYouMean } from "./output/suggest.ts";
import { readMovers } from "./people.ts";
import { openServer, type Server } from "./server.ts";
import type { Call } from "./verb.ts";

/** A plan as `--json` prints it: nothing of it has happened. */
export interface PlanReport {
  readonly project: string;
  readonly file: string;
  readonly operations: readonly Operation[];
  /** Resource → the revision that it was planned on. */
  readonly expected: Readonly<Record<string, number>>;
  readonly effects: readonly Effect[];
  readonly moves: readonly Move[];
  /** In the environments where somebody moves, and where telemetry knows of them. */
  readonly people: Readonly<Record<string, PeopleView>>;
  /** Warnings. */
  readonly issues: readonly Issue[];
  readonly drift: readonly Drift[];
  readonly unlisted: readonly string[];
}

export interface Foreseen {
  readonly report: PlanReport;
  /** Whether the file owns anything already: what it brought there is taken back in the file alone. */
  readonly isOwner: boolean;
  /** Makes the change; whoever edited one of its flags since makes it fail as a whole. */
  readonly apply: (reason: string | undefined) => Promise<ChangeResult>;
}

export const PLAN_OPTIONS: readonly (readonly [flags: string, description: string])[] = [
  ["--publish <environments...>", "publish new values to these environments; without it they wait as drafts"],
  [
    "--undo-drift [flags...]",
    "also kill, stop, restore and move shares as the file says; without it what was changed by hand stays",
  ],
  [
    "--own [names...]",
    "the file owns these flags and segments (segments/beta) from now on, or all it names: nothing else edits what they are",
  ],
  ["--source <name>", "what the file is called, such as where it lies in git; its path unless given"],
  ["--prune", "also archive flags, and remove segments and environments' blocks, that the file does not have"],
];

export function readPlanOptions(call: Call): PlanOptions {
  return {
    publish: call.list("publish"),
    undoDrift: readChosen(call, "undo-drift"),
    prune: call.has("prune"),
    file: call.option("source") ?? normalize(call.args[0] ?? "").replaceAll("\\", "/"),
    own: readChosen(call, "own"),
    onlyNew: false,
  };
}

/** The option alone means all of the file. */
const readChosen = (call: Call, name: string): Chosen => (call.has(name) ? "all" : call.list(name));

/** Reads, plans and tries: the server validates the whole change and says who would move. */
export async function foresee(call: Call, options: PlanOptions): Promise<Foreseen> {
  const source = await readSource(call.io.cwd, call.args[0] ?? "");
  const wanted = requireDocument(source, "so nothing is planned");
  const server = await openServer(call);
  const present = await readPresent(server, wanted);
  const unknown = options.publish.find((environment) => !present.environments.includes(environment));
  if (unknown !== undefined) throw wrongUsage(`--publish: project ${server.project} has no environment ${unknown}.`);
  requireNamed(wanted, options);
  const plan = planDocument(present, wanted, options);
  if (plan.issues.length > 0) {
    const message = `${source.file} cannot be applied to project ${server.project}.`;
    throw new Failure(EXIT.conflict, message, { issues: plan.issues, source });
  }
  const send = (about: { reason?: string; dryRun?: boolean }) => submit(server, { options, source, wanted, plan }, about);
  const tried = plan.steps.length === 0 ? undefined : await send({ dryRun: true });
  return {
    report: {
      project: server.project,
      file: source.file,
      operations: plan.steps.map(({ operation }) => operation),
      expected: plan.expected,
      effects: tried?.effects ?? [],
      moves: tried?.moves ?? [],
      people: Object.fromEntries(await readMovers(server, tried?.moves ?? [])),
      issues: tried?.issues ?? [],
      drift: plan.drift,
      unlisted: plan.unlisted,
    },
    isOwner: ownersOf(wanted, present).includes(options.file),
    apply: (reason) => send(reason === undefined ? {} : { reason }),
  };
}

/** The files that own what a document names. */
function ownersOf({ flags, segments = {} }: FlagDocument, present: PresentProject): readonly string[] {
  const named = [
    ...Object.keys(flags).map((key) => present.flags.get(key)),
    ...Object.keys(segments).map((key) => present.segments.get(key)),
  ];
  return named.flatMap((view) => view?.file?.name ?? []);
}

/** What is misspelt here would silently not be owned, or not follow. */
function requireNamed({ flags, segments = {} }: FlagDocument, { own, undoDrift, file }: PlanOptions): void {
  const named = Object.keys(flags);
  requireChosen(undoDrift, named, file);
  requireChosen(own, [...named, ...Object.keys(segments).map(segmentResource)], file);
}

function requireChosen(chosen: Chosen, named: readonly string[], file: string): void {
  const unknown = chosen === "all" ? undefined : chosen.find((name) => !named.includes(name));
  if (unknown === undefined) return;
  const mend = didYouMean(unknown, named);
  const what = unknown.startsWith(segmentResource(""))
    ? `segment ${unknown.slice(segmentResource("").length)}`
    : `flag ${unknown}`;
  throw wrongUsage(`${file} has no ${what}.${mend === undefined ? "" : ` ${mend}`}`);
}

interface Planning {
  readonly options: PlanOptions;
  readonly source: SourceText;
  readonly wanted: FlagDocument;
  readonly plan: DocumentPlan;
}

async function submit(
  { client, project }: Server,
  planning: Planning,
  about: { reason?: string; dryRun?: boolean },
): Promise<ChangeResult> {
  const { steps, expected } = planning.plan;
  const operations = steps.map(({ operation }) => operation);
  try {
    const { file } = planning.options;
    return await client.submitChange(project, { operations, expected: { ...expected }, file, ...about });
  } catch (error) {
    throw error instanceof ProblemError ? locateRefusal(error, project, planning) : error;
  }
}

/** The server points into a request that the user never saw; the user wants the place in the file. */
function locateRefusal(problem: ProblemError, project: string, { source, wanted, plan }: Planning): Failure {
  const issues = problem.issues.filter(({ severity }) => severity === "error");
  const located = issues.map((issue) => ({ ...issue, path: numberRule(placeOf(issue.path, plan.steps), wanted) }));
  const message = located.length === 0 ? problem.message : `Project ${project} refuses ${source.file}; nothing was changed.`;
  return new Failure(EXIT_OF_PROBLEM[problem.code], message, { issues: located, source, cause: problem });
}

/** `/operations/3/config/rules/0` is what the third step's place in the document holds at `/rules/0`. */
function placeOf(pointer: string, steps: readonly PlanStep[]): string {
  const [, index, , part, rest = ""] = /^\/operations\/(\d+)(\/([^/]+)(\/.*)?)?$/u.exec(pointer) ?? [];
  const step = index === undefined ? undefined : steps[Number(index)];
  if (step === undefined) return "";
  return part === "config" || part === "definition" || part === "context" ? step.at + rest : step.at;
}

/** The server names rules by id, which lasts; in the text they stand by number. */
function numberRule(pointer: string, document: FlagDocument): string {
  const [, flag = "", environment = "", id] = RULE.exec(pointer) ?? [];
  const rules = document.flags[flag]?.environments?.[environment]?.rules ?? [];
  const at = rules.findIndex((rule) => rule.id === id);
  return at < 0 ? pointer : pointer.replace(`/rules/${id}`, `/rules/${at}`);
}

const RULE = /^\/flags\/([^/]+)\/environments\/([^/]+)\/rules\/([^/]+)/u;
