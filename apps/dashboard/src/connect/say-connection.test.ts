/** The light says what is known, and no more. */

import { expect, test } from "vitest";
import type { EvaluationTotal, SdkView } from "@dimmer/protocol";
import { sayApps, sayConnection } from "./say-connection.ts";

const total = (flag: string, count: number, lastAt: string): EvaluationTotal => ({ flag, count, lastAt, reason: "SPLIT" });
const sdk = (instance: string, connection: SdkView["connection"] = "streaming"): SdkView => ({
  instance,
  name: "dimmer-node",
  version: "1.2.3",
  key: "key_1",
  connection,
  holds: null,
  hasArrived: false,
  localKills: [],
  lastSeenMsAgo: 0,
});

test("nobody is there", () => {
  expect(sayConnection("search", 24, undefined, [])).toMatchObject({ state: "none", lastAt: undefined });
  expect(sayConnection("search", 24, { totals: [total("other", 9, "2026-01-01T00:00:00Z")] }, []).state).toBe("none");
});

test("an app is connected and has not asked", () => {
  const { state, about } = sayConnection("search", 24, { totals: [] }, [sdk("a")]);
  expect(state).toBe("connected");
  expect(about).toContain("1 app is connected: dimmer-node 1.2.3 (streaming).");
});

test("asked: how often, by whom, and when last", () => {
  const totals = [total("search", 1_200, "2026-01-01T10:00:00Z"), total("search", 34, "2026-01-01T11:00:00Z")];
  expect(sayConnection("search", 24, { totals }, [sdk("a")])).toEqual({
    state: "asked",
    title: "search was asked for 1,234 times in the last 24 hours",
    about: "1 app is connected: dimmer-node 1.2.3 (streaming).",
    lastAt: "2026-01-01T11:00:00Z",
  });
  expect(sayConnection("search", 24, { totals: [total("search", 1, "2026-01-01T10:00:00Z")] }, [])).toMatchObject({
    title: "search was asked for once in the last 24 hours",
    about: expect.stringContaining("OFREP"),
  });
});

test("apps of a kind are said once", () => {
  expect(sayApps([])).toBeUndefined();
  expect(sayApps([sdk("a"), sdk("b"), sdk("c", "polling")])).toBe(
    "3 apps are connected: dimmer-node 1.2.3 (streaming) and dimmer-node 1.2.3 (polling).",
  );
});
