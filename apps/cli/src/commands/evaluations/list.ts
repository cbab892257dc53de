/** `dimmer evaluations list [FLAG]`: how often each answer was given, and when last. */

import type { EvaluationTotal } from "@dimmer/protocol";
import { chooseEnvironment } from "../../environment-choice.ts";
import { formatAge } from "../../output/describe-arrival.ts";
import { describeSeen } from "../../output/describe-people.ts";
import { readPeople } from "../../people.ts";
import { environmentsIn, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readCount } from "../read-limit.ts";

const USUAL_HOURS = 24;
const MAX_HOURS = 9_600;

export const listEvaluations: Verb = {
  usage: "list [flag]",
  summary: "how often each answer was given, of all flags or of one, and to about how many people",
  options: [["--hours <n>", `how far back (${USUAL_HOURS} unless given)`]],
  examples: ["evaluations list", "evaluations list summarizer --environment production --hours 1"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const [flag] = call.args;
  const server = await openServer(call);
  const environment = chooseEnvironment(call.settings.environment, await environmentsIn(server), `Project ${server.project}`);
  const hours = readCount(call.option("hours") ?? String(USUAL_HOURS), "--hours", MAX_HOURS);
  const evaluations = await server.client.getEvaluations(server.project, environment, { flag, hours });
  const people = await readPeople(server, environment);
  await call.output.result({ ...evaluations, people: people ?? null }, () => {
    const { totals } = evaluations;
    if (totals.length === 0)
      return `Nothing was evaluated in ${environment} in the last ${hours} h${flag === undefined ? "" : ` of ${flag}`}.`;
    const rows = totals.map((total) => rowOf(total, Date.parse(evaluations.asOf)));
    const table = call.output.table(["flag", "variant", "by", "reason", "times", "last"], rows);
    return people === undefined ? table : `${table}\n${describeSeen(people)}`;
  });
}

function rowOf(total: EvaluationTotal, now: number): string[] {
  const { flag, variant, valueVersion, path, rule, reason, errorCode, count, lastAt } = total;
  const served =
    variant === undefined ? "the default in the code" : `${variant}${valueVersion === undefined ? "" : ` v${valueVersion}`}`;
  const by = rule === undefined ? (path ?? "") : `${path === "rule" ? "rule" : `${path ?? ""} of rule`} ${rule}`;
  return [
    flag,
    served,
    by,
    errorCode ?? reason,
    count.toLocaleString("en-US"),
    `${formatAge(Math.max(0, now - Date.parse(lastAt)))} ago`,
  ];
}
