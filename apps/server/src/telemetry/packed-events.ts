/** Events on their way to the store: as text, which is cheaper to hold and to hand on than its objects, and whose size is known. */

import type { KeptEvent, PackedEvents, ReceivedEvents } from "./event-store.ts";
import { hashKey } from "./hash-key.ts";

export const packEvents = ({ events, ...from }: ReceivedEvents): PackedEvents => ({ ...from, packed: JSON.stringify(events) });

/** Shape: with the project's secret, hashes stand for targeting keys. */
export function unpackEvents({ packed, secret, ...from }: PackedEvents): ReceivedEvents {
  // Only we pack them, each checked on its way in.
  const events = JSON.parse(packed) as readonly KeptEvent[];
  return { ...from, events: secret === undefined ? events : events.map((event) => withHashedKey(event, secret)) };
}

const withHashedKey = (event: KeptEvent, secret: Uint8Array): KeptEvent =>
  event.targetingKey === undefined ? event : { ...event, targetingKey: hashKey(secret, event.targetingKey) };
