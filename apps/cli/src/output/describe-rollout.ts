/** A rollout in words and blocks: where it stands, what its guardrails say, what comes next. */

import type { GuardrailReading, PlanOutlook, RolloutView, StepView, VerdictView } from "@dimmer/protocol";
import type { Paint } from "./output.ts";

const BAR = 24;

export const ROLLOUT_COLUMNS = ["id", "flag", "environment", "variant", "state", "share", "next"];

export const rowOfRollout = ({ id, flag, environment, variant, state, percent, next }: RolloutView): readonly string[] => [
  id,
  flag,
  environment,
  variant,
  state,
  `${percent} %`,
  next.say,
];

export function describeRollout(rollout: RolloutView, paint: Paint): string {
  const { flag, variant, environment, rule, state, percent, latest, next, needs, endedAt } = rollout;
  const guardrails = latest?.evidence.guardrails ?? [];
  return [
    `${paint("bold", `${variant} of ${flag}`)} in ${environment}${rule === "default" ? "" : `, rule ${rule}`}: ${paintState(rollout, paint)} at ${percent} %`,
    "",
    ...rollout.steps.map((step) => describeStep(step)),
    ...(guardrails.length === 0 ? [] : ["", ...guardrails.map((reading) => describeGuardrail(reading))]),
    "",
    ...(latest === null ? [] : describeVerdict(latest)),
    ...(needs === null ? [] : [`approved by ${needs.approvedBy.length} of ${needs.approvals}`]),
    endedAt === null ? `next: ${next.say}${next.at === null ? "" : ` (${next.at})`}` : `${state} ${endedAt}`,
  ].join("\n");
}

function paintState({ state }: RolloutView, paint: Paint): string {
  if (state === "rolled-back") return paint("red", state);
  return paint(state === "completed" || state === "running" || state === "holdback" ? "green" : "yellow", state);
}

function describeStep({ percent, dwellMinutes, state, dwelt, catches, approval }: StepView): string {
  const share = state === "done" ? 1 : state === "current" ? Math.min(1, dwelt / (dwellMinutes * 60)) : 0;
  const filled = Math.floor(share * BAR);
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR - filled)}`;
  const time = state === "current" ? `${sayMinutes(dwelt / 60)} of ${sayMinutes(dwellMinutes)}` : sayMinutes(dwellMinutes);
  const notes = [
    ...(catches === null ? [] : [`catches ${catches.toFixed(2)} times`]),
    ...(approval ? ["asks before"] : []),
    ...(state === "skipped" ? ["skipped"] : []),
  ];
  return `  ${`${percent} %`.padStart(9)}  ${bar}  ${time}${notes.length === 0 ? "" : `, ${notes.join(", ")}`}`;
}

/** The evidence of harm as a bar that ends where it rolls back. */
function describeGuardrail(reading: GuardrailReading): string {
  const { metric, ratio, tolerance, logEvidence, rollbackAt, action } = reading;
  const filled = Math.min(BAR, Math.max(0, Math.round((logEvidence / rollbackAt) * BAR)));
  const seen = ratio === null ? "nothing to compare yet" : `${ratio.toFixed(2)} times the others, ${tolerance} tolerated`;
  return `  ${metric.padEnd(24)} ${"▓".repeat(filled)}${"·".repeat(BAR - filled)}| ${action}  ${seen}`;
}

export function describeVerdict({ verdict, lastAt, times, because, actor }: VerdictView): readonly string[] {
  const repeated = times > 1 ? `, ${times} times` : "";
  return [`${lastAt}  ${verdict}${repeated}, by ${actor.name}`, ...because.map(({ say }) => `  ${say}`)];
}

/** What the planner says of a plan. */
export function describeOutlook({ traffic, steps, issues, cost, moves, totalMinutes }: PlanOutlook): string {
  return [
    traffic === null ? "Nothing is measured yet." : `Traffic: ${traffic.perSecond.toFixed(2)} a second.`,
    ...steps.map(describeForeseen),
    `In all: ${sayMinutes(totalMinutes)} at least.`,
    ...(cost === null ? [] : [`Cost: ${cost.say}.`]),
    ...moves,
    ...issues.map(({ severity, message, mend }) => `${severity}: ${message} ${mend}`),
  ].join("\n");
}

function describeForeseen(step: PlanOutlook["steps"][number]): string {
  const { percent, dwellMinutes, regression, catches, blastRadius, foundMinutes } = step;
  const found =
    foundMinutes === null
      ? `no telling how soon it finds ${regression} times as many`
      : `finds ${regression} times as many in ${sayMinutes(foundMinutes[0])}, ${sayMinutes(foundMinutes[1])} at the latest`;
  const least = catches === null ? "" : `, catches ${catches.toFixed(2)} times`;
  const people = blastRadius === null ? "" : `, ${Math.round(blastRadius)} people meet it before`;
  return `  ${`${percent} %`.padStart(9)} for ${sayMinutes(dwellMinutes)}: ${found}${least}${people}`;
}

/** `90 min`, `2.5 h`, `3 d`. */
function sayMinutes(minutes: number): string {
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${Number((minutes / 60).toFixed(1))} h` : `${Number((minutes / 1_440).toFixed(1))} d`;
}
