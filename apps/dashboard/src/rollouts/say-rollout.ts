/** Rollouts in sentences: where one stands, what it did and why, and what it would take to go on. */

import { sayPercent } from "@dimmer/evaluation";
import {
  type MaintenanceWindow,
  type RolloutPlan,
  type RolloutState,
  type RolloutView,
  type Verdict,
  type VerdictView,
  wordsOfGuardrail,
} from "@dimmer/protocol";
import type { Status } from "../ui/status-light.tsx";
import { ACTION_WORDS, sayTolerance } from "./guardrail-words.ts";
import { sayMinutes } from "./say-wait.ts";

/** Whether anything may still happen to it. */
export const isOpen = ({ state }: Pick<RolloutView, "state">): boolean =>
  !(["completed", "rolled-back", "aborted", "superseded"] as readonly RolloutState[]).includes(state);

/** Whether a robot is turning the share, so that the lamp shows its ring. */
export const isTurning = ({ state }: Pick<RolloutView, "state">): boolean => isOpen({ state }) && state !== "proposed";

const STATE_WORDS: Readonly<Record<RolloutState, string>> = {
  proposed: "Waits for approval",
  running: "Running",
  holding: "Holding",
  "awaiting-approval": "Waits for approval",
  paused: "Paused",
  holdback: "Done but for a rest",
  completed: "Done",
  "rolled-back": "Rolled back",
  aborted: "Aborted",
  superseded: "Overtaken",
};

export const sayState = ({ state }: Pick<RolloutView, "state">): string => STATE_WORDS[state];

export const STATE_STATUS: Readonly<Record<RolloutState, Status>> = {
  proposed: "unknown",
  running: "warning",
  holding: "unknown",
  "awaiting-approval": "warning",
  paused: "unknown",
  holdback: "healthy",
  completed: "healthy",
  "rolled-back": "danger",
  aborted: "unknown",
  superseded: "unknown",
};

type Where = Pick<RolloutView, "rule" | "variant" | "percent" | "state" | "before" | "plan">;

/** "everyone else", or the rule by its id. */
export const sayWhom = (rule: string): string => (rule === "default" ? "everyone else" : `rule ${rule}`);

/** What people get of it now: "10 % of everyone else get opus." */
export function sayNow({ rule, variant, percent, state, before, plan }: Where): string {
  const whom = sayWhom(rule);
  const [first] = plan.steps;
  switch (state) {
    case "proposed":
      return `Nobody gets more ${variant} yet: it begins at ${sayPercent(first?.percent ?? 0)} once it is approved.`;
    case "rolled-back":
      return `${variant} is back at ${sayPercent(before[variant] ?? 0)} for ${whom}.`;
    case "aborted":
      return `Somebody ended it: ${variant} is back at ${sayPercent(before[variant] ?? 0)} for ${whom}.`;
    case "superseded":
      return `Somebody changed the shares meanwhile, and theirs stand.`;
    default:
      return `${sayPercent(percent)} of ${whom} get ${variant}.`;
  }
}

/** What one verdict did, in the past: "Went to 10 %". */
export function sayVerdict({ verdict, evidence, because }: Pick<VerdictView, "verdict" | "evidence" | "because">): string {
  const share = sayPercent(evidence.percent);
  const isPerson = because.some(({ reason }) => reason === "person");
  const said: Readonly<Record<Verdict, string>> = {
    advance: `Went on from ${share}`,
    hold: `Held at ${share}`,
    pause: isPerson ? `Paused at ${share} by a person` : `Paused at ${share}`,
    rollback: isPerson ? `Aborted at ${share}` : `Rolled back from ${share}`,
    complete: "Done",
  };
  return said[verdict];
}

export const VERDICT_STATUS: Readonly<Record<Verdict, Status>> = {
  advance: "healthy",
  hold: "unknown",
  pause: "warning",
  rollback: "danger",
  complete: "healthy",
};

const WEEKDAY_WORDS: Readonly<Record<MaintenanceWindow["days"][number], string>> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** The whole plan, a sentence for each part of it. */
export function sayPlan(plan: RolloutPlan): readonly string[] {
  const { steps, guardrails, never, gates, holdback, maintenance, dailyPeak, inconclusive, mode } = plan;
  const shares = steps.map(({ percent, dwellMinutes, approval }) => {
    const dwell = `${sayPercent(percent)} for ${sayMinutes(dwellMinutes)}`;
    return approval ? `${dwell} once somebody approves` : dwell;
  });
  return [
    `${capital(shares.join(", then "))}.`,
    ...guardrails.map(
      ({ metric, tolerance, action }) =>
        `${wordsOfGuardrail(metric).title}: ${sayTolerance(tolerance)}, else it ${ACTION_WORDS[action]}.`,
    ),
    ...never.map(({ event, atLeast }) => `${event} must never happen: ${atLeast} of them roll it back.`),
    ...gates.map(({ suite, margin }) => `The suite ${suite} has to score within ${margin} of the others.`),
    ...(holdback === null
      ? []
      : [`${sayPercent(holdback.percent)} stay with the others for ${sayMinutes(holdback.hours * 60)} after that.`]),
    ...(dailyPeak ? ["A busiest hour of a day has to be seen before 100 %."] : []),
    ...maintenance.map(
      ({ days, from, until, timeZone }) =>
        `Nothing is raised from ${from} to ${until} ${timeZone} on ${days.map((day) => WEEKDAY_WORDS[day]).join(", ")}.`,
    ),
    INCONCLUSIVE_WORDS[inconclusive],
    ...(mode === "watched" ? ["Unguarded: traffic is too small to judge by, so a person approves each step."] : []),
  ];
}

const INCONCLUSIVE_WORDS: Readonly<Record<RolloutPlan["inconclusive"], string>> = {
  ask: "Where it stays unclear, it waits for a person.",
  advance: "Where it stays unclear, it goes on.",
  rollback: "Where it stays unclear, it rolls back.",
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
