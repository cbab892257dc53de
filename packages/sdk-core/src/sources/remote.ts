/** Keeps a snapshot current from a Dimmer server: by stream, by polling where streaming fails, never both. */

import type { Address } from "./http.ts";
import { INITIAL_STATE, nextStep, type Action, type Outcome, type Plan } from "./next-step.ts";
import { fetchSnapshot } from "./poll.ts";
import type { OpenSource, SourcePorts, SourceSink } from "./source.ts";
import { followStream } from "./stream.ts";

/** Shape: `pollIntervalMs` counts only without the stream; undefined then means one snapshot and no more. */
export interface RemoteOptions extends Address {
  readonly stream?: boolean;
  readonly pollIntervalMs?: number | undefined;
}

/**
 * A source for `openEngine` that follows a server.
 *
 * Shape:  first the snapshot, then the stream from its version.
 * Errors: none; whatever fails is told to the sink, and tried again for as long as the source is open.
 * Source: ADR-0010.
 */
export function remoteSource(options: RemoteOptions): OpenSource {
  const plan: Plan = options.stream === false ? { stream: false, pollIntervalMs: options.pollIntervalMs } : { stream: true };
  return (sink, ports) => {
    const closing = new AbortController();
    // Drawn for each client, so that it tells nothing of the machine. Whoever fetches only once does not stay to be listed.
    const isListed = plan.stream || plan.pollIntervalMs !== undefined;
    const address: Address = isListed ? { instance: drawInstance(ports.random), ...options } : options;
    void follow(address, plan, sink, ports, closing.signal);
    return { close: () => closing.abort() };
  };
}

async function follow(address: Address, plan: Plan, sink: SourceSink, ports: SourcePorts, closing: AbortSignal): Promise<void> {
  let state = INITIAL_STATE;
  let action: Action = "fetch";
  while (action !== "rest") {
    const outcome = await act(action, address, sink, ports, closing);
    if (closing.aborted) return;
    if (outcome.failure !== undefined) sink.lost(outcome.failure);
    else sink.live();
    const step = nextStep(state, outcome, plan, ports.clock.monotonicMs(), ports.random);
    ({ state, action } = step);
    if (step.delayMs > 0) await pause(step.delayMs, ports, closing);
    if (closing.aborted) return;
  }
}

async function act(
  action: "fetch" | "stream",
  address: Address,
  sink: SourceSink,
  ports: SourcePorts,
  closing: AbortSignal,
): Promise<Outcome> {
  if (action === "stream") return { of: "stream", ...(await followStream(address, sink, ports, closing)) };
  return { of: "fetch", failure: await fetchSnapshot(address, sink, ports, closing) };
}

function pause(delayMs: number, ports: SourcePorts, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      closing.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = ports.schedule.after(delayMs, finish);
    closing.addEventListener("abort", finish, { once: true });
  });
}

const INSTANCE_CHARS = "0123456789abcdefghijklmnopqrstuv";

/** 80 bits of chance. */
export function drawInstance(random: () => number): string {
  const draw = (): string => INSTANCE_CHARS.charAt(Math.min(31, Math.floor(random() * 32)));
  return Array.from({ length: 16 }, draw).join("");
}
