/** The proof that a change arrived: waits a moment for the SDKs that are connected, and says how many have it. */

import type { SdkArrival } from "@dimmer/protocol";
import { setTimeout as sleep } from "node:timers/promises";
import { describeArrival } from "./output/describe-arrival.ts";
import type { Server } from "./server.ts";
import type { Call } from "./verb.ts";

/** For verbs whose whole point is that it arrives. */
export const NO_WAIT_OPTION = ["--no-wait", "do not wait a moment to say how many SDKs have it"] as const;
export const WAIT_OPTION = ["--wait", "wait a moment and say how many SDKs have it"] as const;

/** SDKs report within a second of applying a change; whoever has not by then is not about to. */
const PAUSE_MS = 150;
const LOOKS = 14;

/** By environment; null where it could not be learnt, which is no failure of the change. */
export type Arrivals = Readonly<Record<string, SdkArrival | null>>;

/** Whether the verb was asked to wait, in either way of asking. */
export const wantsArrival = (call: Call): boolean => call.has("wait");

export async function waitForArrival(server: Server, versions: Readonly<Record<string, number>>): Promise<Arrivals> {
  const waits = Object.entries(versions).map(
    async ([environment, version]) => [environment, await waitIn(server, environment, version)] as const,
  );
  return Object.fromEntries(await Promise.all(waits));
}

async function waitIn({ client, project }: Server, environment: string, version: number) {
  let arrival: SdkArrival | null = null;
  for (let look = 1; ; look++) {
    try {
      arrival = await client.getArrival(project, environment, version);
    } catch {
      // The change is made; what cannot be read about it must not make it look as if it were not.
      return arrival;
    }
    // Who polls or is away will not report within our patience.
    const isStillComing = arrival.behind.some(({ connection }) => connection === "streaming");
    if (!isStillComing || look >= LOOKS) return arrival;
    await sleep(PAUSE_MS);
  }
}

/** One line for each environment, named where there are several. */
export function sayArrivals(arrivals: Arrivals): string {
  const several = Object.keys(arrivals).length > 1;
  return Object.entries(arrivals)
    .map(([environment, arrival]) => `${several ? `${environment}: ` : ""}${describeArrival(arrival)}`)
    .join("\n");
}
