/** Holds the current snapshot of every environment and passes each change on to everybody who listens. */

import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { updateSnapshot, type Snapshot } from "@dimmer/evaluation";
import { ProblemError, type SnapshotVersion } from "@dimmer/protocol";
import { diffSnapshots } from "./diff-snapshots.ts";
import { holdSnapshot, type HeldSnapshot } from "./held-snapshot.ts";
import { DELIVERY_LIMITS } from "./limits.ts";
import { createPatchLog, type PatchLog } from "./patch-log.ts";
import { writeEvent, writeRetry } from "./sse.ts";
import { openReader, type StreamKey, type StreamReader } from "./stream-reader.ts";

export interface HubPorts {
  /** The newest snapshot that the store has, all of one version; null where there is no such environment. */
  readonly load: (place: Place, held: Snapshot | undefined) => Promise<Snapshot | null>;
  /** Draws a new epoch where the store has not reached what a reader holds; false where it has. */
  readonly outrunBy: (place: Place, claimed: SnapshotVersion) => Promise<boolean>;
  readonly clock: () => number;
  /** In [0, 1); spreads the return of readers. */
  readonly random: () => number;
  readonly heartbeatMs: number;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface SnapshotHub {
  /**
   * The newest snapshot: whoever sees a change acknowledged sees it here. Undefined where there is no such environment. A reader
   * that says what it holds, and holds a later version than there is, is given a new epoch.
   */
  current(project: string, environment: string, from?: SnapshotVersion): Promise<HeldSnapshot | undefined>;
  /** What is held right now, without looking for anything newer. */
  held(project: string, environment: string): HeldSnapshot | undefined;
  /** Tells of everything that its own readers hear of, from now on. */
  watch(watcher: HubWatcher): void;
  /** Somebody committed: versions by environment. */
  committed(project: string, versions: Readonly<Record<string, number>>): void;
  /** Opens a stream on a response whose head is sent already. */
  listen(response: ServerResponse, place: Place, key: StreamKey, from: SnapshotVersion | undefined): void;
  /** Refuses one stream more than there may be. */
  checkRoom(): void;
  /** Ends every stream of a key that counts no more. */
  dropKey(id: string): void;
  streams(): number;
  /** Tells every reader to come back later and ends its stream. */
  close(): void;
}

export interface HubWatcher {
  /** An environment has another snapshot. */
  changed(held: HeldSnapshot): void;
  keyDropped(id: string): void;
  closed(): void;
}

export interface Place {
  readonly project: string;
  readonly environment: string;
}

interface Channel extends Place {
  held: HeldSnapshot | undefined;
  readonly log: PatchLog;
  readonly readers: Set<StreamReader>;
  /** The newest version that was announced; reached when `held` has it. */
  wanted: number;
  loading: Promise<void> | undefined;
  /** The new epoch that is being drawn because of a reader, and the time of the last. */
  drawing: Promise<void> | undefined;
  drawnAt: number;
  isSweeping: boolean;
  isDirty: boolean;
}

export function openHub(ports: HubPorts): SnapshotHub {
  const channels = new Map<string, Channel>();
  const watchers: HubWatcher[] = [];
  let isClosed = false;
  let open = 0;

  const channelOf = (place: Place): Channel => {
    const name = JSON.stringify([place.project, place.environment]);
    const known = channels.get(name);
    if (known !== undefined) return known;
    const channel: Channel = {
      ...place,
      held: undefined,
      log: createPatchLog(),
      readers: new Set(),
      wanted: 0,
      loading: undefined,
      drawing: undefined,
      drawnAt: Number.NEGATIVE_INFINITY,
      isSweeping: false,
      isDirty: false,
    };
    channels.set(name, channel);
    return channel;
  };

  /** One load at a time; changes that come in meanwhile are taken in by the next. */
  const reload = async (channel: Channel): Promise<void> => {
    channel.loading ??= loadUntilCurrent(channel).finally(() => (channel.loading = undefined));
    return channel.loading;
  };

  const loadUntilCurrent = async (channel: Channel): Promise<void> => {
    do {
      const wanted = channel.wanted;
      const next = await ports.load(channel, channel.held?.snapshot);
      if (next === null) return;
      if (adopt(channel, next)) {
        sweep(channel).catch((error: unknown) => ports.onFailure(error, "fan-out"));
        if (channel.held !== undefined) for (const watcher of watchers) watcher.changed(channel.held);
      }
      // A restored store counts from elsewhere: what was announced under the old epoch is not waited for.
      if (channel.wanted === wanted) channel.wanted = next.version;
    } while ((channel.held?.snapshot.version ?? 0) < channel.wanted);
  };

  /** Keeps the last good snapshot and tries again; readers and evaluations go on. */
  const reloadOrRetry = (channel: Channel): void => {
    void reload(channel).catch((error: unknown) => {
      ports.onFailure(error, `snapshot of ${channel.project}/${channel.environment}`);
      if (!isClosed) setTimeout(() => reloadOrRetry(channel), DELIVERY_LIMITS.reloadMs).unref();
    });
  };

  /** A reader of the present epoch that is ahead of the store has its version from one that is gone: the backup is older. */
  const settleOutrun = async (channel: Channel, from: SnapshotVersion): Promise<void> => {
    const isAhead = channel.held?.snapshot.epoch === from.epoch && channel.held.snapshot.version < from.version;
    if (!isAhead || ports.clock() - channel.drawnAt < DELIVERY_LIMITS.newEpochMs) return;
    channel.drawing ??= drawEpoch(channel, from).finally(() => (channel.drawing = undefined));
    await channel.drawing;
  };

  const drawEpoch = async (channel: Channel, from: SnapshotVersion): Promise<void> => {
    try {
      if (await ports.outrunBy(channel, from)) channel.drawnAt = ports.clock();
      // One that is under way may have read the store before.
      await channel.loading;
      await reload(channel);
    } catch (error) {
      ports.onFailure(error, `new epoch of ${channel.project}/${channel.environment}`);
    }
  };

  /** Writes to a slice of the readers, then lets the event loop breathe. */
  const sweep = async (channel: Channel): Promise<void> => {
    channel.isDirty = true;
    if (channel.isSweeping) return;
    channel.isSweeping = true;
    try {
      while (channel.isDirty) {
        channel.isDirty = false;
        let written = 0;
        for (const reader of channel.readers) {
          bringUpToDate(channel, reader);
          if (++written % DELIVERY_LIMITS.slice === 0) await nextTurn();
        }
      }
    } finally {
      channel.isSweeping = false;
    }
  };

  const forgetEmpty = (channel: Channel) => {
    if (channel.held === undefined && channel.readers.size === 0)
      channels.delete(JSON.stringify([channel.project, channel.environment]));
  };

  const beats = setInterval(() => {
    const now = ports.clock();
    for (const channel of channels.values()) for (const reader of channel.readers) reader.beat(now);
  }, ports.heartbeatMs);
  beats.unref();

  return {
    async current(project, environment, from) {
      const channel = channelOf({ project, environment });
      const isBehind = channel.held === undefined || channel.held.snapshot.version < channel.wanted;
      if (isBehind) {
        await reload(channel).catch((error: unknown) => {
          // The last good snapshot serves on; without one the caller must know.
          if (channel.held === undefined) throw error;
        });
      }
      if (from !== undefined) await settleOutrun(channel, from);
      forgetEmpty(channel);
      return channel.held;
    },
    held: (project, environment) => channels.get(JSON.stringify([project, environment]))?.held,
    watch: (watcher) => void watchers.push(watcher),
    committed(project, versions) {
      for (const [environment, version] of Object.entries(versions)) {
        const channel = channelOf({ project, environment });
        channel.wanted = Math.max(channel.wanted, version);
        reloadOrRetry(channel);
      }
    },
    listen(response, place, key, from) {
      const channel = channelOf(place);
      const held = channel.held;
      // Gone while its key was looked up: nothing would tell of its end any more.
      if (response.destroyed) return;
      if (held === undefined || isClosed) {
        response.end(writeRetry(spread(ports)));
        return;
      }
      open++;
      const reader = openReader(response, key, from, {
        clock: ports.clock,
        onReady: (ready) => bringUpToDate(channel, ready),
        onClosed: (closed) => {
          if (channel.readers.delete(closed)) open--;
        },
      });
      channel.readers.add(reader);
      const { epoch, version } = held.snapshot;
      reader.write(writeRetry(DELIVERY_LIMITS.retryMs));
      reader.write(writeEvent({ event: "hello", data: { epoch, version, heartbeatMs: ports.heartbeatMs } }));
      bringUpToDate(channel, reader);
    },
    checkRoom() {
      if (open >= DELIVERY_LIMITS.streams)
        throw new ProblemError("too-many-requests", "All streams of this server are taken; poll the snapshot instead.");
    },
    dropKey(id) {
      for (const channel of channels.values()) for (const reader of channel.readers) if (reader.key.id === id) reader.cut();
      for (const watcher of watchers) watcher.keyDropped(id);
    },
    streams: () => open,
    close() {
      isClosed = true;
      clearInterval(beats);
      for (const channel of channels.values()) for (const reader of channel.readers) reader.end(spread(ports));
      for (const watcher of watchers) watcher.closed();
    },
  };
}

const spread = (ports: HubPorts) => DELIVERY_LIMITS.retryMs + ports.random() * DELIVERY_LIMITS.returnSpreadMs;

/** Takes in a snapshot from the store; false where it is not newer than what is held. */
function adopt(channel: Channel, next: Snapshot): boolean {
  const before = channel.held;
  if (before === undefined || before.snapshot.epoch !== next.epoch) {
    channel.held = holdSnapshot(next);
    channel.log.clear();
    return before !== undefined;
  }
  if (next.version <= before.snapshot.version) return false;
  const patch = diffSnapshots(before.snapshot, next);
  // What did not change keeps its compiled form. Done now, as a lazy one would keep every earlier snapshot alive.
  channel.held = holdSnapshot(next, before.isCompiled() ? updateSnapshot(before.compiled(), patch) : undefined);
  const bytes = writeEvent({ event: "patch", data: patch });
  if (bytes.length > DELIVERY_LIMITS.eventBytes) channel.log.clear();
  else channel.log.push(next.epoch, { from: patch.from, version: patch.version, bytes });
  return true;
}

/**
 * Writes the steps from where the reader is to what the channel holds, as far as its socket takes them. A reader that falls
 * further behind than the log reaches is told to fetch the snapshot, so a slow one costs no memory and misses nothing.
 */
function bringUpToDate(channel: Channel, reader: StreamReader): void {
  while (reader.isReady()) {
    const next = nextEvent(channel, reader.position);
    if (next === undefined) return;
    reader.position = next.position;
    reader.write(next.bytes);
  }
}

function nextEvent(
  channel: Channel,
  position: SnapshotVersion | undefined,
): { bytes: Buffer; position: SnapshotVersion } | undefined {
  if (channel.held === undefined) return undefined;
  const { epoch, version } = channel.held.snapshot;
  if (position?.epoch === epoch && position.version === version) return undefined;
  const step = position === undefined ? undefined : channel.log.after(position);
  if (step !== undefined) return { bytes: step.bytes, position: { epoch, version: step.version } };
  return { bytes: writeEvent({ event: "refetch", data: { epoch, version } }), position: { epoch, version } };
}
