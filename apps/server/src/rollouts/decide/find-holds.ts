/** What keeps a rollout where it is until it ends by itself; time that it is held is no dwell. */

import type { Because } from "@dimmer/protocol";
import { judgeSampleRatio, SAMPLE_RATIO_ALPHA } from "@dimmer/statistics";
import type { Facts } from "./facts.ts";
import { findSilence, sayMs } from "./find-silence.ts";
import type { ModelsSeen, Seen } from "./gather.ts";
import { stepsOf } from "./steps.ts";

/** An arm's models are those of its first minutes; what answers only later is another one. */
const SETTLED_MS = 10 * 60_000;
/** Of an arm's calls, less than this is no change. */
const MODEL_SHARE = 0.02;
const MODEL_CALLS = 10;

export function findHolds(facts: Facts, seen: Seen, now: number): readonly Because[] {
  return [...findMismatch(seen), ...findSilence(facts, seen, now), ...findModelChange(facts, seen), ...findOpenGates(facts)];
}

/** As it stands, not as it once was: a hold ends by itself. */
function findMismatch({ people: { sampleRatio } }: Seen): readonly Because[] {
  if (sampleRatio === null) return [];
  const { logBayesFactor } = judgeSampleRatio(sampleRatio);
  if (logBayesFactor < -Math.log(SAMPLE_RATIO_ALPHA)) return [];
  const say = "The variants have other people than their shares say: one of them may fail before it tells of itself.";
  return [{ reason: "sample-ratio", say, about: null }];
}

function findModelChange(facts: Facts, { models, firstBucketAt }: Seen): readonly Because[] {
  if (firstBucketAt === null) return [];
  const waitMs = stepsOf(facts.plan, facts.shared).steps[facts.step]?.dwellMs ?? 0;
  const since = Math.max(firstBucketAt + SETTLED_MS, facts.observedUntil - waitMs);
  const changed = [...newSince(models.treated, since), ...newSince(models.others, since)].filter(
    (model) => !facts.baseline.models.includes(model),
  );
  return changed.map((model) => ({
    reason: "model-changed",
    say: `${model} answers, which it did not before. What was seen of the model before says nothing of it; it goes on once ${sayMs(waitMs)} were seen of it.`,
    about: model,
  }));
}

function newSince(models: ModelsSeen, since: number): readonly string[] {
  const all = Object.values(models).reduce((sum, { calls }) => sum + calls, 0);
  return Object.entries(models)
    .filter(([, { firstAt, calls }]) => firstAt >= since && calls >= MODEL_CALLS && calls >= MODEL_SHARE * all)
    .map(([model]) => model);
}

function findOpenGates({ gates }: Facts): readonly Because[] {
  return gates.flatMap(({ state, suite, say }) => {
    if (state !== "missing" && state !== "stale") return [];
    return [{ reason: state === "missing" ? ("gate-missing" as const) : ("gate-stale" as const), say, about: suite }];
  });
}
