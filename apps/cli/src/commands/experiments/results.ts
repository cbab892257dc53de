/** `dimmer experiments results ID`: what is known, in words and in numbers. */

import { sayCount } from "@dimmer/evaluation";
import type { ArmEffect, ExperimentResult, Interval } from "@dimmer/protocol";
import { notFound } from "../../failure.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showResults: Verb = {
  usage: "results <experiment>",
  summary: "what is known of an experiment: a sentence, every metric with its interval, and what spoils a reading",
  options: [["--planned", "the planned read, as it was kept"]],
  examples: ["experiments results experiment_4f0c…"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project } = await openServer(call);
  const results = await client.getExperimentResults(project, id);
  const planned = results.kept.find(({ result }) => result.kept === "planned")?.result;
  const result = call.has("planned") ? planned : results.current;
  if (result === undefined || result === null)
    throw notFound(
      call.has("planned") ? `The planned read of ${id} has not been made.` : `${id} has not started, and nothing is known.`,
      call.has("planned") ? "Look at what is known now, without --planned." : `Start it: dimmer experiments start ${id}`,
    );
  for (const { isSame, result: kept } of results.kept)
    if (!isSame)
      call.output.warn(`What was kept of the ${kept.kept ?? ""} read comes out otherwise by now: another version reckoned it.`);
  await call.output.result(call.has("planned") ? result : results, () => describeResult(call, result));
}

function describeResult(call: Call, result: ExperimentResult): string {
  const { verdict, say, details, effects, people, dropped, remarks, segments } = result;
  const total = people.reduce((sum, one) => sum + one.people, 0);
  const split = people.map(({ variant, people: count }) => `${variant} ${sayCount(count)}`).join(", ");
  const notable = segments.flatMap(({ parts }) => parts.filter(({ isNotable }) => isNotable));
  return [
    `${verdict} · ${say}`,
    ...details,
    `People: ${sayCount(total)} (${split})${dropped.people === 0 ? "" : `; ${sayCount(dropped.people)} met two arms and are left out`}.`,
    ...(effects.length === 0
      ? []
      : [call.output.table(["metric", "arm", "baseline", "value", "effect", "holds at any look", "reads"], effects.map(rowOf))]),
    ...notable.map(({ segment, part, variant, shrunk }) => `${variant} differs by ${segment}: ${part} ${percent(shrunk)}.`),
    ...remarks.map((remark) => `${remark.at === null ? "" : `${remark.at}: `}${remark.say}`),
  ].join("\n");
}

function rowOf({ metric, role, variant, baselineValue, value, effect, sequential, reading, guardrail }: ArmEffect): string[] {
  return [
    role === "primary" ? `${metric} *` : metric,
    variant,
    short(baselineValue),
    short(value),
    effect === null ? "" : percent(effect),
    sequential === null ? "" : range(sequential),
    guardrail ?? reading,
  ];
}

const percent = (part: number): string => `${part > 0 ? "+" : ""}${(100 * part).toFixed(1)} %`;
const range = ({ lower, upper }: Interval): string =>
  `${lower === null ? "…" : percent(lower)} to ${upper === null ? "…" : percent(upper)}`;
const short = (value: number | null): string => (value === null ? "" : String(Number(value.toPrecision(3))));
