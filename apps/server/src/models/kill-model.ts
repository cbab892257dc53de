/** Takes a model or a provider off everywhere: one change over all flags that use it. */

import type { Snapshot, SnapshotFlag } from "@dimmer/evaluation";
import { type ChangeResult, type ModelQuery, type ModelUse, type Operation, ProblemError, type Right } from "@dimmer/protocol";
import { holds, requireRight } from "../access/authorise.ts";
import { applyPlanned, type Author, type ChangePorts } from "../flags/apply-change.ts";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import type { StoreReader } from "../storage/store.ts";
import { findEveryUse, findModelUses, isStopped, listModels, placesOf } from "./find-model-uses.ts";

export interface KillModelOrder {
  readonly project: string;
  readonly query: ModelQuery;
  readonly reason?: string | null;
  readonly source?: string;
  readonly dryRun?: boolean;
}

/**
 * Stops every variant that uses it where another variant goes on serving, and kills the flag where none would.
 *
 * Shape:  one change of kills and stops, found and applied in one transaction, so that its undo lifts them all.
 * Errors: `ProblemError`: not-found where no flag uses it, with the models that are used; forbidden; never a revision or validity.
 * Source: ADR-0018.
 */
export async function killModel(ports: ChangePorts, author: Author, order: KillModelOrder): Promise<ChangeResult> {
  const { project, query, reason, source, dryRun } = order;
  return await applyPlanned(ports, author, project, async (tx) => {
    const { operations, models } = await planModelKill(tx, author, project, query);
    if (operations.length === 0) throw foundNowhere(query, models);
    return {
      project,
      operations,
      reason: reason ?? reasonOfKill(query),
      source: source ?? "api",
      ...(dryRun === undefined ? {} : { dryRun }),
    };
  });
}

export interface ModelKill {
  /** None where no flag uses it. */
  readonly operations: readonly Operation[];
  /** What is used where the author reaches, to be offered in its place. */
  readonly models: readonly string[];
}

/**
 * What takes it off as things are now.
 *
 * Errors: `ProblemError`: invalid-request where neither model nor provider is named; not-found, forbidden.
 */
export async function planModelKill(reader: StoreReader, author: Author, project: string, query: ModelQuery): Promise<ModelKill> {
  requireMatch(query);
  const searched = await searchModels(reader, { author, right: "flag.kill" }, project, query);
  return {
    operations: searched.flatMap(({ snapshot, uses }) => planKill(snapshot.flags, uses)),
    models: [...new Set(searched.flatMap(({ snapshot }) => listModels(snapshot)))].sort(),
  };
}

export const reasonOfKill = (query: ModelQuery): string => `Kill of ${sayQuery(query)}`;

/**
 * The uses of a model, or of all, in one environment or in all that the author may read.
 *
 * Errors: `ProblemError("not-found")` for a project or environment that is not there.
 */
export async function findUses(
  reader: StoreReader,
  author: Author,
  project: string,
  query: ModelQuery,
): Promise<readonly ModelUse[]> {
  return (await searchModels(reader, { author, right: "read" }, project, query)).flatMap(({ uses }) => uses);
}

/** Only where the author has the right is searched. */
interface Searcher {
  readonly author: Author;
  readonly right: Right;
}

interface Searched {
  readonly snapshot: Snapshot;
  readonly uses: readonly ModelUse[];
}

async function searchModels(
  reader: StoreReader,
  who: Searcher,
  project: string,
  query: ModelQuery,
): Promise<readonly Searched[]> {
  const searched: Searched[] = [];
  for (const environment of await chooseEnvironments(reader, who, project, query.environment)) {
    const snapshot = await buildSnapshot(reader, project, environment);
    searched.push({ snapshot, uses: isForAll(query) ? findEveryUse(snapshot) : findModelUses(snapshot, query) });
  }
  return searched;
}

async function chooseEnvironments(
  reader: StoreReader,
  { author, right }: Searcher,
  project: string,
  named: string | undefined,
): Promise<readonly string[]> {
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  if (named !== undefined) {
    requireRight(author, right, { project, environment: named });
    return [named];
  }
  const all = (await reader.listEnvironments(project)).map(({ key }) => key);
  return all.filter((environment) => holds(author, right, { project, environment }));
}

function planKill(flags: Snapshot["flags"], uses: readonly ModelUse[]): readonly Operation[] {
  return [...new Set(uses.map(({ flag }) => flag))].flatMap((key) => {
    const own = uses.filter((use) => use.flag === key);
    const flag = flags[key];
    return flag === undefined ? [] : planFlag(flag, own);
  });
}

/** A killed flag still serves its fallback, so what of it uses the model must be stopped as well. */
function planFlag(flag: SnapshotFlag, uses: readonly ModelUse[]): readonly Operation[] {
  const using = new Set(uses.map(({ variant }) => variant));
  const served = placesOf(flag).filter(({ kind, variant }) => kind !== "fallback" && !isStopped(flag, variant));
  const isServedElse = served.some(({ variant }) => !using.has(variant));
  const stops = uses.filter(({ serves }) => isServedElse || serves.some(({ kind }) => kind === "fallback"));
  const kills = isServedElse ? [] : uses.slice(0, 1);
  return [
    ...kills.map(({ flag: key, environment }) => ({ kind: "kill" as const, flag: key, environment })),
    ...stops.map(({ flag: key, environment, variant }) => ({ kind: "stop" as const, flag: key, environment, variant })),
  ];
}

const isForAll = ({ model, provider }: ModelQuery): boolean => model === undefined && provider === undefined;

function requireMatch(query: ModelQuery): void {
  if (!isForAll(query)) return;
  throw new ProblemError("invalid-request", "Name a model, a provider, or both.");
}

/** So that a typing error is not taken for safety. */
export function foundNowhere(query: ModelQuery, models: readonly string[]): ProblemError {
  const known = models.length === 0 ? "No flag uses any model." : `Used are: ${models.join(", ")}.`;
  return new ProblemError("not-found", `No flag uses ${sayQuery(query)}. ${known}`);
}

function sayQuery({ model, provider }: ModelQuery): string {
  const named = [...(model === undefined ? [] : [`model ${model}`]), ...(provider === undefined ? [] : [`provider ${provider}`])];
  return named.join(" of ");
}
