/** Silent metrics: what was always told and is told no more, while everything else goes on. */

import type { Place } from "../../delivery/snapshot-hub.ts";
import type { AskedRow, SignalRow } from "../../telemetry/habit-store.ts";
import type { RaisedAlert } from "../raise-alert.ts";

/**
 * Nothing is silent by chance of less than one in 500 million, even where what is told comes in clusters of people: so many are expected
 * before none of them means something.
 */
const EXPECTED = 20;
/** Of the days before, so that what is usual is known. */
const USUAL_CALLS = 100;
/** Of the other arms, so that feedback itself goes on. */
const OTHERS_FEEDBACK = 5;

export interface Habits {
  readonly signals: readonly SignalRow[];
  readonly asked: readonly AskedRow[];
  /** "hour", "6 hours": what was looked at. */
  readonly window: string;
}

/**
 * What has gone silent in the last hours, by what they are like on other days.
 *
 * Shape:  tokens of a variant's calls; feedback of one variant while the others' goes on; exposures of a flag that is still asked for.
 *         Traffic that merely gets less is no silence, and what was never told is none.
 * Errors: none.
 * Source: issue 6, C; ADR-0063.
 */
export function findSilent(place: Place, { signals, asked, window }: Habits): readonly RaisedAlert[] {
  const flags = [...new Set(signals.map(({ flag }) => flag))];
  return flags.flatMap((flag) => {
    const arms = armsOf(signals.filter((row) => row.flag === flag));
    const evaluations = { now: sumOf(asked, flag, true), usual: sumOf(asked, flag, false) };
    const said = { ...place, flag, window };
    return [
      ...arms.flatMap((arm) => findSilentTokens(said, arm)),
      ...arms.flatMap((arm) => findSilentFeedback(said, arm, arms)),
      ...findSilentExposures(said, arms, evaluations),
    ];
  });
}

type Sums = Omit<SignalRow, "flag" | "variant" | "daysBefore">;

interface Arm {
  readonly variant: string;
  readonly now: Sums;
  /** Of all the days before together. */
  readonly usual: Sums;
}

interface Said extends Place {
  readonly flag: string;
  readonly window: string;
}

const NOTHING: Sums = { exposures: 0, calls: 0, metered: 0, feedback: 0 };
const add = (one: Sums, other: Sums): Sums => ({
  exposures: one.exposures + other.exposures,
  calls: one.calls + other.calls,
  metered: one.metered + other.metered,
  feedback: one.feedback + other.feedback,
});

function armsOf(rows: readonly SignalRow[]): readonly Arm[] {
  return [...new Set(rows.map(({ variant }) => variant))].map((variant) => {
    const own = rows.filter((row) => row.variant === variant);
    const sum = (isNow: boolean) => own.filter(({ daysBefore }) => (daysBefore === 0) === isNow).reduce<Sums>(add, NOTHING);
    return { variant, now: sum(true), usual: sum(false) };
  });
}

function sumOf(asked: readonly AskedRow[], flag: string, isNow: boolean): number {
  const own = asked.filter((row) => row.flag === flag && (row.daysBefore === 0) === isNow);
  return own.reduce((sum, { evaluations }) => sum + evaluations, 0);
}

function findSilentTokens(said: Said, { variant, now, usual }: Arm): RaisedAlert[] {
  const expected = now.calls * shareOf(usual.metered, usual.calls);
  if (now.metered > 0 || usual.calls < USUAL_CALLS || expected < EXPECTED) return [];
  return [
    alertOf(said, {
      what: "tokens",
      variant,
      title: `Calls of ${said.flag}:${variant} tell no tokens any more`,
      cause: `${now.calls} calls of ${said.flag}:${variant} went well in the last ${said.window}, and none told how many tokens it gave; on other days ${percent(shareOf(usual.metered, usual.calls))} do. The provider, a proxy or the app's client leaves out usage. Cost and budgets miss these calls.`,
      evidence: { calls: now.calls, told: 0, expected, usualCalls: usual.calls, usualTold: usual.metered },
    }),
  ];
}

function findSilentFeedback(said: Said, { variant, now, usual }: Arm, arms: readonly Arm[]): RaisedAlert[] {
  const others = arms.filter((arm) => arm.variant !== variant);
  const [othersNow, othersUsual] = [sumArms(others, "now"), sumArms(others, "usual")];
  if (now.feedback > 0 || othersNow.feedback < OTHERS_FEEDBACK) return [];
  const othersRate = shareOf(othersNow.feedback, othersNow.calls);
  // Where both are known, this arm's own habit against the others'; a new arm is taken to be as the others are.
  const isKnown = usual.calls >= USUAL_CALLS && othersUsual.feedback >= OTHERS_FEEDBACK;
  const habit = isKnown ? shareOf(usual.feedback, usual.calls) / shareOf(othersUsual.feedback, othersUsual.calls) : 1;
  const expected = now.calls * othersRate * habit;
  if (expected < EXPECTED) return [];
  return [
    alertOf(said, {
      what: "feedback",
      variant,
      title: `Feedback on ${said.flag}:${variant} has stopped`,
      cause: `${now.calls} calls of ${said.flag}:${variant} in the last ${said.window} got no feedback, where ${Math.round(expected)} were to be expected; that of the other variants goes on. Most likely the app does not show or send it for this variant. A rollout that is judged by it holds.`,
      evidence: { calls: now.calls, feedback: 0, expected, othersCalls: othersNow.calls, othersFeedback: othersNow.feedback },
    }),
  ];
}

function findSilentExposures(
  said: Said,
  arms: readonly Arm[],
  evaluations: { readonly now: number; readonly usual: number },
): RaisedAlert[] {
  const [now, usual] = [sumArms(arms, "now"), sumArms(arms, "usual")];
  const expected = evaluations.now * shareOf(usual.exposures, evaluations.usual);
  if (now.exposures > 0 || expected < EXPECTED) return [];
  return [
    alertOf(said, {
      what: "exposures",
      title: `Nobody is told to meet ${said.flag} any more`,
      cause: `${said.flag} was asked for ${evaluations.now} times in the last ${said.window} and no exposure was told, where ${Math.round(expected)} were to be expected. The app evaluates and sends no events: its queue is full, its key may not, or tracking was left out of a release. No experiment or rollout sees anybody.`,
      evidence: {
        evaluations: evaluations.now,
        exposures: 0,
        expected,
        usualEvaluations: evaluations.usual,
        usualExposures: usual.exposures,
      },
    }),
  ];
}

interface Silence {
  readonly what: "tokens" | "feedback" | "exposures";
  readonly variant?: string;
  readonly title: string;
  readonly cause: string;
  readonly evidence: Readonly<Record<string, number>>;
}

function alertOf({ project, environment, flag }: Said, { what, variant, ...said }: Silence): RaisedAlert {
  return {
    ...said,
    project,
    key: `silent-metric/${environment}/${flag}/${variant ?? ""}/${what}`,
    kind: "silent-metric",
    severity: "warn",
    environment,
    flag,
    ...(variant === undefined ? {} : { variant }),
    action: {
      kind: "page",
      label: `Look at what ${flag} tells in ${environment}`,
      path: `/projects/${encodeURIComponent(project)}/flags/${encodeURIComponent(flag)}/measured?env=${encodeURIComponent(environment)}`,
    },
  };
}

const sumArms = (arms: readonly Arm[], when: "now" | "usual"): Sums => arms.map((arm) => arm[when]).reduce<Sums>(add, NOTHING);
const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (share: number): string => `${Math.round(share * 100)} %`;
