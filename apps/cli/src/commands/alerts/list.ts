/** `dimmer alerts list [--watch]`: what somebody should look at. */

import { setTimeout as sleep } from "node:timers/promises";
import { ALERT_KINDS, ALERT_SEVERITIES, ALERT_STATES, type AlertQuery, type AlertView } from "@dimmer/protocol";
import { wrongUsage } from "../../failure.ts";
import { ALERT_COLUMNS, rowOfAlert } from "../../output/describe-alert.ts";
import { didYouMean } from "../../output/suggest.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";
import { readLimit } from "../read-limit.ts";

const WATCH_MS = 2_000;
const STATES = [...ALERT_STATES, "standing"] as const;

export const listAlerts: Verb = {
  usage: "list",
  summary: "what somebody should look at, opened last first; with --state or --all what is resolved, too",
  options: [
    ["--state <state>", `standing (open or acknowledged; unless given), ${ALERT_STATES.join(", ")}`],
    ["--all", "in whatever state"],
    ["--severity <severity>", ALERT_SEVERITIES.join(", ")],
    ["--kind <kind>", `such as ${ALERT_KINDS.slice(-3).join(", ")}`],
    ["--flag <flag>", "of one flag"],
    ["--limit <n>", "how many (200 unless given)"],
    ["--watch", "show them again every two seconds"],
  ],
  examples: ["alerts list", "alerts list --severity page --watch", "alerts list --all --flag summarizer"],
  run: list,
};

async function list(call: Call): Promise<void> {
  const query = readQuery(call);
  const limit = readLimit(call, 200);
  const { client, project } = await openServer(call);
  for (;;) {
    const found = await client.listAlerts(project, query, limit);
    await call.output.result(found, () => `${call.has("watch") ? CLEAR : ""}${sayAlerts(found, call)}`);
    if (!call.has("watch")) return;
    await sleep(WATCH_MS);
  }
}

/** Home, and everything below it away: what is shown again stands where it stood. */
const CLEAR = "\u001B[H\u001B[J";

function sayAlerts(found: readonly AlertView[], call: Call): string {
  return found.length === 0 ? "There are none." : call.output.table(ALERT_COLUMNS, found.map(rowOfAlert));
}

function readQuery(call: Call): AlertQuery {
  const one = <const T extends string>(name: string, known: readonly T[]): T | undefined => {
    const word = call.option(name);
    const found = known.find((candidate) => candidate === word);
    if (word !== undefined && found === undefined)
      throw wrongUsage(`--${name} takes ${known.join(", ")}, and not ${word}.`, didYouMean(word, known));
    return found;
  };
  return {
    state: call.has("all") ? undefined : (one("state", STATES) ?? "standing"),
    severity: one("severity", ALERT_SEVERITIES),
    kind: one("kind", ALERT_KINDS),
    flag: call.option("flag"),
  };
}
