/** Pins through the client and the provider, with keys from a real socket: one session, one variant, unless it must not be. */

import { PIN_TOKEN as PROTOCOL_NAME, SIGNING_KEYS_PATH } from "@dimmer/protocol";
import type { EvaluationContext, SnapshotFlag } from "@dimmer/evaluation";
import { OpenFeature } from "@openfeature/server-sdk";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { afterEach, describe, expect, test } from "vitest";
import { openThings } from "../test/opened.ts";
import { staticFlag, testSnapshot } from "../test/snapshots.ts";
import type { DeliveryServer } from "../test/delivery-server.ts";
import { waitUntil } from "../test/wait-until.ts";
import { aiPort } from "./ai.ts";
import type { Dimmer } from "./client.ts";
import { PIN_TOKEN } from "./openfeature-tokens.ts";

const things = openThings();
const { startServer } = things;
/** In real time: a hastened request for keys has no time on a busy machine. */
const connect = async (server: DeliveryServer): Promise<Dimmer> => {
  const client = things.connect(server, { ports: {} });
  await client.ready();
  return client;
};
afterEach(async () => OpenFeature.close());

const pin = { by: "sessionId", for: "1h" } as const;
const chat = (serves: "one" | "two", revision: number, more: Partial<SnapshotFlag> = {}): SnapshotFlag => ({
  ...staticFlag("string", serves, revision),
  pin,
  ...more,
});
const OURS = { sessionId: "session-1", plan: "pro" };

async function startSigning(fill = 7, audience = "demo/production"): Promise<DeliveryServer> {
  const server = await startServer(testSnapshot({ flags: { chat: chat("one", 1), other: chat("one", 1) } }));
  const key = Buffer.alloc(32, fill).toString("base64url");
  server.interfere(({ url }, response) => {
    if (url !== SIGNING_KEYS_PATH) return false;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ audience, keys: [{ id: "sign_1", key }] }));
    return true;
  });
  return server;
}

/** From now on the flag is this one, which the client has heard of. */
async function edit(server: DeliveryServer, client: Dimmer, flag: SnapshotFlag): Promise<void> {
  server.publish({ flags: { chat: flag } });
  await waitUntil("the edit", () => client.snapshotVersion?.version === server.snapshot.version);
}

async function pinned(client: Dimmer, context = OURS, flagKey = "chat"): Promise<string> {
  const signed = await client.pinToken(client.stringDetails(flagKey, context, "none"), context);
  if (signed === undefined) throw new Error("The flag pins.");
  return signed.token;
}

async function ask(
  client: Dimmer,
  tokens: string | readonly string[] | undefined,
  context: EvaluationContext = OURS,
  flagKey = "chat",
) {
  const read = await client.readPins(tokens, context);
  const { value, reason, flagMetadata } = client.scope(context, read).stringDetails(flagKey, "none");
  return { value, reason, pinned: flagMetadata.pinned, ...(read.problem === undefined ? {} : { problem: read.problem }) };
}

const two = { value: "sonnet", reason: "STATIC", pinned: undefined };
const KEPT = { value: "opus", reason: "STATIC", pinned: true };

