/** Delivers what changes: the hub with its streams, OFREP's views and streams, and who is connected. */

import { openViews, type OfrepViews } from "../ofrep/open-views.ts";
import { type OfrepStreams, openOfrepStreams } from "../ofrep/ofrep-streams.ts";
import { outrunBy } from "../environments/new-epochs.ts";
import type { AccessPorts } from "../access/access-ports.ts";
import { auditLocalKill } from "./audit-local-kill.ts";
import { type ConnectedSdks, openConnectedSdks } from "./connected-sdks.ts";
import { refreshSnapshot } from "./refresh-snapshot.ts";
import { openHub, type SnapshotHub } from "./snapshot-hub.ts";

export interface Delivery {
  readonly hub: SnapshotHub;
  readonly views: OfrepViews;
  readonly streams: OfrepStreams;
  readonly sdks: ConnectedSdks;
}

/** Shape: `eventStreams` is the key that hides versions in OFREP's positions. */
export function openDelivery(
  access: AccessPorts,
  settings: {
    readonly heartbeatMs: number;
    /** In [0, 1); spreads the return of readers. */
    readonly random: () => number;
    readonly eventStreams: Uint8Array;
    readonly onFailure: (error: unknown, what: string) => void;
  },
): Delivery {
  const { store, clock } = access;
  const { heartbeatMs, random, onFailure } = settings;
  const hub = openHub({
    // In a transaction, so that everything in a snapshot is of one version.
    load: (place, held) => store.transaction((tx) => refreshSnapshot(tx, place.project, place.environment, held)),
    outrunBy: (place, claimed) => outrunBy(access, place, claimed),
    clock,
    random,
    heartbeatMs,
    onFailure,
  });
  const views = openViews(settings.eventStreams);
  const streams = openOfrepStreams({ hub, views, clock, random, heartbeatMs, onFailure });
  const sdks = openConnectedSdks({
    clock,
    onLocalKill: (news) => {
      auditLocalKill(access, news).catch((error: unknown) => onFailure(error, "the audit of a local kill"));
    },
  });
  return { hub, views, streams, sdks };
}
