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
  sdk: { instance, name: "dimmer-node", version: "1.2.3", localKills: [] },
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

describe("what apps switch off by themselves", () => {
  const openNews = (sdks?: number) => {
    const stage = { now: 1_000_000, news: [] as string[] };
    const known = openConnectedSdks(
      {
        clock: () => stage.now,
        onLocalKill: ({ kill, isOff, sdk }) => stage.news.push(`${kill} ${isOff ? "off" : "on"} ${sdk.instance}`),
      },
      sdks === undefined ? undefined : { sdks },
    );
    return Object.assign(stage, { known });
  };
  const off = (instance: string, ...localKills: string[]): Sighting => {
    const plain = sighting(instance, 7);
    return { ...plain, sdk: { ...plain.sdk, localKills } };
  };

  test("is news with the first SDK that says so, and again when the last one does not any more", () => {
    const { known, news } = openNews();
    known.streaming(place, off("a", "model"));
    known.polled(place, off("b", "model", "search:new"));
    known.applied(place, off("a", "model"));
    known.applied(place, off("a"));
    known.polled(place, off("b", "search:new"));
    expect(news).toEqual(["model off a", "search:new off b", "model on b"]);
    expect(known.list(place, asked).sdks.map(({ localKills }) => localKills)).toEqual([[], ["search:new"]]);
  });

  test("is lifted, as far as anybody knows, when its SDK is forgotten", () => {
    const stage = openNews();
    stage.known.polled(place, off("a", "model"));
    stage.now += DELIVERY_LIMITS.pollingKeptMs;
    stage.known.list(place, asked);
    expect(stage.news).toEqual(["model off a", "model on a"]);
    const full = openNews(1);
    full.known.polled(place, off("a", "model"));
    full.known.polled(place, off("b"));
    expect(full.news).toEqual(["model off a", "model on a"]);
  });

  const kills = (header: string) =>
    readSdkIdentity({ "dimmer-sdk": "dimmer-node/1 0123456789abcdef", "dimmer-local-kills": header })?.localKills;
  test.each<[string, readonly string[]]>([
    ["model", ["model"]],
    ["search:new, model,model", ["model", "search:new"]],
    ["a%2Cb%3Ac", ["a,b:c"]],
    ["", []],
    ["%zz,%0d%0a,model", ["model"]],
    ["x".repeat(201), []],
  ])("the header %j says %j", (header, expected) => expect(kills(header)).toEqual(expected));
  test("of a header without end only the beginning is read", () => {
    const many = Array.from({ length: 500 }, (_, at) => `flag-${at}`).join(",");
    expect(kills(many)?.length).toBe(DELIVERY_LIMITS.localKills);
  });
});

test.each<[string | undefined, object | undefined]>([
  ["dimmer-node/1.2.3 0123456789abcdef", { name: "dimmer-node", version: "1.2.3", instance: "0123456789abcdef", localKills: [] }],
  [
    "dimmer-python/2.0.0-rc.1+7 0b4c7f3e-9a52-4a35",
    { name: "dimmer-python", version: "2.0.0-rc.1+7", instance: "0b4c7f3e-9a52-4a35", localKills: [] },
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
