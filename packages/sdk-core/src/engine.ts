/** The engine under every SDK: holds a snapshot, keeps it current from one source, and answers from it without waiting. */

import {
  evaluate,
  explain,
  type CompiledSnapshot,
  type EvaluateOptions,
  type Evaluation,
  type Explanation,
} from "@dimmer/evaluation";
import { openEngineNews, type EngineEvents, type FlagChange } from "./engine-events.ts";
import { heldSource, takeCached, type HeldSource } from "./held-source.ts";
import { ENGINE_LIMITS } from "./limits.ts";
import { openLiveness } from "./liveness.ts";
import type { Listener } from "./listeners.ts";
import { withLocalKills, type LocalKill } from "./local-kills.ts";
import type { Ports } from "./ports.ts";
import { openSchedule } from "./schedule.ts";
import { openCacheKeeper, type SnapshotCache } from "./snapshot-cache.ts";
import { openSnapshotHolder } from "./snapshot-holder.ts";
import type { OpenSource, Source, SourceFailure, SourceSink } from "./sources/source.ts";
import type { Events, OpenEvents } from "./telemetry/events.ts";
import type { OpenSamples, Samples } from "./telemetry/samples.ts";
import type { OpenTelemetry, Telemetry } from "./telemetry/telemetry.ts";
import { notReady, unexplained, unreadable } from "./unanswered.ts";

/**
 * OpenFeature's provider states, and the end.
 *
 * `NOT_READY`  no snapshot yet, nothing has failed.
 * `READY`      answering from a snapshot whose source is live, or was a moment ago.
 * `STALE`      answering from a snapshot whose source has been away for longer than the grace.
 * `ERROR`      no snapshot yet, and the source fails; it goes on trying.
 * `CLOSED`     answering from the last snapshot, for good.
 */
export type Status = "NOT_READY" | "READY" | "STALE" | "ERROR" | "CLOSED";

export interface EngineOptions {
  /** Without one, `bootstrap` alone answers. */
  readonly source?: OpenSource | undefined;
  /** What the source reads; `server` unless given. */
  readonly sourceKind?: "file" | "server" | undefined;
  /** What an earlier process held; answers come from it until the source has something better. */
  readonly cache?: SnapshotCache | undefined;
  /** A snapshot that the app brought along; answers from it, where the cache has none, until the source has a better one. */
  readonly bootstrap?: unknown;
  /** Flag key → variant, above everything but kill, `requires`, stop and `only`. */
  readonly overrides?: Readonly<Record<string, string>> | undefined;
  /** What is switched off here from the first answer on, whatever the source says. */
  readonly localKills?: readonly LocalKill[] | undefined;
  /** Grace without a live source before answers are stale. */
  readonly staleAfterMs?: number | undefined;
  /** Hears of every evaluation; without one nothing is counted. */
  readonly telemetry?: OpenTelemetry | undefined;
  /** Takes single events; without one nobody is told of any. */
  readonly events?: OpenEvents | undefined;
  /** Takes samples for judges; without one there are none. */
  readonly samples?: OpenSamples | undefined;
}

/**
 * One held snapshot, its source, and those who want to hear of changes.
 *
 * Shape:  everything but waiting for events is synchronous and reads what is held.
 * Errors: nothing throws; `evaluate` answers PROVIDER_NOT_READY before the first snapshot and the last known after `close`.
 * Source: ADR-0010.
 */
