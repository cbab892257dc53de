/** Which SDKs are there and what each one holds: in memory, bounded, forgotten when nothing is heard any more. */

import type { SdkArrival, SdkConnection, SdkView, SnapshotVersion } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "./limits.ts";
import type { SdkIdentity } from "./sdk-identity.ts";
import type { Place, SnapshotHub } from "./snapshot-hub.ts";

/** What an SDK said of itself with a request, and the id of the key it came with. */
export interface Sighting {
  readonly sdk: SdkIdentity;
  readonly key: string;
  /** Undefined where it holds nothing yet. */
  readonly holds: SnapshotVersion | undefined;
}

export interface ConnectedSdks {
  /** It asked for the snapshot. */
  polled(place: Place, sighting: Sighting): void;
  /** It said what it has applied. */
  applied(place: Place, sighting: Sighting): void;
  /** It opened a stream; what is returned tells that the stream has ended. */
  streaming(place: Place, sighting: Sighting): () => void;
  /** A stream whose reader does not say who it is; what is returned tells that it has ended. */
  unnamed(place: Place): () => void;
  /** Every environment that was heard of. */
  places(): readonly Place[];
  /** Everybody, and in numbers whether the asked version has arrived. */
  list(place: Place, asked: SnapshotVersion): { readonly sdks: readonly SdkView[]; readonly arrival: SdkArrival };
}

interface Entry {
  readonly sdk: SdkIdentity;
  key: string;
  holds: SnapshotVersion | undefined;
  streams: number;
  /** What it does without a stream: whoever lost one is away until it asks again. */
  idle: "polling" | "away";
  seenAt: number;
}

interface Environment {
  readonly place: Place;
  /** By instance, the one heard of last at the end. */
  readonly entries: Map<string, Entry>;
  unnamed: number;
  sweptAt: number;
}

export function openConnectedSdks(
  ports: { readonly clock: () => number },
  limits: { readonly sdks: number } = DELIVERY_LIMITS,
): ConnectedSdks {
  const environments = new Map<string, Environment>();

  const environmentOf = (place: Place): Environment => {
    const name = JSON.stringify([place.project, place.environment]);
    const found = environments.get(name) ?? { place, entries: new Map<string, Entry>(), unnamed: 0, sweptAt: ports.clock() };
    environments.set(name, found);
    forgetGone(found, ports.clock());
    return found;
  };

  const note = (place: Place, { sdk, key, holds }: Sighting): Entry | undefined => {
    const { entries } = environmentOf(place);
    const known = entries.get(sdk.instance);
    if (known === undefined && entries.size >= limits.sdks && !dropOldest(entries)) return undefined;
    const entry: Entry = known ?? { sdk, key, holds, streams: 0, idle: "polling", seenAt: 0 };
    Object.assign(entry, { key, holds, seenAt: ports.clock() });
    entries.delete(sdk.instance);
    entries.set(sdk.instance, entry);
    return entry;
  };

  const unnamed = (place: Place) => {
    const environment = environmentOf(place);
    environment.unnamed++;
    return once(() => void environment.unnamed--);
  };

  return {
    polled(place, sighting) {
      const entry = note(place, sighting);
      if (entry !== undefined) entry.idle = "polling";
    },
    applied: (place, sighting) => void note(place, sighting),
    streaming(place, sighting) {
      const entry = note(place, sighting);
      if (entry === undefined) return unnamed(place);
      entry.streams++;
      return once(() => {
        entry.streams--;
        entry.idle = "away";
        entry.seenAt = ports.clock();
      });
    },
    unnamed,
    places: () => [...environments.values()].map(({ place }) => place),
    list(place, asked) {
      const now = ports.clock();
      const { entries, unnamed: streams } = environmentOf(place);
      const sdks = [...entries.values()].map((entry) => viewOf(entry, asked, now));
      return { sdks, arrival: countArrival(sdks, streams, asked) };
    },
  };
}

/** How far the newest version of each environment has come. */
export async function listArrivals(sdks: ConnectedSdks, hub: Pick<SnapshotHub, "current">) {
  const arrivals = sdks.places().map(async (place) => {
    const held = await hub.current(place.project, place.environment);
    return held === undefined ? [] : [{ ...place, arrival: sdks.list(place, held.snapshot).arrival }];
  });
  return (await Promise.all(arrivals)).flat();
}

function countArrival(sdks: readonly SdkView[], unnamed: number, asked: SnapshotVersion): SdkArrival {
  const late = sdks.filter(({ hasArrived }) => !hasArrived);
  const behind = (["streaming", "polling", "away"] as const).flatMap((connection) => {
    const group = late.filter((sdk) => sdk.connection === connection);
    if (group.length === 0) return [];
    return [{ connection, sdks: group.length, lastSeenMsAgo: Math.max(...group.map((sdk) => sdk.lastSeenMsAgo)) }];
  });
  const { epoch, version } = asked;
  return { epoch, version, sdks: sdks.length, arrived: sdks.length - late.length, behind, unnamed };
}

function viewOf(entry: Entry, asked: SnapshotVersion, now: number): SdkView {
  const { sdk, key, holds } = entry;
  return {
    ...sdk,
    key,
    connection: connectionOf(entry),
    holds: holds ?? null,
    hasArrived: holds !== undefined && holds.epoch === asked.epoch && holds.version >= asked.version,
    lastSeenMsAgo: Math.max(0, now - entry.seenAt),
  };
}

const connectionOf = ({ streams, idle }: Entry): SdkConnection => (streams > 0 ? "streaming" : idle);

/** At most once a second, so that ten thousand reports do not look at ten thousand SDKs each. */
function forgetGone(environment: Environment, now: number): void {
  if (now - environment.sweptAt < DELIVERY_LIMITS.sdkSweepMs) return;
  environment.sweptAt = now;
  for (const [instance, { streams, idle, seenAt }] of environment.entries) {
    const keptMs = idle === "away" ? DELIVERY_LIMITS.awayKeptMs : DELIVERY_LIMITS.pollingKeptMs;
    if (streams === 0 && now - seenAt >= keptMs) environment.entries.delete(instance);
  }
}

/** Makes room by forgetting the one that was not heard of for longest; false where all stream. */
function dropOldest(entries: Map<string, Entry>): boolean {
  for (const [instance, entry] of entries) {
    if (entry.streams > 0) continue;
    return entries.delete(instance);
  }
  return false;
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
