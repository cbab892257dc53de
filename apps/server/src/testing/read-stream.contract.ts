/** Reads a stream of server-sent events in tests, with the reference parser. */

import { createParser, type EventSourceMessage } from "eventsource-parser";

export interface TestStream {
  readonly status: number;
  readonly headers: Headers;
  /** The next event; rejects when the stream ends first. */
  next(): Promise<{ readonly event: string; readonly id: string | undefined; readonly data: Record<string, unknown> }>;
  /** Resolves when the server ends or cuts the stream. */
  readonly ended: Promise<void>;
  readonly comments: readonly string[];
  readonly retries: readonly number[];
  close(): void;
}

export async function readStream(url: string, headers: Readonly<Record<string, string>>): Promise<TestStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const retries: number[] = [];
  let wake = () => {};
  let isEnded = false;
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
    onRetry: (ms) => void retries.push(ms),
  });
  const pump = async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        parser.feed(decoder.decode(chunk, { stream: true }));
        wake();
      }
    } catch {
      // A cut connection is an end like any other.
    }
    isEnded = true;
    wake();
  };
  const ended = pump();
  return {
    status: response.status,
    headers: response.headers,
    ended,
    comments,
    retries,
    async next() {
      while (events.length === 0) {
        if (isEnded) throw new Error("the stream ended");
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const message = events.shift();
      return {
        event: message?.event ?? "message",
        id: message?.id,
        data: JSON.parse(message?.data ?? "null") as Record<string, unknown>,
      };
    },
    close: () => abort.abort(),
  };
}
