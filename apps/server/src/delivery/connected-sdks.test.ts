/** Who is connected and holds what: counted, bounded, and forgotten in time. */

import { describe, expect, test } from "vitest";
import { openConnectedSdks, type Sighting } from "./connected-sdks.ts";
import { DELIVERY_LIMITS } from "./limits.ts";
import { readSdkIdentity } from "./sdk-identity.ts";
import { readEtag } from "./sse.ts";

const place = { project: "p", environment: "e" };
const asked = { epoch: "x", version: 7 };

function openStage(sdks?: number) {
  const stage = { now: 1_000_000 };
  const known = openConnectedSdks({ clock: () => stage.now }, sdks === undefined ? undefined : { sdks });
  return Object.assign(stage, {
    known,
    arrival: () => known.list(place, asked).arrival,
    names: () => known.list(place, asked).sdks.map(({ instance }) => instance),
  });
}

const sighting = (instance: string, version?: number, epoch = "x"): Sighting => ({
  sdk: { instance, name: "dimmer-node", version: "1.2.3" },
  key: "key-1",
  holds: version === undefined ? undefined : { epoch, version },
});

describe("whether a version has arrived", () => {
  test("counts who holds it or a later one, and says of the others how they are connected", () => {
    const { known, ...stage } = openStage();
    known.streaming(place, sighting("a", 7));
    known.streaming(place, sighting("b", 8));
    known.streaming(place, sighting("c", 6));
    known.streaming(place, sighting("d", 9, "another epoch"));
    known.polled(place, sighting("e", 6));
    known.polled(place, sighting("f"));
    known.streaming(place, sighting("g", 6))();
    known.unnamed(place);
    expect(stage.arrival()).toEqual({
      ...asked,
      sdks: 7,
      arrived: 2,
      behind: [
        { connection: "streaming", sdks: 2, lastSeenMsAgo: 0 },
        { connection: "polling", sdks: 2, lastSeenMsAgo: 0 },
        { connection: "away", sdks: 1, lastSeenMsAgo: 0 },
      ],
      unnamed: 1,
    });
  });

  test("a report moves its SDK on, and the age of the others grows", () => {
    const stage = openStage();
    stage.known.streaming(place, sighting("a", 6));
    stage.known.streaming(place, sighting("b", 6));
    stage.now += 400;
    stage.known.applied(place, sighting("a", 7));
    stage.now += 100;
    expect(stage.arrival()).toMatchObject({
      arrived: 1,
      behind: [{ connection: "streaming", sdks: 1, lastSeenMsAgo: 500 }],
    });
  });

  test("another environment's SDKs are not counted", () => {
    const { known, ...stage } = openStage();
    known.streaming({ ...place, environment: "staging" }, sighting("a", 7));
    expect(stage.arrival()).toMatchObject({ sdks: 0, arrived: 0, behind: [] });
  });

  test("one that streams twice, or reconnects before its old stream has ended, is one that streams", () => {
    const { known, ...stage } = openStage();
    const first = known.streaming(place, sighting("a", 6));
    const second = known.streaming(place, sighting("a", 7));
    first();
    first();
    expect(known.list(place, asked).sdks).toMatchObject([{ connection: "streaming", hasArrived: true }]);
    second();
    expect(known.list(place, asked).sdks).toMatchObject([{ connection: "away" }]);
    known.polled(place, sighting("a", 7));
    expect(known.list(place, asked).sdks).toMatchObject([{ connection: "polling" }]);
    expect(stage.arrival().sdks).toBe(1);
  });
});

describe("nothing is kept for ever", () => {
  test("who streams stays, who lost its stream goes soon, who polls later", () => {
    const stage = openStage();
    stage.known.streaming(place, sighting("streaming", 7));
    stage.known.streaming(place, sighting("away", 7))();
    stage.known.polled(place, sighting("polling", 7));
    stage.now += DELIVERY_LIMITS.awayKeptMs - 1;
    expect(stage.names()).toHaveLength(3);
    stage.now += DELIVERY_LIMITS.sdkSweepMs;
    expect(stage.names()).toEqual(["streaming", "polling"]);
    stage.now += DELIVERY_LIMITS.pollingKeptMs;
    expect(stage.names()).toEqual(["streaming"]);
  });

  test("one more than there may be takes the place of the one not heard of for longest, never of one that streams", () => {
    const { known, ...stage } = openStage(3);
    known.streaming(place, sighting("streaming", 7));
    known.polled(place, sighting("first", 7));
    known.polled(place, sighting("second", 7));
    known.polled(place, sighting("first", 7));
    known.polled(place, sighting("third", 7));
    expect(stage.names()).toEqual(["streaming", "first", "third"]);
  });

  test("where all stream, one more is counted but not named", () => {
    const { known, ...stage } = openStage(1);
    known.streaming(place, sighting("a", 7));
    const ended = known.streaming(place, sighting("b", 7));
    known.polled(place, sighting("c", 7));
    expect([stage.names(), stage.arrival().unnamed]).toEqual([["a"], 1]);
    ended();
    expect(stage.arrival().unnamed).toBe(0);
  });
});

test.each<[string | undefined, object | undefined]>([
  ["dimmer-node/1.2.3 0123456789abcdef", { name: "dimmer-node", version: "1.2.3", instance: "0123456789abcdef" }],
  [
    "dimmer-python/2.0.0-rc.1+7 0b4c7f3e-9a52-4a35",
    { name: "dimmer-python", version: "2.0.0-rc.1+7", instance: "0b4c7f3e-9a52-4a35" },
  ],
  [undefined, undefined],
  ["", undefined],
  ["dimmer-node/1.2.3", undefined],
  ["dimmer-node/1.2.3 short", undefined],
  ["dimmer-node/1.2.3 <script>alert(1)</script>", undefined],
  [`dimmer-node/1 ${"x".repeat(65)}`, undefined],
  [`${"n".repeat(41)}/1 0123456789abcdef`, undefined],
])("%j says who it is: %j", (header, expected) => {
  expect(readSdkIdentity(header === undefined ? {} : { "dimmer-sdk": header })).toEqual(expected);
});

test.each([
  ['"x:7"', { epoch: "x", version: 7 }],
  ['W/"x:7"', { epoch: "x", version: 7 }],
  ["*", undefined],
  ["x:7", undefined],
  ['"x"', undefined],
  [undefined, undefined],
])("the ETag %j says %j", (etag, expected) => expect(readEtag(etag)).toEqual(expected));
