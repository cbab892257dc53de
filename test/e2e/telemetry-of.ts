/** What a server process counts of telemetry, and the child process that keeps it. */

import { readFileSync } from "node:fs";
import type { ServerProcess } from "./processes.ts";

/** The process that owns the telemetry file; undefined while there is none. */
export function telemetryProcessOf(server: Pick<ServerProcess, "process">): number | undefined {
  const { pid } = server.process;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return children.find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("telemetry-process"));
}

/** Evaluations by what became of them, of those that the server was sent. */
export const countsAt = (server: Pick<ServerProcess, "url" | "token">): Promise<Counts> => countedAt(server, "evaluations");

/** The same of single events. */
export const eventsCountedAt = (server: Pick<ServerProcess, "url" | "token">): Promise<Counts> => countedAt(server, "events");

type Counts = Readonly<Record<string, number>>;

async function countedAt({ url, token }: Pick<ServerProcess, "url" | "token">, what: "evaluations" | "events"): Promise<Counts> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).matchAll(
    new RegExp(`^dimmer_telemetry_${what}_(?:total\\{outcome="(\\w+)"\\}|(in_flight)) (\\d+)$`, "gmu"),
  );
  return Object.fromEntries([...lines].map(([, outcome, inFlight, count]) => [outcome ?? inFlight, Number(count)]));
}
