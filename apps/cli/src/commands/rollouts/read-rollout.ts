/** A rollout as options say it, for planning one and for starting one. */

import { templatePlan, type RolloutRequest, type WrittenPlan } from "@dimmer/protocol";
import { readValueFile } from "../../document/read-value-file.ts";
import { chooseEnvironment } from "../../environment-choice.ts";
import { wrongUsage } from "../../failure.ts";
import { checkPercent } from "../../output/percent.ts";
import { environmentsIn, type Server } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const ROLLOUT_OPTIONS: NonNullable<Verb["options"]> = [
  ["--rule <rule>", "a rule id, or default, which it is unless given"],
  ["--steps <steps>", "percent:dwell, comma between: 1:30m,10:2h,50:8h,100:1d, which it is unless given"],
  ["--regression <ratio>", "what every step must rule out before the next; by its share unless given: 2, 1.5, 1.25"],
  ["--guardrail <metric=tolerance...>", "a metric and the ratio up to which it is fine; those of the template unless given"],
  ["--never <event=count...>", "what must not happen, and how often it takes to end the rollout; 5 unless given"],
  ["--gate <suite...>", "a suite of evals that the variant must have passed"],
  ["--holdback <percent:time>", "what stays with the others after the last step, such as 5:72h; none for `none`"],
  ["--any-hour", "do not wait for the busiest hour of a day before everybody gets it"],
  ["--watched", "for little traffic: a person approves each step"],
  ["--plan <file>", "the whole plan as JSON or YAML, in place of the options above"],
  ["--people <people>", "same or fresh, after a rollback"],
  ["--reason <text>", "why"],
];

/** Errors: a usage failure that names the option; what the server knows better is left to it. */
export async function readRollout(call: Call, server: Server): Promise<RolloutRequest> {
  const [flag = "", variant = ""] = call.args;
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const file = call.option("plan");
  const people = call.option("people");
  if (people !== undefined && people !== "same" && people !== "fresh") throw wrongUsage("--people takes same or fresh.");
  const reason = call.option("reason");
  return {
    flag,
    environment,
    rule: call.option("rule") ?? "default",
    variant,
    // Of a file the server says what is wrong, with its place.
    plan: file === undefined ? readPlan(call) : ((await readValueFile(call.io.cwd, file)) as unknown as WrittenPlan),
    ...(people === undefined ? {} : { people }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function readPlan(call: Call): WrittenPlan {
  const template = templatePlan({ isWatched: call.has("watched") });
  const steps = call.option("steps");
  const guardrails = call.list("guardrail");
  const holdback = call.option("holdback");
  const regression = readRegression(call.option("regression"));
  return {
    ...template,
    steps: (steps === undefined ? template.steps : steps.split(",").map(readStep)).map((step) => ({ ...step, ...regression })),
    ...(guardrails.length === 0 ? {} : { guardrails: guardrails.map(readGuardrail) }),
    ...(holdback === undefined ? {} : { holdback: holdback === "none" ? null : readHoldback(holdback) }),
    ...(call.has("any-hour") ? { dailyPeak: false } : {}),
    never: call.list("never").map(readNever),
    gates: call.list("gate").map((suite) => ({ suite })),
  };
}

const MINUTES = { m: 1, h: 60, d: 1_440 } as const;

function readPart(text: string, mend: string): { readonly percent: number; readonly minutes: number } {
  const [, percent = "", amount, unit] = /^([\d.]+)%?:(\d+)([mhd])$/u.exec(text.trim()) ?? [];
  if (amount === undefined) throw wrongUsage(`"${text}" is no share for a time.`, mend);
  return { percent: checkPercent(percent), minutes: Number(amount) * MINUTES[unit as keyof typeof MINUTES] };
}

function readStep(text: string): WrittenPlan["steps"][number] {
  const { percent, minutes } = readPart(text, "Say each step with how long it stays: --steps 1:30m,10:2h,100:1d");
  return { percent, dwellMinutes: minutes };
}

function readRegression(text: string | undefined): { readonly regression?: number } {
  if (text === undefined) return {};
  if (!/^\d+(?:\.\d+)?$/u.test(text)) throw wrongUsage(`--regression takes a ratio above 1, such as 2, and is "${text}".`);
  return { regression: Number(text) };
}

function readHoldback(text: string): NonNullable<WrittenPlan["holdback"]> {
  const { percent, minutes } = readPart(text, "Say the share and for how long: --holdback 5:72h");
  return { percent, hours: Math.max(1, Math.round(minutes / 60)) };
}

function readGuardrail(text: string): NonNullable<WrittenPlan["guardrails"]>[number] {
  const [metric, tolerance] = splitNumber(text, "Say the metric and the ratio: --guardrail slow_rate=1.1");
  return { metric: metric as "error_rate", ...(tolerance === undefined ? {} : { tolerance }) };
}

function readNever(text: string): NonNullable<WrittenPlan["never"]>[number] {
  const [event, atLeast] = splitNumber(text, "Say the event and how many: --never leaked_secret=1");
  return { event, ...(atLeast === undefined ? {} : { atLeast }) };
}

function splitNumber(text: string, mend: string): readonly [string, number?] {
  const [name = "", number, ...more] = text.split("=");
  if (more.length > 0 || (number !== undefined && !/^\d+(?:\.\d+)?$/u.test(number)))
    throw wrongUsage(`"${text}" is no name with a number.`, mend);
  return number === undefined ? [name] : [name, Number(number)];
}