export interface Engine {
  evaluate(flagKey: string, context: unknown): Evaluation;
  /** The same uncounted, for whoever only looks, or counts what it makes of it; `options` stand in for the engine's own. */
  peek(flagKey: string, context: unknown, options?: EvaluateOptions): Evaluation;
  /** The same, uncounted, from a snapshot that was held earlier. */
  evaluateAt(snapshot: CompiledSnapshot, flagKey: string, context: unknown, options?: EvaluateOptions): Evaluation;
  /** Before the first snapshot there are no steps to tell. */
  explain(flagKey: string, context: unknown): Explanation;
  readonly status: Status;
  /** Whether answers carry `flagMetadata.stale`. */
  readonly isStale: boolean;
  /** Milliseconds since the source last confirmed what is held; 0 while it is live. */
  readonly staleForMs: number;
  readonly source: HeldSource;
  /** What answers are given from: what is held, with the local kills over it. */
  readonly snapshot: CompiledSnapshot | undefined;
  /** The engine's own; another object with each change of them. */
  readonly overrides: Readonly<Record<string, string>> | undefined;
  readonly telemetry: Telemetry | undefined;
  readonly events: Events | undefined;
  readonly samples: Samples | undefined;
  /** Resolves with the first snapshot, or when the engine is closed without one. */
  readonly settled: Promise<void>;
  /** Why the source is not live. */
  readonly failure: SourceFailure | undefined;
  on<E extends keyof EngineEvents>(event: E, listener: Listener<EngineEvents[E]>): () => void;
  onFlagChange(flagKey: string, listener: Listener<FlagChange>): () => void;
  /** Replaces all overrides; listeners hear of it as of any change. */
  setOverrides(overrides: Readonly<Record<string, string>>): void;
  /** Replaces all local kills; listeners hear of it as of any change. */
  setLocalKills(kills: readonly LocalKill[]): void;
  /** Saves what is held to the cache before it returns, for a process that is about to end. */
  saveCache(): void;
  close(): void;
}

/**
 * Opens an engine and starts its source.
 *
 * Shape:  returns at once; what the cache has, or a bootstrap, is held before it does.
 * Errors: none; a bootstrap that is no snapshot is an `error` event and a log line, a cache that cannot be used a log line.
 * Source: ADR-0010, ADR-0024.
 */
