/** Kill, stop and the list of SDKs against a real server with readers that say what they hold. */

import {
  APPLIED_PATH,
  type ChangeResult,
  SDK_HEADER,
  type SdkArrival,
  type SdkView,
  SNAPSHOT_PATH,
  STREAM_PATH,
} from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";
import { describeArrival } from "./output/describe-arrival.ts";

let demo: DemoServer;
let readers: AbortController[];

const headers = (instance: string) => ({
  authorization: `Bearer ${demo.keys.server}`,
  "content-type": "application/json",
  [SDK_HEADER]: `dimmer-test/1.2.3 ${instance}`,
});

/** A reader that streams; a diligent one reports each version that it hears of. */
async function openReader(instance: string, isDiligent: boolean): Promise<void> {
  const reader = new AbortController();
  readers.push(reader);
  const { signal } = reader;
  const snapshot = await fetch(`${demo.server.url}${SNAPSHOT_PATH}`, { headers: headers(instance) });
  const { epoch, version } = (await snapshot.json()) as { epoch: string; version: number };
  const stream = await fetch(`${demo.server.url}${STREAM_PATH}?epoch=${epoch}&version=${version}`, {
    headers: headers(instance),
    signal,
  });
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? []) {
      const heard = /^id: .*:(?<version>\d+)$/mu.exec(decoder.decode(chunk))?.groups?.["version"];
      if (heard === undefined || !isDiligent) continue;
      const body = JSON.stringify({ epoch, version: Number(heard) });
      await fetch(`${demo.server.url}${APPLIED_PATH}`, { method: "POST", headers: headers(instance), body });
    }
  })().catch(() => undefined);
}

const poll = async (instance: string) => {
  const { headers: answered } = await fetch(`${demo.server.url}${SNAPSHOT_PATH}`, { headers: headers(instance) });
  const held = answered.get("etag") ?? "";
  await fetch(`${demo.server.url}${SNAPSHOT_PATH}`, { headers: { ...headers(instance), "if-none-match": held } });
};

describe("proof that a change arrived", () => {
  beforeEach(async () => {
    demo = await openDemoServer();
    readers = [];
  });
  afterEach(async () => {
    for (const reader of readers) reader.abort();
    await demo.close();
  });

  test("kill waits for those who stream and ends with who has it", async () => {
    await openReader("diligent-1", true);
    await openReader("diligent-2", true);
    await poll("polling-1");
    const { stdout } = await demo.check("kill summarizer", EXIT.ok);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^2 of 3 have it; 1 polling, last seen \d s ago\.$/u);
  });

  test("with --json the numbers are part of the one answer", async () => {
    await openReader("diligent-1", true);
    const { change, arrival } = await demo.jsonOf<ChangeResult & { arrival: Record<string, SdkArrival> }>("stop summarizer:opus");
    const version = change?.versions["production"];
    expect(arrival).toMatchObject({ production: { version, sdks: 1, arrived: 1, behind: [], unnamed: 0 } });
  });

  test("one that does not report is waited for no longer than a moment, and named", async () => {
    await openReader("lazy-reader", false);
    await demo.check("kill summarizer", EXIT.ok, { stdout: "0 of 1 has it; 1 streaming, last seen " });
    const { arrival, sdks } = await demo.jsonOf<{ arrival: SdkArrival; sdks: readonly SdkView[] }>("sdks list --behind");
    expect(arrival).toMatchObject({ sdks: 1, arrived: 0 });
    expect(sdks).toMatchObject([{ instance: "lazy-reader", connection: "streaming", hasArrived: false }]);
  });

  test("kill --no-wait, a ramp and a dry run do not ask; a ramp --wait does", async () => {
    const none = "No SDK is connected here.";
    for (const line of ["kill summarizer --no-wait", "ramp summarizer 25 --yes", "kill summarizer --dry-run"])
      expect((await demo.check(line, EXIT.ok)).stdout).not.toContain(none);
    await demo.check("ramp summarizer 30 --yes --wait", EXIT.ok, { stdout: none });
    await demo.check("kill ai-enabled", EXIT.ok, { stdout: none });
  });

  test("sdks list shows each one, and who has the newest version", async () => {
    await openReader("diligent-1", true);
    await demo.check("sdks list", EXIT.ok, { stdout: "dimmer-test 1.2.3\nVersion " });
    await demo.check("sdks list --behind", EXIT.ok, { stdout: "The one SDK that is connected has it." });
    await demo.check("sdks list --environment nowhere", EXIT.notFound, { stderr: "has no environment nowhere" });
  });
});

describe("in words", () => {
  const base: SdkArrival = { epoch: "x", version: 7, sdks: 42, arrived: 42, behind: [], unnamed: 0 };
  test.each<[string, Partial<SdkArrival>]>([
    ["All 42 SDKs have it.", {}],
    [
      "41 of 42 have it; 1 polling, last seen 40 s ago.",
      { arrived: 41, behind: [{ connection: "polling", sdks: 1, lastSeenMsAgo: 40_100 }] },
    ],
    [
      "39 of 42 have it; 1 streaming, last seen 2 s ago; 2 away, last seen up to 2 min ago.",
      {
        arrived: 39,
        behind: [
          { connection: "streaming", sdks: 1, lastSeenMsAgo: 2_000 },
          { connection: "away", sdks: 2, lastSeenMsAgo: 120_000 },
        ],
      },
    ],
    ["No SDK is connected here.", { sdks: 0, arrived: 0 }],
    ["No SDK is connected here; 1 more stream does not say what it holds.", { sdks: 0, arrived: 0, unnamed: 1 }],
    ["The one SDK that is connected has it; 2 more streams do not say what they hold.", { sdks: 1, arrived: 1, unnamed: 2 }],
    [
      "0 of 1 has it; 1 polling, last seen 3 h ago.",
      { sdks: 1, arrived: 0, behind: [{ connection: "polling", sdks: 1, lastSeenMsAgo: 10_800_000 }] },
    ],
  ])("%s", (words, more) => expect(describeArrival({ ...base, ...more })).toBe(words));
  test("a server that cannot be asked", () => expect(describeArrival(null)).toBe("The server does not say which SDKs have it."));
});
