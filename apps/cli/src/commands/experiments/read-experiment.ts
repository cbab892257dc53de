/** An experiment as options say it, for planning one and for making one. */

import type { ExperimentRequest } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import type { Call, Verb } from "../../verb.ts";

export const EXPERIMENT_OPTIONS: NonNullable<Verb["options"]> = [
  ["--flag <flag>", "whose split it is on"],
  ["--rule <rule>", "a rule id, or default, which it is unless given"],
  ["--arms <arms>", "variant=percent, comma between, 100 in all; the split's own shares unless given"],
  ["--baseline <variant>", "the arm that the others are compared with"],
  ["--primary <metric>", "the metric that decides: cost, acceptance_rate, duration, …, metric:NAME, score:NAME"],
  ["--guardrail <metric=tolerance...>", "what must not get worse, and by how much it may; 0.02 unless given"],
  ["--secondary <metrics...>", "what you want to know beside"],
  ["--hypothesis <text>", "what you expect and why"],
  ["--effect <share>", "the smallest effect worth finding, in parts of the baseline's value; 0.1 unless given"],
  ["--power <share>", "the chance that it is found; 0.8 unless given"],
  ["--max-days <days>", "when it ends, found or not; 28 unless given"],
  ["--group <id>", "an exclusion group: dimmer exclusion-groups list"],
  ["--share <percent>", "of the group, or of all people of the rule; all that is free unless given"],
  ["--bandit <floor>", "let shares follow what does best, with this floor for each arm, such as 0.05"],
];

/** Shape: a plan has no hypothesis yet. Errors: a usage failure that names the option. What the server knows better is left to it. */
export function readExperiment(
  call: Call,
  environment: string,
  name: string,
  hypothesis = required(call, "hypothesis"),
): ExperimentRequest {
  const arms = call.option("arms");
  const bandit = numberOf(call, "bandit");
  return {
    name,
    hypothesis,
    flag: required(call, "flag"),
    environment,
    rule: call.option("rule") ?? "default",
    ...(arms === undefined ? {} : { arms: readArms(arms) }),
    baseline: required(call, "baseline"),
    primary: required(call, "primary") as ExperimentRequest["primary"],
    guardrails: call.list("guardrail").map(readGuardrail),
    secondary: call.list("secondary") as NonNullable<ExperimentRequest["secondary"]>,
    plan: { effect: numberOf(call, "effect"), power: numberOf(call, "power"), maxDays: numberOf(call, "max-days") },
    group: call.option("group") ?? null,
    share: numberOf(call, "share") ?? null,
    bandit: bandit === undefined ? null : { floor: bandit },
  };
}

function required(call: Call, name: string): string {
  const given = call.option(name);
  if (given !== undefined) return given;
  throw wrongUsage(`An experiment needs --${name}.`, "All of its options: dimmer experiments create --help");
}

function readArms(text: string): Record<string, number> {
  const arms = text.split(",").map((part) => /^([^=]+)=(\d+(?:\.\d{1,3})?)$/u.exec(part.trim()));
  if (arms.every((arm) => arm !== null))
    return Object.fromEntries(arms.map(([, variant = "", percent]) => [variant, Number(percent)]));
  throw wrongUsage(`"${text}" are no arms.`, "Say each with its percent: --arms opus=50,sonnet=50");
}

function readGuardrail(text: string): NonNullable<ExperimentRequest["guardrails"]>[number] {
  const [metric = "", tolerance, ...more] = text.split("=");
  const isSaid = tolerance === undefined || (/^\d+(?:\.\d+)?$/u.test(tolerance) && more.length === 0);
  if (!isSaid)
    throw wrongUsage(`"${text}" is no guardrail.`, "Say the metric and what is tolerated: --guardrail acceptance_rate=0.01");
  return { metric: metric as ExperimentRequest["primary"], ...(tolerance === undefined ? {} : { tolerance: Number(tolerance) }) };
}

function numberOf(call: Call, name: string): number | undefined {
  const text = call.option(name);
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/u.test(text)) return Number(text);
  throw wrongUsage(`--${name} takes a number, and is "${text}".`);
}