export function openEngine(options: EngineOptions, ports: Ports): Engine {
  const schedule = openSchedule(ports);
  const news = openEngineNews(ports);
  // Without overrides there are no options at all: a static flag is then answered without looking at anything else.
  let evaluateOptions: EvaluateOptions | undefined = options.overrides && { overrides: { ...options.overrides } };

  let localKills = options.localKills ?? [];
  let answering: CompiledSnapshot | undefined;
  let status: Status = "NOT_READY";
  let failure: SourceFailure | undefined;
  let isConfirmed = false;
  let source: Source | undefined;
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const enter = (next: Status): void => {
    if (status === next || status === "CLOSED") return;
    status = next;
    if (next === "READY" && answering !== undefined) news.emit("ready", { epoch: answering.epoch, version: answering.version });
    if (next !== "STALE") return;
    ports.log?.("warn", `The flags may be out of date. ${failure?.message ?? "The source has not answered yet."}`);
    news.emit("stale", { staleForMs: liveness.staleForMs(), failure });
  };

  /** Answers from what is held from now on, without what is switched off here; tells whoever listens. */
  const answerFrom = (held: CompiledSnapshot): void => {
    const before = answering;
    answering = withLocalKills(held, localKills);
    if (before !== undefined) news.swapped(before, answering);
  };

  const take = (before: CompiledSnapshot | undefined, after: CompiledSnapshot): void => {
    if (holder.origin === "source") keeper?.changed();
    answerFrom(after);
    if (before !== undefined) return;
    // What kept flags from coming is over; whoever hears of "ready" must not read of it any more.
    failure = undefined;
    settle();
    enter("READY");
  };

  const holder = openSnapshotHolder(take);
  const liveness = openLiveness(options.staleAfterMs ?? ENGINE_LIMITS.staleAfterMs, { ...ports, schedule }, () => {
    if (holder.compiled !== undefined) enter("STALE");
  });

  const confirmedAt = (): number => Math.round(ports.clock.now() - liveness.staleForMs());
  const keeper =
    options.cache &&
    openCacheKeeper(
      options.cache,
      () =>
        holder.compiled !== undefined && holder.origin === "source"
          ? { snapshot: holder.compiled.source, confirmedAt: confirmedAt() }
          : undefined,
      { ...ports, schedule },
    );

  const sink: SourceSink = {
    held: () => holder.compiled,
    // A request that was answered just before `close` may still offer; what a closed engine holds does not change.
    offerSnapshot: (data, origin = "source") => (status === "CLOSED" ? { outcome: "known" } : holder.offerSnapshot(data, origin)),
    offerPatch: (data) => (status === "CLOSED" ? { outcome: "known" } : holder.offerPatch(data)),
    live() {
      if (status === "CLOSED") return;
      failure = undefined;
      liveness.live();
      holder.confirm();
      // What an earlier process or the app brought along, and the source now confirms, is worth keeping as well.
      if (!isConfirmed) keeper?.changed();
      isConfirmed = true;
      if (holder.compiled !== undefined) enter("READY");
    },
    lost(why) {
      if (status === "CLOSED") return;
      failure = why;
      liveness.lost();
      // A stream that ends is everyday; it becomes news when the grace is over.
      if (why.code === "ended") return;
      if (holder.compiled === undefined && status !== "ERROR") ports.log?.("error", `There are no flags yet. ${why.message}`);
      if (holder.compiled === undefined) enter("ERROR");
      news.emit("error", why);
    },
  };

  const evaluateHeld = (flagKey: string, context: unknown): Evaluation =>
    answering === undefined ? notReady(flagKey, failure) : evaluate(answering, flagKey, context, evaluateOptions);

  const telemetry = options.telemetry?.({ ...ports, schedule, declared: () => holder.compiled?.source.context });
  const evaluateCounted = (flagKey: string, context: unknown): Evaluation => {
    const evaluation = evaluateHeld(flagKey, context);
    telemetry?.count(evaluation, context);
    return evaluation;
  };

  const explainHeld = (flagKey: string, context: unknown): Explanation => {
    if (answering === undefined) return unexplained(notReady(flagKey, failure));
    try {
      return explain(answering, flagKey, context, evaluateOptions);
    } catch {
      return unexplained(unreadable(flagKey));
    }
  };

  const cacheRefused = options.cache && takeCached(options.cache, holder, liveness, ports);
  if (options.bootstrap !== undefined) {
    const offer = holder.offerSnapshot(options.bootstrap, "bootstrap");
    if (offer.outcome === "refused")
      sink.lost({ code: "payload", message: `The bootstrap was not taken. ${offer.why}`, issues: offer.issues });
  }
  if (options.source === undefined) liveness.live();
  else {
    liveness.lost();
    source = options.source(sink, { ...ports, schedule });
  }

  return {
    evaluate: telemetry === undefined ? evaluateHeld : evaluateCounted,
    peek: (flagKey, context, given = evaluateOptions) =>
      answering === undefined ? notReady(flagKey, failure) : evaluate(answering, flagKey, context, given),
    evaluateAt: (snapshot, flagKey, context, given = evaluateOptions) => evaluate(snapshot, flagKey, context, given),
    explain: explainHeld,
    get status() {
      return status;
    },
    get isStale() {
      return status === "STALE" || status === "CLOSED";
    },
    get staleForMs() {
      return liveness.staleForMs();
    },
    get source() {
      return heldSource(holder.origin, options.sourceKind ?? "server", confirmedAt(), cacheRefused);
    },
    get snapshot() {
      return answering;
    },
    get overrides() {
      return evaluateOptions?.overrides;
    },
    telemetry,
    events: options.events?.({ ...ports, schedule }),
    samples: options.samples?.({ ...ports, schedule }),
    settled,
    get failure() {
      return failure;
    },
    on: (event, listener) => news.on(event, listener),
    onFlagChange: (flagKey, listener) => news.onFlagChange(flagKey, listener),
    setOverrides(overrides) {
      const before = evaluateOptions?.overrides ?? {};
      evaluateOptions = Object.keys(overrides).length === 0 ? undefined : { overrides: { ...overrides } };
      const from = answering;
      if (from === undefined || status === "CLOSED") return;
      const touched = new Set([...Object.keys(before), ...Object.keys(overrides)]);
      const changed = [...touched].filter((key) => before[key] !== overrides[key] && from.flags.has(key));
      news.changed(changed, from, from);
    },
    setLocalKills(kills) {
      if (status === "CLOSED") return;
      localKills = kills;
      if (holder.compiled !== undefined) answerFrom(holder.compiled);
    },
    saveCache() {
      if (status !== "CLOSED") keeper?.saveLast();
    },
    close() {
      if (status === "CLOSED") return;
      keeper?.saveLast();
      enter("CLOSED");
      source?.close();
      liveness.close();
      schedule.close();
      news.clear();
      settle();
    },
  };
}
