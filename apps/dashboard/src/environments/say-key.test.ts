/** Keys and apps, in words. */

import { expect, test } from "vitest";
import type { SdkView } from "@dimmer/protocol";
import { sayHeld, sayLine, stateOfKey, statusOfSdk } from "./say-key.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
test.each([
  [null, null, "in-use"],
  ["2026-05-01T00:00:00Z", null, "revoked"],
  ["2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z", "revoked"],
  [null, "2026-07-01T00:00:00Z", "in-use"],
  [null, "2026-06-05T00:00:00Z", "expiring"],
  [null, "2026-06-01T00:00:00Z", "expired"],
])("revoked %s, until %s: %s", (revokedAt, expiresAt, state) => expect(stateOfKey({ revokedAt, expiresAt }, NOW)).toBe(state));

const held = (version: number) => ({ epoch: "e", version });
test.each<[Pick<SdkView, "holds" | "hasArrived">, string]>([
  [{ holds: null, hasArrived: false }, "holds nothing yet"],
  [{ holds: held(12), hasArrived: true }, "holds version 12, the newest"],
  [{ holds: held(9), hasArrived: false }, "holds version 9, 3 behind"],
  [{ holds: held(40), hasArrived: false }, "holds version 40 of an earlier start"],
])("%j: %s", (sdk, said) => expect(sayHeld(sdk, { version: 12 })).toBe(said));

const sdk = { holds: held(1), hasArrived: true, connection: "streaming", lastSeenMsAgo: 3_600_000 } as const;
test("green only with the newest version and a line", () => {
  expect(statusOfSdk(sdk)).toBe("healthy");
  expect(statusOfSdk({ ...sdk, connection: "polling", lastSeenMsAgo: 1_000 })).toBe("healthy");
  expect(statusOfSdk({ ...sdk, connection: "polling" })).toBe("warning");
  expect(statusOfSdk({ ...sdk, connection: "away" })).toBe("warning");
  expect(statusOfSdk({ ...sdk, hasArrived: false })).toBe("warning");
  expect(statusOfSdk({ ...sdk, holds: null })).toBe("unknown");
  expect(sayLine(sdk)).toBe("hears of changes at once");
});
