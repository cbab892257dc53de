/** One request for the snapshot, answered by nothing when nothing changed. */

import { isNamedBy } from "./named-version.ts";
import type { SourceFailure, SourcePorts, SourceSink } from "./source.ts";
import { ENGINE_LIMITS } from "../limits.ts";
import { checkResponse, failureOf, readJson, RequestError, requestHeaders, requestUrl, type Address } from "./http.ts";

// Literal, because the engine takes only types from the protocol; a test holds them together.
export const SNAPSHOT_PATH = "/sdk/v1/snapshot";

const WANTED = { type: "application/json", what: "request for the snapshot" };

/**
 * Fetches the snapshot (ETag, 304) and offers it.
 *
 * Shape:  undefined when what is held is now current.
 * Errors: none thrown; a failure is returned, and what was held is still held.
 */
export async function fetchSnapshot(
  address: Address,
  sink: SourceSink,
  ports: SourcePorts,
  signal: AbortSignal,
): Promise<SourceFailure | undefined> {
  const request = new AbortController();
  const abort = (): void => request.abort();
  signal.addEventListener("abort", abort, { once: true });
  let isLate = false;
  const cancelTimeout = ports.schedule.after(ENGINE_LIMITS.requestTimeoutMs, () => {
    isLate = true;
    abort();
  });
  try {
    await requestSnapshot(address, sink, ports, request.signal);
    return undefined;
  } catch (thrown) {
    if (isLate) return { code: "timeout", message: `The ${WANTED.what} took longer than ${ENGINE_LIMITS.requestTimeoutMs} ms.` };
    return failureOf(thrown, WANTED.what);
  } finally {
    cancelTimeout();
    signal.removeEventListener("abort", abort);
    // Frees the connection where the body was not read to its end.
    abort();
  }
}

async function requestSnapshot(address: Address, sink: SourceSink, ports: SourcePorts, signal: AbortSignal): Promise<void> {
  const held = sink.held();
  const ifNoneMatch: Record<string, string> = held === undefined ? {} : { "if-none-match": `"${held.epoch}:${held.version}"` };
  const headers = requestHeaders(address, { accept: "application/json", ...ifNoneMatch });
  const response = await ports.fetch(requestUrl(address, SNAPSHOT_PATH), { headers, redirect: "manual", signal });
  checkResponse(response, WANTED, address, ports.clock);
  if (response.status === 304) {
    if (held === undefined)
      throw new RequestError({ code: "payload", message: "The server answered 304 to a question about nothing." });
    return;
  }
  const data = await readJson(response, ENGINE_LIMITS.snapshotBytes);
  if (!isNamedBy(response.headers.get("etag"), data))
    throw new RequestError({ code: "payload", message: "The server's snapshot is of another version than its ETag." });
  const offer = sink.offerSnapshot(data);
  if (offer.outcome !== "refused") return;
  throw new RequestError({ code: "payload", message: `The server's snapshot was not taken. ${offer.why}`, issues: offer.issues });
}
