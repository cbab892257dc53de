/** One batch of telemetry on its way to the server, and what became of it. */

import type { Ports } from "../ports.ts";
import type { Schedule } from "../schedule.ts";
import { checkResponse, readJson, readRetryAfter, requestHeaders, requestUrl, type Address } from "../sources/http.ts";
import type { Attempt, Batch } from "./batch-queue.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";

export type PostPorts = Ports & {
  readonly after: Schedule["after"];
  /** Hears what the server says to a batch that it took. */
  readonly onAnswer?: ((answer: unknown, batch: Batch) => void) | undefined;
};

/**
 * Posts one batch to a path of the server, compressed where it is long and the host can.
 *
 * Shape:  `unknown` where the server does not know the path; it is not asked again. `uncompressed` where it wants it as it is.
 * Errors: none; what went wrong is a failed attempt.
 */
export async function postBatch(
  address: Address,
  path: string,
  batch: Batch,
  ports: PostPorts,
  closing: AbortSignal,
): Promise<Attempt | "unknown" | "uncompressed"> {
  const { text } = batch;
  const request = new AbortController();
  const abort = (): void => request.abort();
  closing.addEventListener("abort", abort, { once: true });
  const cancelTimeout = ports.after(TELEMETRY_LIMITS.sendTimeoutMs, abort);
  try {
    const compressed = await compress(text, ports);
    const response = await ports.fetch(requestUrl(address, path), {
      method: "POST",
      headers: requestHeaders(address, {
        "content-type": "application/json",
        ...(compressed === undefined ? {} : { "content-encoding": "gzip" }),
      }),
      body: compressed ?? text,
      redirect: "manual",
      signal: request.signal,
    });
    const { status } = response;
    if (status === 200) {
      checkResponse(response, { type: "application/json", what: "telemetry" }, address, ports.clock);
      const answer = await readJson(response, TELEMETRY_LIMITS.answerBytes);
      ports.onAnswer?.(answer, batch);
      return takenBy(answer);
    }
    await response.body?.cancel();
    if (status === 404 || status === 405) return "unknown";
    if (status === 415 && compressed !== undefined) return "uncompressed";
    if (status === 408 || status === 429 || status >= 500)
      return { outcome: "failed", retryAfterMs: readRetryAfter(response.headers.get("retry-after"), ports.clock) };
    return { outcome: "refused" };
  } catch {
    return { outcome: "failed" };
  } finally {
    cancelTimeout();
    closing.removeEventListener("abort", abort);
  }
}

/** What cannot be compressed is sent as it is. */
const compress = async (text: string, { compress: gzip }: PostPorts): Promise<Uint8Array<ArrayBuffer> | undefined> =>
  text.length < TELEMETRY_LIMITS.compressFromChars ? undefined : await gzip?.(text).catch(() => undefined);

/** An answer that says nothing of what was dropped is that of a server that took it all. */
function takenBy(answer: unknown): Attempt {
  const dropped = (answer as { readonly dropped?: unknown } | null)?.dropped;
  return { outcome: "taken", dropped: Number.isSafeInteger(dropped) ? (dropped as number) : 0 };
}
