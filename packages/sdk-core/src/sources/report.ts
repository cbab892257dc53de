/** Tells the server what was applied from its stream, and what is switched off here, so that whoever made a change sees it arrive. */

import type { SnapshotVersion } from "@dimmer/protocol";
import { ENGINE_LIMITS } from "../limits.ts";
import { requestHeaders, requestUrl, type Address } from "./http.ts";
import type { SourcePorts, SourceSink } from "./source.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const APPLIED_PATH = "/sdk/v1/applied";

/**
 * Reports what is held once it differs from what the server was told.
 *
 * Shape:  one report at a time, a moment after the change, so that many changes are one report and many SDKs do not speak at once.
 * Errors: none; a report of a version that fails is forgotten, as the next one, and every new stream, says the same. What is
 *         switched off here is told again with the next heartbeat. A server that does not know reports is not asked again.
 * Source: ADR-0005, ADR-0032.
 */
export interface Reporter {
  /** What is held, or switched off here, may have changed. */
  applied(): void;
}

/** Shape: `told` is what the request for the stream said, which said the local kills of this moment as well; `signal` ends the reporter with its stream. */
export function openReporter(
  address: Address,
  told: SnapshotVersion | undefined,
  { held }: Pick<SourceSink, "held">,
  ports: SourcePorts,
  signal: AbortSignal,
): Reporter {
  const localKills = (): string => address.localKills?.() ?? "";
  let known = told;
  /** Undefined where a report of them may not have arrived: the next heartbeat is the next occasion. */
  let knownKills: string | undefined = localKills();
  let isBusy = false;
  let isUnwanted = false;
  let cancel = (): void => {};
  signal.addEventListener("abort", () => cancel(), { once: true });

  const schedule = (): void => {
    const now = held();
    if (isBusy || isUnwanted || signal.aborted || now === undefined) return;
    if (isSame(now, known) && localKills() === knownKills) return;
    isBusy = true;
    const delayMs = ENGINE_LIMITS.reportAfterMs + ports.random() * ENGINE_LIMITS.reportSpreadMs;
    cancel = ports.schedule.after(delayMs, () => void report());
  };

  const report = async (): Promise<void> => {
    const now = held();
    if (now !== undefined && !signal.aborted) {
      known = { epoch: now.epoch, version: now.version };
      knownKills = localKills();
      const outcome = await sendReport(address, known, ports, signal);
      isUnwanted = outcome === "unwanted";
      if (outcome === "failed") knownKills = undefined;
    }
    isBusy = false;
    schedule();
  };

  return { applied: schedule };
}

const isSame = (one: SnapshotVersion, other: SnapshotVersion | undefined): boolean =>
  one.epoch === other?.epoch && one.version === other.version;

/** `unwanted` only where the server does not know what a report is. */
async function sendReport(
  address: Address,
  { epoch, version }: SnapshotVersion,
  ports: SourcePorts,
  outer: AbortSignal,
): Promise<"told" | "failed" | "unwanted"> {
  const request = new AbortController();
  const abort = (): void => request.abort();
  outer.addEventListener("abort", abort, { once: true });
  const cancelTimeout = ports.schedule.after(ENGINE_LIMITS.reportTimeoutMs, abort);
  try {
    const response = await ports.fetch(requestUrl(address, APPLIED_PATH), {
      method: "POST",
      headers: requestHeaders(address, { "content-type": "application/json" }),
      body: JSON.stringify({ epoch, version }),
      redirect: "manual",
      signal: request.signal,
    });
    await response.body?.cancel();
    if (response.status === 404 || response.status === 405) return "unwanted";
    return response.ok ? "told" : "failed";
  } catch {
    return "failed";
  } finally {
    cancelTimeout();
    outer.removeEventListener("abort", abort);
  }
}
