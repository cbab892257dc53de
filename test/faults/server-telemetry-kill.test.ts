/** `kill -9` while events are on their way. `npm run verify:long` does it 50 times. */

import { expect, test } from "vitest";
import { killUnderEvents } from "./killed-telemetry.ts";
import { isLong, seedOr, withSeed } from "./seed.ts";

const KILLS = isLong ? 50 : 3;

test(
  "[kill-loses-in-flight] of a server that is killed no more is lost than it had answered and not stored yet, and nothing is there twice",
  { timeout: 120_000 + KILLS * 60_000 },
  () =>
    withSeed(seedOr(5), async (random) => {
      const { counted, recorded, acknowledged, kept, kills, last } = await killUnderEvents(KILLS, random);
      const stored = new Set(kept);
      const sent = acknowledged.size;

      expect(counted).toEqual({ recorded: recorded.size, stored: sent, dropped: recorded.size - sent, inFlight: 0 });
      // What an SDK gave up may have come all the same.
      expect([...stored].filter((id) => !recorded.has(id))).toEqual([]);
      expect(stored.size).toBe(kept.length);
      const lost = [...acknowledged].filter((id) => !stored.has(id));
      expect(lost).toHaveLength(kills.reduce((sum, kill) => sum + kill.lost, 0));
      for (const kill of kills) expect(kill.lost).toBeLessThanOrEqual(kill.inFlight);
      const { received, ...ends } = last;
      expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(received);
    }),
);
