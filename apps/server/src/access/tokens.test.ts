/** Signed contexts and override tokens over real HTTP: what a browser gets by a signature, and by nothing less. */

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FlagDefinition, signPin, signToken } from "@dimmer/evaluation";
import { OFREP_PATH, type OfrepBulkSuccess, SIGNING_KEYS_PATH, type SigningKeys } from "@dimmer/protocol";
import { openTestServer, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream } from "../testing/read-stream.contract.ts";
import { hmacSha256 } from "./environment-tokens.ts";

/** The better variant is for those who pay; who asks from the EU is led to it by a rule. */
const MODEL: FlagDefinition = {
  type: "string",
  purpose: "entitlement",
  owner: "tests",
  permanent: true,
  audience: "browser",
  variants: { best: { value: "best", only: { plan: "pro" } }, plain: { value: "plain" }, other: { value: "other" } },
  environments: {
    production: {
      enabled: true,
      fallback: "plain",
      rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "best" } }],
      default: { variant: "plain" },
    },
  },
};

let server: TestServer;
let signing: SigningKeys;
beforeAll(async () => {
  server = await openTestServer();
  await server.operate("createFlag", {}, { body: { key: "model", definition: MODEL } });
  signing = (await server.operate("fetchSigningKeys", {}, { token: TOKENS.server })).json as SigningKeys;
});
afterAll(() => server.close());

const HOUR_MS = 3_600_000;
function sign(
  content: object,
  more: { type?: "context" | "overrides"; audience?: string; key?: Uint8Array; inMs?: number } = {},
): string {
  const [{ id, key } = { id: "", key: "" }] = signing.keys;
  const claims = {
    audience: more.audience ?? signing.audience,
    expiresAt: Date.now() + (more.inMs ?? HOUR_MS),
    content: { ...content },
  };
  return signToken(more.type ?? "context", claims, { id, key: more.key ?? Buffer.from(key, "base64url") }, hmacSha256);
}

interface Answer {
  variant?: string;
  reason?: string;
  metadata?: Record<string, unknown>;
}
async function ask(context: object, token: string = TOKENS.browser): Promise<Answer> {
  const single = await server.call("POST", `${OFREP_PATH}/model`, { token, body: { context } });
  const bulk = await server.call("POST", OFREP_PATH, { token, body: { context } });
  const [item] = (bulk.json as OfrepBulkSuccess).flags as readonly Answer[];
  const answer = single.json as Answer;
  // One flag and all flags never differ.
  expect([item?.variant, item?.reason]).toEqual([answer.variant, answer.reason]);
  const { flagSetId: _, ...problems } = (bulk.json as OfrepBulkSuccess).metadata ?? {};
  expect(answer.metadata).toMatchObject(problems);
  return answer;
}

describe("a pin", () => {
  const pinnedFlag = {
    ...MODEL,
    environments: { production: { ...MODEL.environments?.["production"], pin: { by: "session", for: "1h" } } },
  };
  const pinFor = (unit: string, audience = signing.audience): string => {
    const [{ id, key } = { id: "", key: "" }] = signing.keys;
    const pin = { variant: "best", valueVersion: 1, pinEpoch: 0, reason: "STATIC" } as const;
    const signer = { audience, now: Date.now(), key: { id, key: Buffer.from(key, "base64url") }, hmac: hmacSha256 };
    return signPin({ flag: "pinned", unit, pin, seconds: 60 }, signer);
  };
  const askPinned = async (context: object): Promise<Answer> =>
    (await server.call("POST", `${OFREP_PATH}/pinned`, { token: TOKENS.browser, body: { context } })).json as Answer;
  beforeAll(() => server.operate("createFlag", {}, { body: { key: "pinned", definition: pinnedFlag } }));

  test("in a browser's context serves what was served, opens no `only`, and is nobody else's", async () => {
    const ours = { session: "s-1", dimmerPin: pinFor("s-1") };
    const proven = { ...ours, dimmerContext: sign({ plan: "pro" }) };
    expect(await askPinned(proven)).toMatchObject({ variant: "best", reason: "STATIC", metadata: { pinned: true } });
    expect(await askPinned({ ...ours, plan: "pro" })).toMatchObject({ variant: "plain", reason: "DISABLED" });
    const strange = { variant: "plain", reason: "DEFAULT", metadata: { dimmerPin: expect.any(String) as string } };
    expect(await askPinned({ ...proven, session: "s-2" })).toMatchObject(strange);
    expect(await askPinned({ ...proven, dimmerPin: pinFor("s-1", "default/staging") })).toMatchObject(strange);
    expect(await askPinned({ ...proven, dimmerPin: ["x", ours.dimmerPin] })).toMatchObject({
      ...strange,
      variant: "best",
      reason: "STATIC",
    });
  });

  test("comes with the answer for who sends none yet, and holds from then on; a held one is not made anew", async () => {
    const [first, wanted] = [await askPinned({ session: "s-3" }), await askPinned({ session: "s-3", dimmerPin: "" })];
    expect(first.metadata).not.toHaveProperty("dimmerPinToken");
    expect(wanted).toMatchObject({ variant: "plain", metadata: { dimmerPinToken: expect.any(String) as string } });
    expect(wanted.metadata).not.toHaveProperty("dimmerPin");
    const dimmerPin = wanted.metadata?.["dimmerPinToken"];
    // By now a rule would lead elsewhere.
    const later = { dimmerContext: sign({ plan: "pro" }), region: "eu" };
    expect(await askPinned({ session: "s-3", ...later })).toMatchObject({ variant: "best" });
    const held = await askPinned({ session: "s-3", ...later, dimmerPin });
    expect(held).toMatchObject({ variant: "plain", metadata: { pinned: true } });
    expect(held.metadata).not.toHaveProperty("dimmerPinToken");
    const strange = await askPinned({ session: "s-4", ...later, dimmerPin });
    const told = expect.any(String) as string;
    expect(strange).toMatchObject({ variant: "best", metadata: { dimmerPin: told, dimmerPinToken: told } });
    // Without a session, or without a policy, there is nothing to pin.
    expect((await askPinned({ dimmerPin: "" })).metadata).not.toHaveProperty("dimmerPinToken");
    expect((await ask({ session: "s-3", dimmerPin: "" })).metadata).not.toHaveProperty("dimmerPinToken");
  });
});

