/** A result in words that somebody who decides can trust: one sentence, and what is to be known beside it. */

import type { ArmEffect, ExperimentResult } from "@dimmer/protocol";
import type { AnalysedExperiment } from "./analysed-experiment.ts";
import { type DecidedVerdict, guardrailsOf } from "./decide-verdict.ts";
import { type JudgedSplit, sayMismatch } from "./judge-split.ts";
import { nounOf, sayChange, sayEffect, sayWithin } from "./say-effect.ts";

export interface Told extends DecidedVerdict {
  readonly split: JudgedSplit;
  readonly effects: readonly ArmEffect[];
  readonly best: ExperimentResult["best"];
  readonly total: number;
  /** That the plan wants. */
  readonly people: number | null;
  readonly daysLeft: number | null;
}

/** Errors: none. */
export function sayVerdict(experiment: AnalysedExperiment, told: Told): Pick<ExperimentResult, "say" | "details"> {
  const { verdict, effects, about } = told;
  const details = effects.filter(({ role, variant }) => !(role === "primary" && variant === about)).map(sayEffect);
  if (verdict === "untrusted")
    return {
      say: `Do not trust this: ${sayMismatch(told.split)}.`,
      details: [
        "Find out why before you read on: often one arm fails or times out before it is told of. Log exposures before the call.",
      ],
    };
  const sentence = SAY[verdict](experiment, told);
  return { say: sentence, details: verdict === "bandit" ? [] : details };
}

const SAY: Readonly<
  Record<Exclude<DecidedVerdict["verdict"], "untrusted">, (experiment: AnalysedExperiment, told: Told) => string>
> = {
  collecting: sayCollecting,
  winner: sayWinner,
  harm: sayHarm,
  "no-difference": ({ definition: { baseline }, start }, told) =>
    `No difference worth finding: ${primariesOf(told)
      .map((effect) => `with ${effect.variant} ${sayWithin(effect)} of ${baseline}'s`)
      .join(", ")}. Keep ${baseline}, or choose by something else than ${nounOf(start.metrics[0]?.metric ?? "cost")}.`,
  inconclusive: sayInconclusive,
  bandit: sayBandit,
};

const primariesOf = ({ effects }: Told): readonly ArmEffect[] => effects.filter(({ role }) => role === "primary");

function sayWinner(_experiment: AnalysedExperiment, { effects, about }: Told): string {
  const primary = effects.find(({ role, variant }) => role === "primary" && variant === about) as ArmEffect;
  const guardrails = guardrailsOf(effects, primary.variant).map((effect) =>
    effect.reading === "better" ? sayPlainly(effect) : sayWithin(effect),
  );
  return `${[sayPlainly(primary), ...guardrails].join(", ")}; ship it.`;
}

/** With the arm's name first. */
const sayPlainly = (effect: ArmEffect): string => sayEffect({ ...effect, reading: "better" }).slice(0, -1);

function sayCollecting(experiment: AnalysedExperiment, told: Told): string {
  const { total, people, daysLeft, about, effects } = told;
  const days = daysLeft === null || daysLeft === 0 ? "" : `; about ${count(daysLeft, "more day", "more days")}`;
  const far = people === null ? `${say(total)} so far` : `${say(total)} of ${say(people)}`;
  if (about === null) {
    const isFull = people !== null && total >= people;
    return isFull ? `${far} people are there; the planned read comes next.` : `Not enough people yet: ${far}${days}.`;
  }
  const waits = guardrailsOf(effects, about).filter(({ guardrail }) => guardrail === "open");
  return `${about} is ahead on ${nounOf(experiment.start.metrics[0]?.metric ?? "cost")}, and ${list(waits.map(({ metric }) => nounOf(metric)))} cannot be told yet: ${far}${days}.`;
}

function sayHarm({ definition: { baseline } }: AnalysedExperiment, told: Told): string {
  const { effects, about } = told;
  const worse = primariesOf(told).filter(({ reading }) => reading === "worse");
  if (about === null)
    return `Every other arm is worse: ${worse.map((effect) => sayEffect(effect).slice(0, -1)).join(", ")}. Keep ${baseline}.`;
  const primary = primariesOf(told).find(({ variant }) => variant === about) as ArmEffect;
  if (primary.reading === "worse") return `${sayEffect(primary).slice(0, -1)}. Keep ${baseline}.`;
  const crossed = guardrailsOf(effects, about).filter(({ guardrail }) => guardrail === "crossed");
  return `${sayPlainly(primary)}, but ${list(crossed.map(sayChange))}, which is more than was tolerated. Keep ${baseline}.`;
}

function sayInconclusive({ definition: { baseline } }: AnalysedExperiment, told: Told): string {
  const { about, effects, total } = told;
  if (about !== null) {
    const primary = primariesOf(told).find(({ variant }) => variant === about) as ArmEffect;
    const open = guardrailsOf(effects, about).filter(({ guardrail }) => guardrail === "open");
    return `${sayPlainly(primary)}, but it cannot be ruled out that ${list(open.map(({ metric }) => nounOf(metric)))} is worse than tolerated. Look longer, or tolerate more.`;
  }
  const says = primariesOf(told).map((effect) => `with ${effect.variant} ${sayWithin(effect)} than with ${baseline}`);
  return `It cannot be said with ${say(total)} people: ${says.join(", ")}. Look longer, or keep ${baseline}.`;
}

function sayBandit(_experiment: AnalysedExperiment, { best, split, total }: Told): string {
  if (best === null) return `Not enough people yet to shift anything: ${say(total)} so far, and each arm needs 100.`;
  const [arm, chance] = Object.entries(best).sort(([, one], [, other]) => other - one)[0] as [string, number];
  const share = split.people.find(({ variant }) => variant === arm)?.people ?? 0;
  return `${arm} is best with a chance of ${Math.round(100 * chance)} %; ${Math.round((100 * share) / Math.max(1, total))} % of ${say(total)} people have had it.`;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const say = (value: number): string => whole.format(value);
const count = (value: number, one: string, many: string): string => `${say(value)} ${value === 1 ? one : many}`;
const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
