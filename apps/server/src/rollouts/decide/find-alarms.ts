/** What ends or stops a rollout whatever else holds: what must never happen, crossed guardrails, and evals that failed. */

import type { Because } from "@dimmer/protocol";
import type { Facts } from "./facts.ts";
import type { Seen } from "./gather.ts";
import type { JudgedGuardrail } from "./read-guardrails.ts";

export interface Alarms {
  readonly rollback: readonly Because[];
  readonly pause: readonly Because[];
  /** Only to be told. */
  readonly notify: readonly Because[];
}

/** Evidence by which a suspicion must have grown before it pauses again what a person had go on: e times as much. */
const GROWN = 1;

export function findAlarms(facts: Facts, seen: Seen, guardrails: readonly JudgedGuardrail[]): Alarms {
  const crossed = guardrails.filter(
    ({ action, peak, rollbackAt, isEnough }) => action === "rollback" && isEnough && peak >= rollbackAt,
  );
  const suspect = guardrails.filter((guardrail) => isSuspect(facts, guardrail));
  const acting = suspect.filter(({ action }) => action !== "notify");
  const told = suspect.filter(({ action }) => action === "notify");
  return {
    rollback: [...findNever(facts, seen), ...crossed.map((one) => sayGuardrail("guardrail-crossed", one))],
    pause: [...acting.map((one) => sayGuardrail("guardrail-suspect", one)), ...findFailedGates(facts)],
    notify: told.map((one) => sayGuardrail("guardrail-suspect", one)),
  };
}

function isSuspect({ overruled }: Facts, { metric, peak, pauseAt, isEnough }: JudgedGuardrail): boolean {
  const over = Object.hasOwn(overruled, metric) ? (overruled[metric] ?? 0) + GROWN : 0;
  return isEnough && peak >= Math.max(pauseAt, over);
}

function findNever({ plan }: Facts, { never }: Seen): readonly Because[] {
  return plan.never.flatMap(({ event, atLeast }, index) => {
    const count = never[index] ?? 0;
    if (count < atLeast) return [];
    return [{ reason: "never-event" as const, say: `${event} must never happen, and happened ${count} times.`, about: event }];
  });
}

function findFailedGates({ gates }: Facts): readonly Because[] {
  return gates
    .filter(({ state }) => state === "failed")
    .map(({ suite, say }) => ({ reason: "gate-failed" as const, say, about: suite }));
}

function sayGuardrail(reason: "guardrail-crossed" | "guardrail-suspect", guardrail: JudgedGuardrail): Because {
  const { metric, ratio, tolerance, treated, others } = guardrail;
  const times = ratio === null ? "worse" : `${ratio.toFixed(2)} times`;
  const sides = `${sayValue(guardrail, treated.value)} beside ${sayValue(guardrail, others.value)} of the others`;
  const sure = reason === "guardrail-crossed" ? "That is no chance." : "It may be chance; somebody should look.";
  return {
    reason,
    say: `${metric} is ${times} that of the others: ${sides}, where ${tolerance} times is tolerated. ${sure}`,
    about: metric,
  };
}

function sayValue({ kind }: JudgedGuardrail, value: number | null): string {
  if (value === null) return "unknown";
  return kind === "rate" ? `${(100 * value).toFixed(2)} %` : value.toPrecision(3);
}