describe("a signed context", () => {
  const eu = { targetingKey: "u", region: "eu" };

  test("counts for `only` from a browser, where a claim does not", async () => {
    expect(await ask({ ...eu, plan: "pro" })).toMatchObject({ variant: "plain", reason: "DISABLED" });
    expect(await ask({ ...eu, dimmerContext: sign({ plan: "pro" }) })).toMatchObject({
      variant: "best",
      reason: "TARGETING_MATCH",
    });
  });

  test("beats the claims beside it, the targeting key included", async () => {
    expect(await ask({ ...eu, plan: "pro", dimmerContext: sign({ plan: "free" }) })).toMatchObject({ variant: "plain" });
    expect(await ask({ region: "eu", dimmerContext: sign({ region: "us", plan: "pro" }) })).toMatchObject({
      variant: "plain",
      reason: "DEFAULT",
    });
  });

  test("says for a server key what is so, too", async () => {
    expect(await ask({ region: "eu", dimmerContext: sign({ plan: "pro" }) }, TOKENS.server)).toMatchObject({ variant: "best" });
    // A server is believed: what it did not have signed counts for `only` as well.
    expect(await ask({ ...eu, plan: "pro", dimmerContext: sign({ targetingKey: "u" }) }, TOKENS.server)).toMatchObject({
      variant: "best",
    });
  });

  test.each<[string, () => unknown, RegExp]>([
    ["expired", () => sign({ plan: "pro" }, { inMs: -1_000 }), /expired/u],
    ["of another environment", () => sign({ plan: "pro" }, { audience: "default/staging" }), /not for default\/production/u],
    ["signed with another key", () => sign({ plan: "pro" }, { key: new Uint8Array(32) }), /signature/u],
    ["an override token", () => sign({ plan: "pro" }, { type: "overrides" }), /typ/u],
    ["a browser's own invention", () => ({ plan: "pro" }), /not text/u],
  ])("that is %s changes nothing, and the answer says why", async (_what, token, why) => {
    const answer = await ask({ ...eu, plan: "pro", dimmerContext: token() });
    expect(answer).toMatchObject({ variant: "plain", metadata: { dimmerContext: expect.stringMatching(why) as string } });
  });

  test("is never a rule's to read: the token itself is no attribute", async () => {
    const gated = {
      ...MODEL,
      environments: {
        production: {
          enabled: true,
          fallback: "plain",
          rules: [{ id: "t", when: { dimmerContext: { exists: true } }, serve: { variant: "other" } }],
          default: { variant: "plain" },
        },
      },
    };
    await server.operate("createFlag", {}, { body: { key: "reads-token", definition: { ...gated, audience: "server" } } });
    const { json } = await server.call("POST", `${OFREP_PATH}/reads-token`, {
      token: TOKENS.server,
      body: { context: { dimmerContext: sign({}) } },
    });
    expect(json).toMatchObject({ variant: "plain" });
  });

  test("who relies on one hears of an edit that reaches nobody else", async () => {
    const all = await server.call("POST", OFREP_PATH, {
      token: TOKENS.browser,
      body: { context: { ...eu, dimmerContext: sign({ plan: "pro" }) } },
    });
    const uri = (all.json as OfrepBulkSuccess).eventStreams?.[0]?.endpoint.requestUri ?? "";
    const stream = await readStream(server.url + uri, {});
    const fields = { only: { plan: ["pro", "team"] } };
    const operations = [{ kind: "update-variant", flag: "model", variant: "best", fields }];
    expect(await server.operate("submitChange", {}, { body: { operations } })).toMatchObject({ json: { status: "applied" } });
    expect((await stream.next()).data).toMatchObject({ type: "refetchEvaluation" });
    stream.close();
    expect(await ask({ ...eu, dimmerContext: sign({ plan: "team" }) })).toMatchObject({ variant: "best" });
  });
});

