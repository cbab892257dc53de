/** What a step that goes well still has to pass before the next one: time, proof, a day's peak, windows, a person. */

import { type Because, wordsOfGuardrail } from "@dimmer/protocol";
import { busiestHour } from "./baseline.ts";
import type { Facts } from "./facts.ts";
import { sayMs } from "./find-silence.ts";
import type { Seen } from "./gather.ts";
import { findWindow } from "./maintenance.ts";
import type { JudgedGuardrail } from "./read-guardrails.ts";
import { type PlannedStep, stepsOf } from "./steps.ts";

export type Barriers =
  | { readonly kind: "none" | "rollback"; readonly because: readonly Because[] }
  | {
      readonly kind: "hold";
      readonly because: readonly Because[];
      readonly waitsForPerson: boolean;
      readonly isExtended: boolean;
    };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function findBarriers(
  facts: Facts,
  seen: Seen,
  guardrails: readonly JudgedGuardrail[],
  dweltMs: number,
  now: number,
): Barriers {
  const { plan, step } = facts;
  const { steps } = stepsOf(plan, facts.shared);
  const current = steps[step] as PlannedStep;
  const wantedMs = current.dwellMs * (facts.isExtended ? 2 : 1);
  if (dweltMs < wantedMs) return wait(facts, sayDwell(current, dweltMs, wantedMs, facts.isExtended));
  const proof = findUnproven(facts, seen, guardrails, current);
  if (proof !== undefined && !isApproved(facts)) {
    if (!facts.isExtended) return { ...wait(facts, { ...proof, reason: "extended" }), isExtended: true };
    if (plan.inconclusive === "rollback") return { kind: "rollback", because: [proof] };
    if (plan.inconclusive === "ask") return { ...wait(facts, proof), waitsForPerson: true };
  }
  const peak = findPeak(facts, steps);
  if (peak !== undefined) return wait(facts, peak);
  const window = findWindow(plan.maintenance, now);
  if (window !== undefined) {
    const say = `Nothing is raised between ${window.from} and ${window.until} (${window.timeZone}).`;
    return wait(facts, { reason: "maintenance", say, about: null });
  }
  const approval = findApproval(facts, steps);
  if (approval !== undefined) return { ...wait(facts, approval), waitsForPerson: true };
  const say = `${current.percent} % went well for ${sayMs(dweltMs)}${guardrails.length === 0 ? "" : ", and harm is ruled out"}.`;
  return { kind: "none", because: [{ reason: isApproved(facts) ? "approved" : "healthy", say, about: null }] };
}

const wait = ({ isExtended }: Facts, because: Because): Extract<Barriers, { kind: "hold" }> => ({
  kind: "hold",
  because: [because],
  waitsForPerson: false,
  isExtended,
});

function sayDwell({ percent, isHoldback }: PlannedStep, dweltMs: number, wantedMs: number, isExtended: boolean): Because {
  const what = isHoldback ? "The part that is held back" : `${percent} %`;
  const longer = isExtended ? ", as harm was not ruled out in the time planned" : "";
  const say = `${what} stays for ${sayMs(wantedMs)}${longer}; ${sayMs(dweltMs)} of it have gone well.`;
  return { reason: isExtended ? "extended" : "dwell", say, about: null };
}

/** Inconclusive is not a pass: what is missing, and of which guardrail. */
function findUnproven(
  { plan }: Facts,
  { stepExposures }: Seen,
  guardrails: readonly JudgedGuardrail[],
  { regression }: PlannedStep,
): Because | undefined {
  if (plan.mode === "watched") return undefined;
  if (stepExposures[0] === 0 || stepExposures[1] === 0) {
    const say = "In this step nobody was seen of one of the sides.";
    return { reason: "inconclusive", say, about: null };
  }
  const open = guardrails.find(({ action, logRuledOut, ruledOutAt }) => action !== "notify" && logRuledOut < ruledOutAt);
  if (open === undefined) return undefined;
  const { title } = wordsOfGuardrail(open.metric);
  const say = `${title}: it is not ruled out yet that they are ${regression} times those of the others.`;
  return { reason: "inconclusive", say, about: open.metric };
}

const isApproved = ({ approved, step }: Facts): boolean => approved.includes(step + 1);

/** Before all get it: the busiest hour of a day must have been seen since the start, or a day where it is not known which that is. */
function findPeak({ plan, baseline, startedAt, observedUntil, step }: Facts, steps: readonly PlannedStep[]): Because | undefined {
  const isLast = step >= steps.filter(({ isHoldback }) => !isHoldback).length - 1;
  const isBeforeAll = plan.steps[step + 1]?.percent === 100 || (isLast && plan.steps.at(-1)?.percent === 100);
  if (!plan.dailyPeak || plan.mode === "watched" || !isBeforeAll) return undefined;
  const hour = busiestHour(baseline);
  const seenAt = hour === undefined ? startedAt + DAY_MS : nextHourEnd(startedAt, hour);
  if (observedUntil >= seenAt) return undefined;
  const when = hour === undefined ? "A whole day" : `The busiest hour of the day, from ${hour}:00 UTC,`;
  return { reason: "daily-peak", say: `${when} must have been seen before everybody gets it.`, about: null };
}

/** The end of the first whole hour of that time of day after the start. */
function nextHourEnd(startedAt: number, hour: number): number {
  const begin = Math.floor(startedAt / DAY_MS) * DAY_MS + hour * HOUR_MS;
  return (begin >= startedAt ? begin : begin + DAY_MS) + HOUR_MS;
}

function findApproval(facts: Facts, steps: readonly PlannedStep[]): Because | undefined {
  const next = steps[facts.step + 1];
  const isNeeded = next === undefined ? stepsOf(facts.plan, facts.shared).finalNeedsApproval : next.needsApproval;
  if (!isNeeded || isApproved(facts)) return undefined;
  const what = next === undefined ? "everybody gets it" : `${next.percent} % begins`;
  return { reason: "approval-needed", say: `A person has to say yes before ${what}.`, about: null };
}
