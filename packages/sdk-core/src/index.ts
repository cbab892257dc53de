/** The engine under every Dimmer SDK: holds a snapshot, keeps it current, answers from it; web standards only. */
export type { TelemetryEvent } from "@dimmer/protocol";
export { openEngine, type Engine, type EngineOptions, type Status } from "./engine.ts";
export type { ConfigurationChange, EngineEvents, FlagChange } from "./engine-events.ts";
export type { HeldSource, SourceKind } from "./held-source.ts";
export { ENGINE_LIMITS } from "./limits.ts";
export type { Listener } from "./listeners.ts";
export { nameOfKill, reportOfKills, type LocalKill } from "./local-kills.ts";
export type { Clock, Compress, LogLevel, Ports, SetTimer } from "./ports.ts";
export type { Schedule } from "./schedule.ts";
export { FlagStoppedError, openScopes, type EngineScope, type ScopeOptions, type Scopes } from "./scopes.ts";
export type { CacheEntry, CacheLoad, SnapshotCache } from "./snapshot-cache.ts";
export type { Offer } from "./snapshot-holder.ts";
export { remoteKeys, type FetchKeys, type HeldKeys } from "./signing-keys.ts";
export { isKeyRefused } from "./sources/refused-key.ts";
export { remoteSource, type RemoteOptions } from "./sources/remote.ts";
export type { FailureCode, OpenSource, Source, SourceFailure, SourcePorts, SourceSink } from "./sources/source.ts";
export { openBucket, type Bucket, type Sealed } from "./telemetry/bucket.ts";
export { remoteEvents, type EventCounts, type Events, type OpenEvents } from "./telemetry/events.ts";
export { remoteSamples, type GivenSample, type OpenSamples, type Samples } from "./telemetry/samples.ts";
export {
  ADDRESS_BITS,
  estimateCount,
  mergeRegisters,
  newRegisters,
  PEOPLE_BITS,
  readRegisters,
  standardError,
  writeRegisters,
  type Registers,
} from "./telemetry/sketch.ts";
export { remoteTelemetry, type OpenTelemetry, type Telemetry, type TelemetryCounts } from "./telemetry/telemetry.ts";
export { webGzip } from "./telemetry/web-gzip.ts";
export { openSpending, type Spending } from "./spending.ts";
export { openTokens, SIGNED_CONTEXT_SECONDS, type PinCounts, type ReadToken, type Tokens } from "./tokens.ts";
