/** Whether what should arrive arrives: silence is not health, nor is what comes late or makes no sense. */

import type { Because } from "@dimmer/protocol";
import { expectedPerMs } from "./baseline.ts";
import type { Facts } from "./facts.ts";
import type { Seen } from "./gather.ts";
import { bucketLength, DELAY_BUCKETS } from "./observations.ts";
import { stepsOf } from "./steps.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** So many are to be expected in the time that is looked at, so that few of them is no chance. */
const EXPECTED = 20;
/** Of what is expected, less than this is silence. */
const ENOUGH = 0.2;
/** What may come between two looks beside the delay of buckets. */
const SLACK_MS = 30_000;
/** A bucket that was none keeps a rollout where it is for so long. */
const MALFORMED_MS = 10 * MINUTE_MS;

/** Shape: none where all is well; each a reason to hold. */
export function findSilence(facts: Facts, seen: Seen, now: number): readonly Because[] {
  return [...findLate(facts, now), ...findMalformed(seen, facts), ...findSilentArms(facts, seen)];
}

function findLate({ observedUntil, stepStartedAt }: Facts, now: number): readonly Because[] {
  const lag = now - Math.max(observedUntil, stepStartedAt);
  const allowed = (DELAY_BUCKETS + 2) * bucketLength(now - stepStartedAt) + SLACK_MS;
  if (lag <= allowed && lag >= 0) return [];
  const say =
    lag < 0
      ? "What was seen last lies ahead of the clock. It goes on once the clock has caught up."
      : `Nothing was read of the last ${sayMs(lag)}. It goes on once telemetry can be read again.`;
  return [{ reason: "late", say, about: null }];
}

function findMalformed({ malformedAt }: Seen, { observedUntil }: Facts): readonly Because[] {
  if (malformedAt === null || malformedAt < observedUntil - MALFORMED_MS) return [];
  const say = "Numbers arrived that cannot be: negative ones, or more events than exposures.";
  return [{ reason: "malformed", say, about: null }];
}

/** All traffic beside that of the same hour before the start, and each arm beside what its share of the other would be. */
function findSilentArms(facts: Facts, seen: Seen): readonly Because[] {
  const { baseline, observedUntil, plan, shared, step } = facts;
  const share = stepsOf(plan, shared).steps[step]?.share ?? 1;
  const perMs = expectedPerMs(baseline, observedUntil);
  if (perMs <= 0) return [];
  const allMs = windowFor(perMs);
  const all = sumSince(facts, seen, allMs);
  if (all !== undefined && all.treated + all.others < ENOUGH * perMs * allMs) {
    const say = `In the last ${sayMs(allMs)} ${all.treated + all.others} were seen where some ${Math.round(perMs * allMs)} are usual.`;
    return [{ reason: "silent", say, about: null }];
  }
  const rarer = Math.min(share, 1 - share);
  const arms = sumSince(facts, seen, windowFor(perMs * rarer));
  if (arms === undefined || rarer <= 0) return [];
  const treatedExpected = (arms.others * share) / (1 - share);
  const othersExpected = (arms.treated * (1 - share)) / share;
  if (treatedExpected >= EXPECTED && arms.treated < ENOUGH * treatedExpected)
    return [sayArm("the treated variant", arms.treated, treatedExpected)];
  if (othersExpected >= EXPECTED && arms.others < ENOUGH * othersExpected)
    return [sayArm("the other variants", arms.others, othersExpected)];
  return [];
}

const sayArm = (arm: string, seen: number, expected: number): Because => ({
  reason: "silent",
  say: `Of ${arm} ${seen} were seen where the share would bring some ${Math.round(expected)}.`,
  about: arm,
});

const windowFor = (perMs: number): number => Math.min(DAY_MS, Math.max(MINUTE_MS, EXPECTED / perMs));

/** Undefined while the step is younger than the time that is looked at. */
function sumSince(
  { observedUntil, stepStartedAt, step }: Facts,
  { recent }: Seen,
  windowMs: number,
): { readonly treated: number; readonly others: number } | undefined {
  const since = observedUntil - windowMs;
  if (since < stepStartedAt) return undefined;
  const within = recent.filter((bucket) => bucket.step === step && bucket.bucketAt >= since);
  return {
    treated: within.reduce((sum, { seen }) => sum + seen[0], 0),
    others: within.reduce((sum, { seen }) => sum + seen[1], 0),
  };
}

export function sayMs(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 1) return `${Math.round(ms / 1_000)} s`;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} days`;
}
