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

/** An app switched something off by itself, and no other of its environment had; or the last one that had lifted it. */
export interface LocalKillNews {
  readonly place: Place;
  /** `flag` or `flag:variant`. */
  readonly kill: string;
  readonly isOff: boolean;
  readonly sdk: SdkIdentity;
  /** The id of the SDK's key. */
  readonly key: string;
}

interface Entry {
  sdk: SdkIdentity;
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
  /** What is switched off locally, and by how many. */
  readonly localKills: Map<string, number>;
  unnamed: number;
  sweptAt: number;
}

export function openConnectedSdks(
  ports: { readonly clock: () => number; readonly onLocalKill?: (news: LocalKillNews) => void },
  limits: { readonly sdks: number } = DELIVERY_LIMITS,
): ConnectedSdks {
  const environments = new Map<string, Environment>();

  const environmentOf = (place: Place): Environment => {
    const name = JSON.stringify([place.project, place.environment]);
    const found = environments.get(name) ?? {
      place,
      entries: new Map<string, Entry>(),
      localKills: new Map<string, number>(),
      unnamed: 0,
      sweptAt: ports.clock(),
    };
    environments.set(name, found);
    for (const gone of forgetGone(found, ports.clock())) countKills(found, gone, []);
    return found;
  };

  /** Counts what an SDK has switched off now instead of before. */
  const countKills = ({ place, localKills }: Environment, { sdk, key }: Entry, now: readonly string[]): void => {
    const count = (kill: string, by: 1 | -1) => {
      const kills = (localKills.get(kill) ?? 0) + by;
      if (kills > 0) localKills.set(kill, kills);
      else localKills.delete(kill);
      if (kills === (by > 0 ? 1 : 0)) ports.onLocalKill?.({ place, kill, isOff: by > 0, sdk, key });
    };
    for (const kill of now) if (!sdk.localKills.includes(kill)) count(kill, 1);
    for (const kill of sdk.localKills) if (!now.includes(kill)) count(kill, -1);
  };

  const note = (place: Place, { sdk, key, holds }: Sighting): Entry | undefined => {
    const environment = environmentOf(place);
    const { entries } = environment;
    const known = entries.get(sdk.instance);
    if (known === undefined && entries.size >= limits.sdks) {
      const dropped = dropOldest(entries);
      if (dropped === undefined) return undefined;
      countKills(environment, dropped, []);
    }
    const entry: Entry = known ?? { sdk: { ...sdk, localKills: [] }, key, holds, streams: 0, idle: "polling", seenAt: 0 };
    countKills(environment, { ...entry, key }, sdk.localKills);
    Object.assign(entry, { sdk, key, holds, seenAt: ports.clock() });
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
function forgetGone(environment: Environment, now: number): readonly Entry[] {
  if (now - environment.sweptAt < DELIVERY_LIMITS.sdkSweepMs) return [];
  environment.sweptAt = now;
  const gone: Entry[] = [];
  for (const [instance, entry] of environment.entries) {
    const keptMs = entry.idle === "away" ? DELIVERY_LIMITS.awayKeptMs : DELIVERY_LIMITS.pollingKeptMs;
    if (entry.streams > 0 || now - entry.seenAt < keptMs) continue;
    environment.entries.delete(instance);
    gone.push(entry);
  }
  return gone;
}

/** Makes room by forgetting the one that was not heard of for longest; undefined where all stream. */
function dropOldest(entries: Map<string, Entry>): Entry | undefined {
  for (const [instance, entry] of entries) {
    if (entry.streams > 0) continue;
    entries.delete(instance);
    return entry;
  }
  return undefined;
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
