/** A host with a clock that only moves when told, and a network that answers from a script; for timing alone. */

import { gunzipSync } from "node:zlib";
import { ENGINE_LIMITS } from "../src/limits.ts";
import { openSchedule } from "../src/schedule.ts";
import type { Ports } from "../src/ports.ts";

export interface FakeHost {
  readonly ports: Ports;
  readonly requests: readonly FakeRequest[];
  /** Timers that are pending now, and the most that ever were. */
  readonly pendingTimers: number;
  readonly mostTimers: number;
  readonly nowMs: number;
  /** Moves the clock, runs what is due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  settle(): Promise<void>;
}

export interface FakeRequest {
  readonly atMs: number;
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly redirect: RequestRedirect | undefined;
}

/** Of a compressed one what it says; Node's streams would settle in their own time, so a test that compresses does so at once. */
function bodyOf(body: RequestInit["body"]): unknown {
  const text = body instanceof Uint8Array ? gunzipSync(body).toString() : body;
  return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
}

export type Answer = Response | Error | Promise<Response>;

/** `answer` is asked once per request; `random` is constant unless given. */
export function openFakeHost(
  answer: (request: FakeRequest, signal: AbortSignal) => Answer,
  random: () => number = () => 1,
): FakeHost {
  let nowMs = 1_000_000;
  let mostTimers = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  const requests: FakeRequest[] = [];

  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal;
    const request = {
      atMs: nowMs,
      url,
      path: new URL(url).pathname,
      method: init.method ?? "GET",
      headers: new Headers(init.headers),
      body: bodyOf(init.body),
      redirect: init.redirect,
    };
    requests.push(request);
    const answered = answer(request, signal);
    if (answered instanceof Error) throw answered;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
    });
    return Promise.race([answered, aborted]);
  };

  const settle = async (): Promise<void> => {
    // Real streams settle over several turns of the loop; nothing here depends on how many as long as they are enough.
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  };

  return {
    ports: {
      clock: { now: () => Date.UTC(2026, 0, 1) + nowMs, monotonicMs: () => nowMs },
      random,
      fetch,
      setTimer(delayMs, run) {
        // Outside of this Node and browsers wait for a millisecond, and some say so on the console.
        if (!(delayMs >= 0 && delayMs <= ENGINE_LIMITS.timerMs)) throw new RangeError(`A timer of ${delayMs} ms cannot be set.`);
        const timer = { atMs: nowMs + delayMs, run };
        timers.add(timer);
        mostTimers = Math.max(mostTimers, timers.size);
        return () => void timers.delete(timer);
      },
    },
    requests,
    get pendingTimers() {
      return timers.size;
    },
    get mostTimers() {
      return mostTimers;
    },
    get nowMs() {
      return nowMs;
    },
    settle,
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.atMs);
        timers.delete(next);
        next.run();
        await settle();
      }
      nowMs = endMs;
    },
  };
}

/** A schedule on a fake host, for what needs only one. */
export const scheduleOn = (host: FakeHost) => openSchedule(host.ports);

export function jsonResponse(body: unknown, init: ResponseInit = {}): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status: 200,
    ...init,
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string> | undefined) },
  });
}

/** A stream of events that a test writes to. */
export interface FakeStream {
  readonly response: Response;
  send(event: string, data: unknown): void;
  write(text: string): void;
  writeBytes(bytes: Uint8Array): void;
  end(): void;
  fail(): void;
  /** Neither side has ended it. */
  readonly isOpen: boolean;
}

export function openFakeStream(signal: AbortSignal): FakeStream {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let isOpen = true;
  const body = new ReadableStream<Uint8Array>({
    start(opened) {
      controller = opened;
    },
    cancel() {
      isOpen = false;
    },
  });
  const fail = (failure: unknown): void => {
    if (isOpen) controller.error(failure);
    isOpen = false;
  };
  signal.addEventListener("abort", () => fail(new DOMException("aborted", "AbortError")));
  const writeBytes = (bytes: Uint8Array): void => controller.enqueue(bytes);
  const write = (text: string): void => writeBytes(new TextEncoder().encode(text));
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    write,
    writeBytes,
    send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    end() {
      isOpen = false;
      controller.close();
    },
    fail: () => fail(new TypeError("terminated")),
    get isOpen() {
      return isOpen;
    },
  };
}
