/** What an engine tells of: its states, and which flags may decide differently. */

import type { CompiledSnapshot, SnapshotFlag } from "@dimmer/evaluation";
import type { SnapshotVersion } from "@dimmer/protocol";
import { changedFlags } from "./changed-flags.ts";
import { openListeners, type Listener } from "./listeners.ts";
import type { Ports } from "./ports.ts";
import type { SourceFailure } from "./sources/source.ts";

/** What changed between two snapshots; never sent for the first one. */
export interface ConfigurationChange extends SnapshotVersion {
  /** Flags that may decide differently now, through a segment or a required flag as well. */
  readonly flagsChanged: readonly string[];
}

/** Shape: `before` and `after` are the flag's configuration; undefined where it did not, or does not, exist. */
export interface FlagChange {
  readonly flagKey: string;
  readonly before: SnapshotFlag | undefined;
  readonly after: SnapshotFlag | undefined;
}

export interface EngineEvents {
  readonly ready: SnapshotVersion;
  readonly stale: { readonly staleForMs: number; readonly failure: SourceFailure | undefined };
  readonly error: SourceFailure;
  readonly "configuration-changed": ConfigurationChange;
}

/** Shape: those who listen to one engine. Errors: none; a listener that throws is a log line. */
export interface EngineNews {
  on<E extends keyof EngineEvents>(event: E, listener: Listener<EngineEvents[E]>): () => void;
  onFlagChange(flagKey: string, listener: Listener<FlagChange>): () => void;
  emit<E extends keyof EngineEvents>(event: E, payload: EngineEvents[E]): void;
  /** Another snapshot is answered from; nothing is compared where nobody listens. */
  swapped(before: CompiledSnapshot, after: CompiledSnapshot): void;
  changed(flagsChanged: readonly string[], before: CompiledSnapshot, after: CompiledSnapshot): void;
  clear(): void;
}

export function openEngineNews({ log }: Pick<Ports, "log">): EngineNews {
  const report = (failure: unknown, event: PropertyKey): void => log?.("error", describeThrown(failure, event));
  const listeners = openListeners<EngineEvents>(report);
  const flagListeners = openListeners<Record<string, FlagChange>>(report);

  const changed: EngineNews["changed"] = (flagsChanged, before, after) => {
    if (flagsChanged.length === 0) return;
    listeners.emit("configuration-changed", { epoch: after.epoch, version: after.version, flagsChanged });
    for (const flagKey of flagsChanged) {
      const change = { flagKey, before: before.flags.get(flagKey)?.source, after: after.flags.get(flagKey)?.source };
      flagListeners.emit(flagKey, change);
    }
  };

  return {
    on: (event, listener) => listeners.on(event, listener),
    onFlagChange: (flagKey, listener) => flagListeners.on(flagKey, listener),
    emit: (event, payload) => listeners.emit(event, payload),
    swapped(before, after) {
      if (!listeners.isEmpty() || !flagListeners.isEmpty()) changed(changedFlags(before, after), before, after);
    },
    changed,
    clear() {
      listeners.clear();
      flagListeners.clear();
    },
  };
}

function describeThrown(thrown: unknown, event: PropertyKey): string {
  return `A listener of ${String(event)} failed: ${thrown instanceof Error ? thrown.message : "what it threw is no error"}`;
}
