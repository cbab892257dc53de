/** Composition root of the Node SDK: options and environment in, a running client out. */

import {
  ENGINE_LIMITS,
  isKeyRefused,
  openEngine,
  openScopes,
  openSpending,
  openTokens,
  remoteEvents,
  remoteKeys,
  remoteSamples,
  remoteSource,
  remoteTelemetry,
  type Engine,
  type EngineOptions,
  type FetchKeys,
  type OpenSource,
  type Ports,
  type RemoteOptions,
  type SnapshotCache,
} from "@dimmer/sdk-core";
import { cacheFolder } from "./cache/cache-folder.ts";
import { saveAtExit } from "./cache/save-at-exit.ts";
import { faceOf, type Dimmer } from "./client.ts";
import { readConfig, readKills, readOverrides, withoutUndefined } from "./config.ts";
import { openLocalKills, type LocalKills } from "./kills/local-kills.ts";
import { hmacSha256, nodePorts } from "./node-ports.ts";
import { checkTimes, originOf, type DimmerOptions } from "./options.ts";
import { openLocalOverrides, overridesPath, type LocalOverrides } from "./overrides/local-overrides.ts";
import { fileSource } from "./sources/file.ts";
import { openTracking } from "./track.ts";
import { VERSION } from "./version.ts";

/**
 * Opens a client and begins to fetch flags.
 *
 * Shape:  returns at once; await `ready()` before the first look-up that must not be the default.
 * Errors: throws a TypeError for options that do not fit together. Everything later (an unreachable server, a refused key, a broken
 *         file) is an `error` event, and tried again for as long as the client is open.
 * Source: ADR-0010; docs/guide/sdk-node.md.
 */
export function openDimmer(given: DimmerOptions = {}): Dimmer {
  const options = mergeOptions(readConfig(), given);
  checkTimes(options);
  const ports: Ports = { ...nodePorts(options), ...options.ports };
  const cache = cacheOf(options, ports);
  const local = localOverrides(options, ports);
  const kills = localKills(options, ports);
  const engine = openEngine(
    {
      source: local.follow(sourceOf(options, kills)),
      sourceKind: originOf(options).kind === "file" ? "file" : "server",
      cache,
      bootstrap: options.snapshot,
      overrides: local.initial,
      localKills: kills.initial,
      staleAfterMs: options.staleAfterMs,
      ...reportsOf(options, kills),
    },
    ports,
  );
  local.attach(engine);
  kills.attach(engine);
  const forget = cache === undefined ? () => {} : saveAtExit(() => engine.saveCache());
  return faceOf(engine, openScopes(engine, ports), {
    track: openTracking(options.tracker, ports),
    spending: openSpending(engine, ports),
    tokens: openTokens(signingKeysOf(options, kills, ports), hmacSha256, ports),
    async waitForReady(timeoutMs) {
      if (engine.snapshot === undefined) await waitForReady(engine, timeoutMs);
      await local.settled;
    },
    waitForSent: holdProcessFor,
    onClose() {
      kills.close();
      forget();
    },
  });
}

/** Options win; a source named in code also silences the other kind of source in the environment. */
function mergeOptions(config: DimmerOptions, given: DimmerOptions): DimmerOptions {
  const { url, key, file, ...rest } = config;
  const origin = given.url !== undefined ? { url, key } : given.file !== undefined ? { file } : { url, key, file };
  return { ...rest, ...withoutUndefined(origin), ...withoutUndefined(given) };
}

function sourceOf(options: DimmerOptions, kills: LocalKills): OpenSource | undefined {
  const origin = originOf(options);
  const { stream = true, environment, holdProcess = false } = options;
  if (origin.kind === "snapshot") return undefined;
  if (origin.kind === "file") return fileSource({ path: origin.file, environment, watch: stream, holdProcess });
  const { pollIntervalMs } = options;
  return remoteSource({ ...addressOf(origin, kills), stream, pollIntervalMs });
}

const addressOf = ({ url, key }: { readonly url: string; readonly key: string }, kills: LocalKills): RemoteOptions => ({
  url,
  key,
  agent: `dimmer-node/${VERSION}`,
  localKills: () => kills.report(),
});

function localOverrides(options: DimmerOptions, ports: Ports): LocalOverrides {
  const { overrides: environment, isProduction } = readOverrides();
  const { overrides: option = {}, overridesFile, file, stream = true, holdProcess = false } = options;
  const path = overridesPath(overridesFile, file, isProduction);
  return openLocalOverrides({ option, environment, path, isWatched: stream, holdProcess }, ports);
}

function localKills({ kill, killFile, holdProcess = false }: DimmerOptions, ports: Ports): LocalKills {
  return openLocalKills({ option: kill ?? [], environment: readKills(), path: killFile, holdProcess }, ports);
}

/** Whose flags come from nowhere else has no keys either. */
function signingKeysOf(options: DimmerOptions, kills: LocalKills, ports: Ports): FetchKeys {
  const origin = originOf(options);
  if (origin.kind === "server") return remoteKeys(addressOf(origin, kills), ports);
  const message = "The signing keys are a server's; give openDimmer its url and a server key.";
  return () => Promise.resolve({ failure: { code: "network", message } });
}

/** A file is its own cache. */
function cacheOf(options: DimmerOptions, ports: Ports): SnapshotCache | undefined {
  const origin = originOf(options);
  if (options.cacheDir === undefined || origin.kind !== "server") return undefined;
  return cacheFolder({ folder: options.cacheDir, url: origin.url, key: origin.key }, ports);
}

/** Where the flags come from a server, it is told of their evaluations and of events; a file or a snapshot has nobody to tell. */
function reportsOf(options: DimmerOptions, kills: LocalKills): Pick<EngineOptions, "telemetry" | "events" | "samples"> {
  const origin = originOf(options);
  if (origin.kind !== "server" || options.telemetry === false) return {};
  const address = addressOf(origin, kills);
  return { telemetry: remoteTelemetry(address), events: remoteEvents(address), samples: remoteSamples(address) };
}

/** A send keeps no process alive by itself; whoever waits for one must not see the process end before it. */
async function holdProcessFor(work: Promise<unknown>): Promise<void> {
  const timeout = startTimeout(SEND_TIMEOUT_MS);
  await Promise.race([work, timeout.over]);
  timeout.cancel();
}

/**
 * Ends with the first snapshot, a refused key, or the time. A refused key is not waited for, because only a person can mend it;
 * the source goes on trying all the same.
 */
async function waitForReady(engine: Engine, timeoutMs: number): Promise<void> {
  // A turn of the loop, so that a caller who asks again and again leaves the source time to work.
  if (engine.failure !== undefined && isKeyRefused(engine.failure)) return nextTurn();
  const timeout = startTimeout(timeoutMs);
  let forget = (): void => {};
  const refusal = new Promise<void>((resolve) => {
    forget = engine.on("error", (failure) => void (isKeyRefused(failure) && resolve()));
  });
  await Promise.race([engine.settled, refusal, timeout.over]);
  forget();
  timeout.cancel();
}

/**
 * Its timer keeps the process alive, or a script that waits for its flags would end before they come; that is why there is one for
 * a time without end as well, set again and again.
 */
function startTimeout(timeoutMs: number): { readonly over: Promise<void>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, ENGINE_LIMITS.timerMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : resolve()), stepMs);
    };
    wait(timeoutMs);
  });
  return { over, cancel: () => clearTimeout(timer) };
}

/** The longest that `flush` and `close` wait for what they send. */
const SEND_TIMEOUT_MS = 10_000;

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