describe("[pins-keep-a-session]", () => {
  test("a ramp and a restart move nobody who is pinned, and everybody else", async () => {
    const server = await startSigning();
    const first = await connect(server);
    const token = await pinned(first);
    await edit(server, first, chat("two", 2));
    expect(await ask(first, token)).toEqual(KEPT);
    expect(await ask(first, undefined)).toEqual(two);
    await first.close();
    const restarted = await connect(server);
    expect(await ask(restarted, token)).toEqual(KEPT);
    expect(restarted.pins).toEqual({ taken: 1, refused: 0 });
  });

  test("a kill, a stop, `only` and an edit to 0 % win over it", async () => {
    const server = await startSigning();
    const client = await connect(server);
    const token = await pinned(client);
    const { variants } = chat("two", 2);
    const with1 = (more: object) =>
      ({ variants: { ...variants, one: { ...variants["one"], ...more } } }) as Partial<SnapshotFlag>;
    for (const [what, flag] of [
      ["killed", chat("two", 2, { enabled: false })],
      ["stopped", chat("two", 3, { stopped: ["one"] })],
      ["only", chat("two", 4, with1({ only: { plan: "free" } }))],
      ["at 0 %", chat("two", 5, with1({ pinEpoch: 1 }))],
      ["pins no more", (({ pin: _pin, ...rest }) => rest)(chat("two", 6))],
    ] as const) {
      await edit(server, client, flag);
      expect([what, (await ask(client, token)).value]).toEqual([what, "sonnet"]);
    }
    await edit(server, client, chat("two", 7));
    expect(await ask(client, token), "lifted").toEqual(KEPT);
  });

  test("what is forged, another session's, another flag's or another environment's is none, and is counted", async () => {
    const server = await startSigning();
    const client = await connect(server);
    const token = await pinned(client);
    const forged = await pinned(await connect(await startSigning(8)));
    const staging = await pinned(await connect(await startSigning(7, "demo/staging")));
    await edit(server, client, chat("two", 2));
    const [head = "", body = "", signature = ""] = token.split(".");
    const altered = [head, body.replace(/.$/u, (last) => (last === "A" ? "B" : "A")), signature].join(".");
    for (const [given, problem] of [
      [forged, /signature/u],
      [altered, /signature/u],
      [staging, /not for demo\/production/u],
      ["x", /three parts/u],
      [5 as never, /not text/u],
    ] as const)
      expect(await ask(client, given)).toEqual({ ...two, problem: expect.stringMatching(problem) as string });
    expect((await ask(client, token, { ...OURS, sessionId: "session-2" })).problem).toMatch(/another session/u);
    expect((await ask(client, token, {})).problem).toMatch(/does not name the session/u);
    expect((await ask(client, await pinned(client, OURS, "other"))).value).toBe("sonnet");
    expect(client.pins).toEqual({ taken: 1, refused: 7 });
    expect(await ask(client, [token, "x"])).toEqual({ ...KEPT, problem: expect.stringMatching(/three parts/u) as string });
  });

  test("the token does not say whose session it is, and lasts as long as the flag says", async () => {
    const client = await connect(await startSigning());
    const claims = (await pinned(client)).split(".")[1] ?? "";
    const read = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp: number };
    expect(JSON.stringify(read)).not.toContain("session-1");
    expect(read.exp - Date.now() / 1_000).toBeGreaterThan(3_590);
    expect(read.exp - Date.now() / 1_000).toBeLessThanOrEqual(3_600);
  });

  test("an answer from before an edit is not pinned: it may have been that edit's to break", async () => {
    const server = await startSigning();
    const client = await connect(server);
    const before = client.stringDetails("chat", OURS, "none");
    await edit(server, client, chat("two", 2));
    expect(await client.pinToken(before, OURS)).toBeUndefined();
    const unknown = client.stringDetails("none", OURS, "none");
    expect(await client.pinToken(unknown, OURS)).toBeUndefined();
  });
});

test("OpenFeature: a pin in the context counts, no rule reads it, and why one does not is in the metadata", async () => {
  expect(PIN_TOKEN).toBe(PROTOCOL_NAME);
  const server = await startSigning();
  const client = await connect(server);
  const port = aiPort(client);
  await OpenFeature.setProviderAndWait("pins", new DimmerProvider({ client }));
  const features = OpenFeature.getClient("pins");
  const details = await features.getStringDetails("chat", "none", OURS);
  const { version, valueVersion, path } = details.flagMetadata as Record<string, never>;
  const served = { flag: "chat", variant: details.variant ?? "", reason: "STATIC", version, valueVersion, path } as const;
  const signed = await port.pins.issue("chat", OURS, served);
  expect(signed).toMatchObject({ expiresInSeconds: 3_600 });
  const reads = { rules: [{ id: "t", when: { dimmerPin: { exists: true } }, serve: { variant: "one" } }] };
  await edit(server, client, chat("two", 2, reads));
  const asked = await features.getStringDetails("chat", "none", { ...OURS, dimmerPin: signed?.token ?? "" });
  expect(asked).toMatchObject({ value: "opus", flagMetadata: { pinned: true, path: "pin" } });
  const late = await features.getStringDetails("chat", "none", { ...OURS, dimmerPin: "x" });
  expect(late).toMatchObject({ value: "sonnet", flagMetadata: { dimmerPin: "It is not three parts with dots between." } });
});

test("the fallback list is had without an evaluation being counted", async () => {
  const client = await connect(await startSigning());
  expect(aiPort(client).fallback("chat", OURS)).toEqual([{ variant: "two", value: "sonnet", valueVersion: 1 }]);
  expect(aiPort(client).fallback("none", OURS)).toEqual([]);
  expect(client.telemetry).toMatchObject({ evaluations: 0 });
});
