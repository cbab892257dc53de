/** What ends or stops a rollout whatever else holds: what must never happen, crossed guardrails, and evals that failed. */

import { type Because, wordsOfGuardrail } from "@dimmer/protocol";
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
  const { title, say } = wordsOfGuardrail(metric);
  const sayValue = (value: number | null): string => (value === null ? "unknown" : say(value));
  const times = ratio === null ? "" : `, ${ratio.toFixed(2)} times as much`;
  const bound = tolerance === 1 ? "no more is tolerated" : `up to ${tolerance} times is tolerated`;
  const sure = reason === "guardrail-crossed" ? "That is no chance." : "It may be chance; somebody should look.";
  return {
    reason,
    say: `${title}: ${sayValue(treated.value)} beside ${sayValue(others.value)} of the others${times}; ${bound}. ${sure}`,
    about: metric,
  };
}
