/** Asks the events about an experiment, and analyses what they say. */

import type { BanditPeriod, ExperimentResult } from "@dimmer/protocol";
import { liveShares } from "@dimmer/evaluation";
import { serveAt } from "../flags/addresses.ts";
import { isSameJson } from "../flags/same-json.ts";
import type { ExperimentRecord, ExperimentStart, FrozenMetric, ResultMaterial } from "../storage/experiment-record.ts";
import type { RevisionRecord, StoreReader } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import type { AskedQuantile, AskedRatio, ExperimentQuestion, ExperimentStatistics } from "../telemetry/experiment-question.ts";
import { withinBound } from "../telemetry/within-bound.ts";
import { analyse } from "./analyse/analyse.ts";
import { isRatio } from "./metrics.ts";

export interface AskPorts {
  readonly store: StoreReader;
  readonly telemetry: Pick<EventStore, "experiment">;
}

/** An experiment that has started. */
export interface StartedExperiment extends ExperimentRecord {
  readonly body: ExperimentRecord["body"] & { readonly started: ExperimentStart };
}

export const hasStarted = (record: ExperimentRecord): record is StartedExperiment => record.body.started !== null;

/**
 * What is known of an experiment up to a time.
 *
 * Errors: `ProblemError`: telemetry-unavailable, question-too-large.
 */
export async function gatherMaterial(ports: AskPorts, record: StartedExperiment, until: number): Promise<ResultMaterial> {
  const { shares, edits } = await readHistory(ports.store, record, until);
  const statistics = await withinBound(ports.telemetry.experiment(record, questionOf(record, shares, until)));
  const planned = (await ports.store.listExperimentResults(record.id)).find(({ kept }) => kept === "planned");
  return { statistics, planned: planned?.material.planned ?? null, shares, edits, endedAt: record.body.ended?.at ?? null };
}

/** The same of the same material, whenever. */
export function analyseMaterial(
  { body }: StartedExperiment,
  { statistics, planned, ...more }: ResultMaterial,
  kept: ExperimentResult["kept"],
  now: number,
): ExperimentResult {
  return analyse({ ...more, definition: body.definition, start: body.started, kept }, statistics, planned, now);
}

function questionOf({ flag, body }: StartedExperiment, shares: readonly BanditPeriod[], until: number): ExperimentQuestion {
  const { started, definition } = body;
  return {
    since: started.at,
    until: Math.max(until, started.at + 1),
    flag,
    address: started.address,
    arms: Object.keys(started.arms),
    baseline: definition.baseline,
    periods: shares.map(({ from }) => Date.parse(from)),
    keepsMovers: definition.bandit !== null,
    ...askedOf(started.metrics),
  };
}

export function askedOf(metrics: readonly FrozenMetric[]): {
  readonly ratios: readonly AskedRatio[];
  readonly quantiles: readonly AskedQuantile[];
} {
  return {
    ratios: metrics.flatMap(({ asked }) => (isRatio(asked) ? [asked] : [])),
    quantiles: metrics.flatMap(({ asked }) => (isRatio(asked) ? [] : [asked])),
  };
}

/** Periods that are told apart; beyond, those in between are taken for what they were before. */
const MOST_PERIODS = 200;
const MOST_EDITS = 50;

/** What its arms were to get, and what people edited meanwhile, by the change log. */
async function readHistory(
  store: StoreReader,
  record: StartedExperiment,
  until: number,
): Promise<Pick<ResultMaterial, "shares" | "edits">> {
  const { project, environment, flag, id, body } = record;
  const { started } = body;
  const shares: BanditPeriod[] = [{ from: new Date(started.at).toISOString(), percent: started.arms }];
  const edits: { readonly at: string; readonly say: string }[] = [];
  let before: RevisionRecord["config"] | undefined;
  const revisions = await store.listRevisions(project, environment, "flag", flag);
  for (const revision of [...revisions].sort((one, other) => one.revision - other.revision)) {
    const change = await store.getChange(project, revision.change);
    if (change === null || change.at > until) continue;
    if (change.at > started.at && change.source !== SOURCE) {
      const at = new Date(change.at).toISOString();
      edits.push({ at, say: `${change.actor.name}: ${change.summary.join(" ")}` });
      const percent = sharesAt(revision, started);
      if (body.definition.bandit === null && percent !== undefined && !isSameJson(percent, shares.at(-1)?.percent))
        shares.push({ from: at, percent });
    }
    before = revision.config;
  }
  if (before === null) edits.push({ at: new Date(until).toISOString(), say: `${flag} is no longer in ${environment}.` });
  if (body.definition.bandit !== null)
    shares.push(...(await store.listBanditPeriods(id)).filter(({ from }) => Date.parse(from) <= until));
  return { shares: thinned(shares), edits: edits.slice(-MOST_EDITS) };
}

/** What the experiment itself writes is no edit of it. */
export const SOURCE = "experiment";

/** Of its arms, 100 in all; undefined where they are not served there any more. */
function sharesAt({ config }: RevisionRecord, { address, arms }: ExperimentStart): Readonly<Record<string, number>> | undefined {
  if (config === null || !("default" in config)) return undefined;
  const serve = serveAt(config, address);
  if (serve === undefined) return undefined;
  const live = liveShares(serve);
  const names = Object.keys(arms);
  const total = names.reduce((sum, name) => sum + (live.get(name) ?? 0), 0);
  if (total === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, (100 * (live.get(name) ?? 0)) / total]));
}

function thinned(shares: readonly BanditPeriod[]): readonly BanditPeriod[] {
  if (shares.length <= MOST_PERIODS) return shares;
  const every = shares.length / MOST_PERIODS;
  return Array.from({ length: MOST_PERIODS }, (_, at) => shares[Math.floor(at * every)] as BanditPeriod);
}

/** People of any arm so far. */
export const peopleIn = ({ rows }: ExperimentStatistics): number =>
  rows.reduce((sum, { part, people }) => (part.by === "period" ? sum + people : sum), 0);
