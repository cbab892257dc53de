/** The lines of a rollout's picture: its shares, and each guardrail's ratio and evidence over time. */

import type { GuardrailPoint, RolloutTrail } from "@dimmer/protocol";
import { boundRatio, type EventBucket } from "@dimmer/statistics";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { alphaOf } from "./decide/alpha.ts";
import { addObservation, seeNothing } from "./decide/gather.ts";
import { isRateMetric } from "./decide/metrics.ts";
import { isBucket, type Observation } from "./decide/observations.ts";
import { readGuardrails } from "./decide/read-guardrails.ts";
import { frameOf } from "./rollout-memory.ts";
import { factsOf } from "./tick.ts";

/** Points of a line; more would be no other picture. */
const POINTS = 200;

/** Errors: the store's own. */
export async function readTrail(store: StoreReader, record: RolloutRecord): Promise<RolloutTrail> {
  const all = lastOfEach(await store.listObservations(record.id, 0));
  const { progress, terms, endedAt } = record;
  const shares = progress.steps.map(({ startedAt, percent }) => ({ at: new Date(startedAt).toISOString(), percent }));
  const end = endedAt === null ? [] : [{ at: new Date(endedAt).toISOString(), percent: progress.percent }];
  const lines = drawLines(record, all);
  return {
    shares: [...shares, ...end],
    guardrails: terms.plan.guardrails.map(({ metric, tolerance }, index) => ({ metric, tolerance, points: lines[index] ?? [] })),
  };
}

function lastOfEach(observations: readonly Observation[]): readonly Observation[] {
  const last = new Map<string, Observation>();
  for (const one of observations)
    last.set(isBucket(one.body) ? `${one.bucketAt}/${one.lengthMs}` : `people/${one.sequence}`, one);
  // Sums of people stand at the start of their step, and were known only when they were appended.
  return [...last.values()].sort((one, other) => one.sequence - other.sequence);
}

function drawLines(record: RolloutRecord, observations: readonly Observation[]): readonly (readonly GuardrailPoint[])[] {
  const frame = frameOf(record);
  const facts = factsOf(record, record.progress.observedUntil, []);
  const every = Math.max(1, Math.ceil(observations.length / POINTS));
  const { guardrails } = record.terms.plan;
  const lines = guardrails.map((): GuardrailPoint[] => []);
  const buckets = guardrails.map((): EventBucket[] => []);
  let seen = seeNothing(frame);
  for (let from = 0; from < observations.length; from += every) {
    const group = observations.slice(from, from + every);
    for (const one of group) seen = addObservation(frame, seen, one);
    for (const [index, own] of buckets.entries()) own.push(pool(group, index));
    const at = new Date(seen.lastBucketAt ?? record.createdAt).toISOString();
    for (const [index, { ratio, ratioAtLeast, logEvidence }] of readGuardrails(facts, seen).entries())
      lines[index]?.push({ at, ratio, ratioAtLeast, logEvidence });
  }
  return lines.map((line, index) => withBounds(record, line, buckets[index] ?? [], index));
}

/** A few buckets as one, as a picture has fewer points than a rollout has buckets; what is decided is decided on each. */
function pool(group: readonly Observation[], index: number): EventBucket {
  const counts = group.flatMap(({ body }) => (isBucket(body) ? (body.rates[index] ?? []) : []));
  const sumAt = (place: number): number => counts.reduce((sum, count, at) => sum + (at % 4 === place ? count : 0), 0);
  return {
    treated: { exposures: sumAt(0), events: sumAt(1) },
    control: { exposures: sumAt(2), events: sumAt(3) },
  };
}

/** A mean has its bound already. */
function withBounds(
  { terms: { plan, baseline } }: RolloutRecord,
  line: readonly GuardrailPoint[],
  buckets: readonly EventBucket[],
  index: number,
): readonly GuardrailPoint[] {
  const guardrail = plan.guardrails[index];
  if (guardrail === undefined || !isRateMetric(guardrail.metric)) return line;
  const bounds = boundRatio(buckets, {
    alpha: alphaOf(plan, index),
    designEffect: baseline.guardrails[index]?.designEffect ?? 1,
  });
  return line.map((point, at) => ({ ...point, ratioAtLeast: bounds[at] === undefined || bounds[at] === 0 ? null : bounds[at] }));
}
