/** What people asked and got, on its way to the judges that want it: of no other run anything leaves. */

import { slotOf } from "@dimmer/evaluation";
import type { Sample, WantedSamples } from "@dimmer/protocol";
import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import { checkResponse, readJson, requestHeaders, requestUrl, type Address } from "../sources/http.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { openOutbox } from "./outbox.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const SAMPLES_PATH = "/sdk/v1/samples";

const SLOTS_PER_MILLE = 100;
const WANTED = { type: "application/json", what: "request for the wanted samples" };

/** What an app gives; texts that are longer than a judge reads are cut. */
export type GivenSample = Sample;

/**
 * Shape:  `give` returns at once. What judges want is asked for when there is something to give, once a minute at most; a sample that
 *         none wants, or that finds no room, is gone.
 * Errors: nothing throws or rejects; what cannot be sent is dropped.
 * Source: ADR-0059.
 */
export interface Samples {
  give(sample: GivenSample): void;
  /** Sends what is wanted; resolves when it is sent, or an attempt has failed. */
  flush(): Promise<void>;
  /** The same, within a bound, and then no more. */
  close(): Promise<void>;
}

export type OpenSamples = (ports: Ports & { readonly schedule: Schedule }) => Samples;

/** Samples for the server that the flags come from. */
export function remoteSamples(address: Address): OpenSamples {
  return (ports) => openSamples(address, ports);
}

function openSamples(address: Address, ports: Ports & { readonly schedule: Schedule }): Samples {
  const outbox = openOutbox(address, SAMPLES_PATH, ports);
  let waiting: GivenSample[] = [];
  let wanted: readonly WantedSamples[] = [];
  let askedAtMs: number | undefined;
  let sorting: Promise<void> | undefined;

  const readWanted = async (): Promise<void> => {
    if (askedAtMs !== undefined && ports.clock.monotonicMs() - askedAtMs < TELEMETRY_LIMITS.wantedMs) return;
    wanted = await fetchWanted(address, ports, outbox.after);
    askedAtMs = ports.clock.monotonicMs();
  };
  const sortOut = async (): Promise<void> => {
    await readWanted();
    // From here to its end nobody else has a turn, so that nothing is given in between and forgotten.
    const samples = waiting.filter((sample) => wanted.some((judge) => wants(judge, sample)));
    waiting = [];
    for (let at = 0; at < samples.length; at += TELEMETRY_LIMITS.samplesAtOnce) {
      const batch = samples.slice(at, at + TELEMETRY_LIMITS.samplesAtOnce);
      outbox.add({ weight: batch.length, text: JSON.stringify({ samples: batch }) });
    }
    sorting = undefined;
  };
  const sort = (): Promise<void> => (waiting.length === 0 ? Promise.resolve() : (sorting ??= sortOut()));
  const send = async (): Promise<void> => {
    await sort();
    outbox.drainLater();
  };

  return {
    give(sample) {
      if (!outbox.isOpen || waiting.length >= TELEMETRY_LIMITS.samplesWaiting) return;
      const short = readSample(sample);
      if (short === undefined) return;
      waiting.push(short);
      void send();
    },
    async flush() {
      await sort();
      await outbox.drain();
    },
    async close() {
      await sort();
      await outbox.close();
    },
  };
}

const wants = ({ judge, flag, perMille }: WantedSamples, { served, run }: GivenSample): boolean =>
  flag === served.flag && slotOf(judge, run) < perMille * SLOTS_PER_MILLE;

/** What is no sample is none. */
function readSample({ run, task, targetingKey, served, input = "", output }: GivenSample): GivenSample | undefined {
  if (typeof input !== "string" || typeof output !== "string" || output === "") return undefined;
  const cut = (text: string): string => text.slice(0, TELEMETRY_LIMITS.sampleChars);
  return {
    run,
    served: { ...served },
    input: cut(input),
    output: cut(output),
    ...(task === undefined ? {} : { task }),
    ...(targetingKey === undefined ? {} : { targetingKey }),
  };
}

/** Nothing is wanted by a server that is away, or that does not know of judges. */
async function fetchWanted(address: Address, ports: Ports, after: Schedule["after"]): Promise<readonly WantedSamples[]> {
  const request = new AbortController();
  const cancelTimeout = after(TELEMETRY_LIMITS.sendTimeoutMs, () => request.abort());
  try {
    const response = await ports.fetch(requestUrl(address, SAMPLES_PATH), {
      headers: requestHeaders(address, { accept: "application/json" }),
      redirect: "manual",
      signal: request.signal,
    });
    checkResponse(response, WANTED, address, ports.clock);
    const answer = (await readJson(response, TELEMETRY_LIMITS.wantedBytes)) as { readonly items?: unknown } | null;
    return Array.isArray(answer?.items) ? (answer.items as readonly WantedSamples[]).filter(isWanted) : [];
  } catch {
    return [];
  } finally {
    cancelTimeout();
  }
}

const isWanted = (one: Partial<WantedSamples> | null): boolean =>
  typeof one?.judge === "string" && typeof one.flag === "string" && typeof one.perMille === "number";
