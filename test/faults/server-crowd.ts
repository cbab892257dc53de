/** Many readers of one server that speak the SDKs' protocol over bare sockets, and count what it costs them. */

import { createParser } from "eventsource-parser";
import { get, type IncomingMessage } from "node:http";
import { readFileSync } from "node:fs";
import type { Management, SnapshotVersion } from "@dimmer/protocol";
import { onTestFinished } from "vitest";
import type { ServerProcess } from "../e2e/processes.ts";
import type { Random } from "../runtimes/seeded-random.ts";

export interface Crowd {
  /** Readers whose stream is open and has said hello since it was opened. */
  connected(): number;
  /** Readers that hold this version or a later one. */
  holding(version: number): number;
  /** Bytes of snapshots that all of them fetched so far. */
  readonly snapshotBytes: number;
  /** How often one was led to a version before the one that it held. */
  readonly wentBack: number;
}

/** What a reader waits before it comes back: as the SDKs, half of a second to a whole one. */
const RETRY_MS = 1_000;

/** Shape: all of them leave with the test. */
export function openCrowd(server: Pick<ServerProcess, "url" | "key">, count: number, random: Random): Crowd {
  const totals = { snapshotBytes: 0, wentBack: 0 };
  const readers = Array.from({ length: count }, () => openReader(server, totals, random));
  onTestFinished(() => {
    for (const reader of readers) reader.leave();
  });
  return {
    connected: () => readers.filter(({ state }) => state.isConnected).length,
    holding: (version) => readers.filter(({ state }) => (state.held?.version ?? -1) >= version).length,
    get snapshotBytes() {
      return totals.snapshotBytes;
    },
    get wentBack() {
      return totals.wentBack;
    },
  };
}

interface ReaderState {
  held: SnapshotVersion | undefined;
  isConnected: boolean;
}

function openReader(
  { url, key }: Pick<ServerProcess, "url" | "key">,
  totals: { snapshotBytes: number; wentBack: number },
  random: Random,
) {
  const state: ReaderState = { held: undefined, isConnected: false };
  let hasLeft = false;
  let request: ReturnType<typeof get> | undefined;

  const take = (next: SnapshotVersion): void => {
    if (state.held?.epoch === next.epoch && next.version < state.held.version) totals.wentBack += 1;
    state.held = { epoch: next.epoch, version: next.version };
  };

  const takeSnapshot = async (answer: IncomingMessage): Promise<void> => {
    const text = await readAll(answer);
    totals.snapshotBytes += text.length;
    if (answer.statusCode === 200) take(JSON.parse(text) as SnapshotVersion);
  };

  const fetchSnapshot = (): void => {
    const etag = state.held === undefined ? {} : { "if-none-match": `"${state.held.epoch}:${state.held.version}"` };
    const headers = { authorization: `Bearer ${key}`, ...etag };
    const asked = get(`${url}/sdk/v1/snapshot`, { headers, agent: false }, (answer) => {
      takeSnapshot(answer).catch(() => {});
    });
    // The stream breaks with it, and asks again.
    asked.on("error", () => {});
  };

  const hear = (event: string | undefined, data: SnapshotVersion & { readonly from?: number }): void => {
    if (event === "hello") state.isConnected = true;
    if (event === "refetch") fetchSnapshot();
    if (event === "patch" && state.held?.epoch === data.epoch && state.held.version === data.from) take(data);
  };

  const connect = (): void => {
    if (hasLeft) return;
    const position = state.held === undefined ? "" : `?epoch=${state.held.epoch}&version=${state.held.version}`;
    const headers = { authorization: `Bearer ${key}` };
    let isOver = false;
    const comeBack = (): void => {
      if (isOver) return;
      isOver = true;
      state.isConnected = false;
      setTimeout(connect, RETRY_MS / 2 + random.integer(RETRY_MS / 2)).unref();
    };
    request = get(`${url}/sdk/v1/stream${position}`, { headers, agent: false }, (answer) => {
      const parser = createParser({ onEvent: ({ event, data }) => hear(event, JSON.parse(data) as SnapshotVersion) });
      answer.setEncoding("utf8");
      answer.on("data", (text: string) => parser.feed(text));
      answer.on("error", comeBack);
      answer.on("close", comeBack);
    });
    request.on("error", comeBack);
  };

  connect();
  return {
    state,
    leave() {
      hasLeft = true;
      request?.destroy();
    },
  };
}

async function readAll(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const part of answer) text += String(part);
  return text;
}

/** A flag `large` whose one value makes the snapshot what somebody chose it to weigh. */
export async function addLargeFlag(client: Management, value: string): Promise<void> {
  const definition = {
    type: "string",
    purpose: "config",
    permanent: true,
    owner: "tests",
    variants: { on: { value } },
    environments: { production: { enabled: true, fallback: "on", default: { variant: "on" } } },
  } as const;
  await client.submitChange("demo", { operations: [{ kind: "create-flag", flag: "large", definition }] });
}

/** Bytes of memory that a process has now, and had at most. */
export function memoryOf(pid: number | undefined): { readonly nowBytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1] ?? Number.NaN) * 1024;
  return { nowBytes: read("VmRSS"), peakBytes: read("VmHWM") };
}

/** Asks the server for a sign of life again and again; gives how long the slowest but one in a hundred took. */
export function watchResponses(url: string) {
  const tookMs: number[] = [];
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      if (
        await fetch(`${url}/livez`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        tookMs.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const watching = watch();
  return {
    async stop(): Promise<number> {
      stopping.abort();
      await watching;
      return tookMs.sort((one, other) => one - other)[Math.floor(tookMs.length * 0.99)] ?? 0;
    },
  };
}
