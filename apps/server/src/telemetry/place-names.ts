/** How many different names an environment has brought in this hour, so that made-up ones cannot fill the store. */

import type { Place } from "../delivery/snapshot-hub.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { HOUR_MS } from "./times.ts";

/** Shape: true where the name is known this hour or there is room for one more. */
export interface PlaceNames {
  admit(kind: "unknownFlags" | "series" | "attributes", name: string): boolean;
}

interface Hour extends PlaceNames {
  readonly hour: number;
}

/** Names by environment, forgotten every hour. */
export function openPlaceNames(clock: () => number): (place: Place) => PlaceNames {
  const hours = new Map<string, Hour>();
  return ({ project, environment }) => {
    const key = JSON.stringify([project, environment]);
    const hour = Math.floor(clock() / HOUR_MS);
    const known = hours.get(key);
    if (known?.hour === hour) return known;
    hours.delete(key);
    for (const oldest of hours.keys()) if (hours.size >= TELEMETRY_LIMITS.places) hours.delete(oldest);
    const fresh = openHour(hour);
    hours.set(key, fresh);
    return fresh;
  };
}

function openHour(hour: number): Hour {
  const names = { unknownFlags: new Set<string>(), series: new Set<string>(), attributes: new Set<string>() };
  return {
    hour,
    admit(kind, name) {
      const known = names[kind];
      if (known.has(name)) return true;
      if (known.size >= TELEMETRY_LIMITS[kind]) return false;
      known.add(name);
      return true;
    },
  };
}
