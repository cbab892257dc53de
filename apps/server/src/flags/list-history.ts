/** The changes of a project, a flag or an environment, and what differs between two revisions. */

import { diffJson } from "@dimmer/planning";
import { type Change, type Effect, ProblemError } from "@dimmer/protocol";
import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import type { RevisionRecord, StoreReader } from "../storage/store.ts";
import { requireRight, sightOf } from "../access/authorise.ts";
import { narrowChange } from "../access/narrow.ts";
import type { Author } from "./apply-change.ts";
import { viewChange } from "./view-change.ts";
import { viewConfig } from "./view-resource.ts";

export interface HistoryQuery {
  readonly flag?: string | undefined;
  readonly environment?: string | undefined;
  readonly limit: number;
  /** A sequence; only changes below it. */
  readonly before?: number | undefined;
}

/**
 * Shape:  newest first, at most `limit`; with a flag, an environment or both, those that reached it. For an author who may read only
 *         some environments those that reached one of them, as far as they concern them.
 * Errors: `ProblemError("forbidden")` for an environment that may not be read; none for a flag that nobody ever had: it has no history.
 */
export async function listHistory(
  reader: StoreReader,
  author: Author,
  project: string,
  query: HistoryQuery,
): Promise<readonly Change[]> {
  const { flag, limit, before, environment } = query;
  if (environment !== undefined) requireRight(author, "read", { project, environment });
  const sight = sightOf(author, project);
  const environments = environment === undefined ? sight : new Set([environment]);
  if (environments?.size === 0) return [];
  const records = await reader.listChanges(project, {
    limit,
    ...(flag === undefined ? {} : { flag }),
    ...(environments === null ? {} : { environments: [...environments] }),
    ...(before === undefined ? {} : { before }),
  });
  return records.flatMap((record) => narrowChange(sight, viewChange(record)) ?? []);
}

export interface RevisionPair {
  readonly project: string;
  readonly environment: string;
  readonly kind: "flag" | "segment";
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Shape:  the effects that lead from one revision of a block to another, in either direction.
 * Errors: `ProblemError("not-found")` naming the revision that is not there.
 */
export async function diffRevisions(reader: StoreReader, pair: RevisionPair): Promise<readonly Effect[]> {
  const { environment, kind, key, from, to } = pair;
  const before = await requireRevision(reader, pair, from);
  const after = await requireRevision(reader, pair, to);
  return diffJson(`${kind}s/${key}/environments/${environment}`, viewRevision(before), viewRevision(after));
}

export async function requireRevision(
  reader: StoreReader,
  { project, environment, kind, key }: Omit<RevisionPair, "from" | "to">,
  revision: number,
): Promise<RevisionRecord> {
  const record = await reader.getRevision(project, environment, kind, key, revision);
  if (record !== null) return record;
  throw new ProblemError("not-found", `There is no revision ${revision} of ${kind} "${key}" in ${environment}.`);
}

function viewRevision({ kind, config }: RevisionRecord): JsonValue | undefined {
  if (config === null) return undefined;
  return kind === "flag" ? viewConfig(config as FlagEnvironment) : (config as JsonValue);
}
