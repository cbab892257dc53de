/** An engine, a server that follows a script, and the time that passes between them. */

import { openEngine, type Engine, type EngineOptions } from "../src/engine.ts";
import type { EngineEvents } from "../src/engine-events.ts";
import type { Compress } from "../src/ports.ts";
import { SNAPSHOT_PATH } from "../src/sources/poll.ts";
import { APPLIED_PATH } from "../src/sources/report.ts";
import { remoteSource, type RemoteOptions } from "../src/sources/remote.ts";
import {
  jsonResponse,
  openFakeHost,
  openFakeStream,
  type Answer,
  type FakeHost,
  type FakeRequest,
  type FakeStream,
} from "./fake-host.ts";
import { snapshotWith } from "./snapshots.ts";

export const ADDRESS = { url: "https://flags.example", key: "secret" };

export interface World {
  readonly engine: Engine;
  readonly host: FakeHost;
  /** Streams in the order they were opened. */
  readonly streams: readonly FakeStream[];
  readonly events: readonly string[];
}

export type Script = (request: FakeRequest, count: number) => Answer | undefined;

export interface WorldOptions {
  readonly remote?: Partial<RemoteOptions>;
  readonly engine?: EngineOptions;
  /** What streams say first: the version that they were asked from, unless a test says it itself. */
  readonly isMute?: boolean;
  readonly compress?: Compress;
  /** Hears what the engine logs. */
  readonly log?: (message: string) => void;
}

/** An engine whose server answers snapshot v1 and opens a stream, unless the script says otherwise. */
export function openWorld(
  script: Script = () => undefined,
  { remote = {}, engine: options = {}, isMute = false, compress, log }: WorldOptions = {},
): World {
  const streams: FakeStream[] = [];
  const events: string[] = [];
  const host = openFakeHost((request, signal) => {
    const scripted = script(request, host.requests.length);
    if (scripted !== undefined) return scripted;
    if (request.path === SNAPSHOT_PATH) return jsonResponse(snapshotWith());
    if (request.path === APPLIED_PATH) return new Response(null, { status: 204 });
    const stream = openFakeStream(signal);
    streams.push(stream);
    const version = Number(new URL(request.url).searchParams.get("version"));
    if (!isMute) stream.send("hello", { ...HELLO, version });
    return stream.response;
  });
  const engine = openEngine(
    { source: remoteSource({ ...ADDRESS, ...remote }), ...options },
    { ...host.ports, compress, log: log && ((_level, message) => log(message)) },
  );
  for (const event of ["ready", "stale", "error", "configuration-changed"] as const satisfies (keyof EngineEvents)[])
    engine.on(event, () => events.push(event));
  return { engine, host, streams, events };
}

export const HELLO = { epoch: "e1", version: 1, heartbeatMs: 15_000 };

export async function openLive(script?: Script): Promise<World> {
  const world = openWorld(script);
  await world.host.settle();
  return world;
}

/** Lets time pass on a stream that beats. */
export async function advanceBeating({ host, streams }: World, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15_000) {
    const stream = streams.at(-1);
    if (stream?.isOpen === true) stream.write(": heartbeat\n\n");
    await host.advance(Math.min(15_000, ms - passed));
  }
}

export const waitsBetween = ({ requests }: FakeHost): number[] =>
  requests.slice(1).map(({ atMs }, index) => atMs - (requests[index]?.atMs ?? 0));
export const answerOf = ({ engine }: World): unknown => engine.evaluate("a", {}).value;