describe("an override token", () => {
  const create = (body: object, more: object = {}) => server.operate("createOverrideToken", {}, { body, ...more });
  const tokenOf = async (body: object) => ((await create(body)).json as { token: string }).token;

  test("shows its variant to whoever carries it, and says so", async () => {
    const dimmerOverrides = await tokenOf({ overrides: { model: "other" } });
    for (const key of [TOKENS.browser, TOKENS.server])
      expect(await ask({ targetingKey: "u", dimmerOverrides }, key)).toMatchObject({
        variant: "other",
        reason: "STATIC",
        metadata: { overridden: true },
      });
    expect(await ask({ targetingKey: "u" })).toMatchObject({ variant: "plain" });
  });

  test("does not beat an `only`, unless the context is signed as well; nor a kill", async () => {
    const dimmerOverrides = await tokenOf({ overrides: { model: "best" } });
    expect(await ask({ dimmerOverrides, plan: "pro" })).toMatchObject({ variant: "plain", reason: "DISABLED" });
    expect(await ask({ dimmerOverrides, dimmerContext: sign({ plan: "pro" }) })).toMatchObject({
      variant: "best",
      reason: "STATIC",
    });
    const act = (kind: string) =>
      server.operate("submitChange", {}, { body: { operations: [{ kind, flag: "model", environment: "production" }] } });
    await act("kill");
    expect(await ask({ dimmerOverrides, dimmerContext: sign({ plan: "pro" }) })).toMatchObject({
      variant: "plain",
      reason: "DISABLED",
    });
    await act("restore");
  });

  test("lives as long as was asked for and no longer than a week", async () => {
    const before = Date.now();
    const { expiresAt } = (await create({ overrides: { model: "other" }, expiresInSeconds: 60 })).json as { expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - before - 60_000)).toBeLessThan(10_000);
    for (const expiresInSeconds of [59, 7 * 24 * 3_600 + 1, 1.5, "60"])
      expect(await create({ overrides: { model: "other" }, expiresInSeconds })).toMatchObject({ status: 400 });
  });

  test.each<[string, object, string]>([
    ["a flag that is not there", { absent: "other" }, "/overrides/absent"],
    ["a variant that is not there", { model: "othre" }, "/overrides/model"],
  ])("of %s is refused by name", async (_what, overrides, path) => {
    const answer = await create({ overrides });
    expect(answer).toMatchObject({
      status: 400,
      json: { issues: [{ path, mend: expect.stringMatching(/other|Name a flag/u) as string }] },
    });
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["too much", Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`f${at}`, "on"]))],
  ])("of %s is refused", async (_what, overrides) => expect((await create({ overrides })).status).toBe(400));

  test("is in the audit log with who may see what until when, and without the token", async () => {
    const token = await tokenOf({ overrides: { model: "other" } });
    const { text, json } = await server.operate("listAudit", {}, { query: "?chain=project/default&limit=1" });
    expect(json).toMatchObject({
      items: [{ action: "override-token.create", details: { overrides: { model: "other" }, environment: "production" } }],
    });
    expect(text).not.toContain(token.split(".")[2]);
  });
});

describe("the signing keys", () => {
  test("are for server keys of their environment alone", async () => {
    expect(signing).toMatchObject({ audience: "default/production", keys: [{ id: expect.stringMatching(/^sign_/u) as string }] });
    expect(Buffer.from(signing.keys[0]?.key ?? "", "base64url").length).toBe(32);
    for (const token of [TOKENS.browser, TOKENS.admin])
      expect((await server.call("GET", SIGNING_KEYS_PATH, { token })).status).toBe(403);
    expect((await server.call("GET", SIGNING_KEYS_PATH)).status).toBe(401);
  });

  test("let any JWT library sign: this is one by hand", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const [{ id, key } = { id: "", key: "" }] = signing.keys;
    const head = part({ typ: "dimmer-context+jwt", alg: "HS256", kid: id });
    const body = part({ context: { plan: "pro" }, exp: Math.floor(Date.now() / 1_000) + 60, aud: signing.audience });
    const signature = createHmac("sha256", Buffer.from(key, "base64url")).update(`${head}.${body}`).digest("base64url");
    expect(await ask({ region: "eu", dimmerContext: `${head}.${body}.${signature}` })).toMatchObject({ variant: "best" });
  });
});
