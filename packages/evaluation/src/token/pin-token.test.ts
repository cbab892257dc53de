/** Pin tokens: what is kept of an answer, for whom it counts, and what of anything else does not. */

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compileSnapshot } from "../compile-snapshot.ts";
import { evaluate } from "../evaluate.ts";
import { LIMITS } from "../limits.ts";
import type { Snapshot, SnapshotFlag } from "../snapshot.ts";
import { pinnedAnswer, pinUnit, readPins, signPin, type PinnedAnswer, type Verifying } from "./pin-token.ts";
import { signToken, type TokenKey } from "./signed-token.ts";

const hmac = (key: Uint8Array, text: string) => new Uint8Array(createHmac("sha256", key).update(text).digest());
const KEY: TokenKey = { id: "sign_1", key: new Uint8Array(32).fill(7) };
const NOW = 1_800_000_000_000;
const verifying: Verifying = { audience: "shop/production", keys: [KEY], now: NOW, hmac };

const flag = (more: Partial<SnapshotFlag> = {}): SnapshotFlag => ({
  revision: 3,
  type: "string",
  enabled: true,
  variants: { a: { version: 2, digest: "a", pinEpoch: 4 }, b: { version: 1, digest: "b", pinEpoch: 0 } },
  fallback: [{ variant: "b" }],
  pin: { by: "session.id", for: "24h" },
  rules: [{ id: "all", serve: { variant: "a" } }],
  default: { variant: "b" },
  ...more,
});
const open = (chat: SnapshotFlag) =>
  compileSnapshot({
    format: 1,
    project: "shop",
    environment: "production",
    epoch: "e",
    version: 1,
    flags: { chat },
    segments: {},
    values: { a: '"A"', b: '"B"' },
  } satisfies Snapshot);
const snapshot = open(flag());
const CONTEXT = { session: { id: "s-1 🦊" } };
const answer = evaluate(snapshot, "chat", CONTEXT);
const PINNED: PinnedAnswer = {
  flag: "chat",
  unit: "s-1 🦊",
  pin: { variant: "a", valueVersion: 2, pinEpoch: 4, reason: "TARGETING_MATCH" },
  seconds: 86_400,
};
const TOKEN = signPin(PINNED, { ...verifying, key: KEY });
const forOurs = () => "s-1 🦊";

describe("what is kept of an answer", () => {
  test("is the variant, its version and epoch, and the first reason, for as long as the flag says", () => {
    expect(pinnedAnswer(snapshot, answer, CONTEXT)).toEqual(PINNED);
  });

  test.each([
    ["30s", 30],
    ["5m", 300],
    ["7d", 604_800],
  ])("for %s", (life, seconds) => {
    const asked = pinnedAnswer(open(flag({ pin: { by: "session.id", for: life } })), answer, CONTEXT);
    expect(asked?.seconds).toBe(seconds);
  });

  test.each<[string, SnapshotFlag, object, unknown]>([
    ["the flag does not pin", (({ pin: _pin, ...rest }) => rest)(flag()), {}, CONTEXT],
    ["its time cannot be read", flag({ pin: { by: "session.id", for: "a while" } }), {}, CONTEXT],
    ["its time is no text", flag({ pin: { by: "session.id", for: 5 as never } }), {}, CONTEXT],
    ["its attribute is no name", flag({ pin: { by: 5 as never, for: "1h" } }), {}, CONTEXT],
    ["the context does not name the session", flag(), {}, { session: {} }],
    ["there is no context", flag(), {}, undefined],
    ["the context is null", flag(), {}, null],
    ["the variant is gone", flag(), { variant: "toString" }, CONTEXT],
    ["there was no variant", flag(), { variant: undefined }, CONTEXT],
    ["it is of an earlier revision", flag({ revision: 4 }), {}, CONTEXT],
    ["it is degraded", flag(), { reason: "DISABLED" }, CONTEXT],
    ["it is a pin's already", flag(), { flagMetadata: { ...answer.flagMetadata, path: "pin" } }, CONTEXT],
    ["somebody overrode it", flag(), { flagMetadata: { ...answer.flagMetadata, path: "override" } }, CONTEXT],
    ["it is another flag's", flag(), { flagKey: "other" }, CONTEXT],
  ])("is nothing where %s", (_why, is, more, context) => {
    const given = { ...answer, ...more } as typeof answer;
    expect(pinnedAnswer(open(is), given, context)).toBeUndefined();
  });

  test("is nothing where reading the context throws", () => {
    const hostile = {
      get session(): never {
        throw new Error("no");
      },
    };
    expect(pinUnit(snapshot, "chat", hostile)).toBeUndefined();
  });
});

describe("a token", () => {
  test("comes back as the pin, for its session alone, and names nobody", () => {
    expect(readPins(TOKEN, forOurs, verifying)).toEqual({ pins: { chat: PINNED.pin }, refused: 0 });
    expect(Buffer.from(TOKEN.split(".")[1] ?? "", "base64url").toString()).not.toContain("s-1");
    const others = readPins(TOKEN, () => "s-2", verifying);
    expect(others).toEqual({ pins: {}, refused: 1, problem: "It is another session's." });
  });

  test("counts beside those that do not, and until it expires", () => {
    const mixed = readPins(["x", TOKEN, 5], forOurs, verifying);
    expect(mixed).toEqual({ pins: { chat: PINNED.pin }, refused: 2, problem: "It is not three parts with dots between." });
    const late = readPins(TOKEN, forOurs, { ...verifying, now: NOW + 86_400_000 });
    expect(late).toEqual({ pins: {}, refused: 1, problem: "It has expired." });
  });

  test("of another environment, or of a key that may have been made since", () => {
    expect(readPins(TOKEN, forOurs, { ...verifying, audience: "shop/staging" }).problem).toBe("It is not for shop/staging.");
    expect(readPins(TOKEN, forOurs, { ...verifying, keys: [] })).toMatchObject({ refused: 1, isKeyUnknown: true });
  });

  test("of nothing is nothing; of more than there may be, the first", () => {
    expect(readPins(undefined, forOurs, verifying)).toEqual({ pins: {}, refused: 0 });
    const many = readPins(Array.from({ length: LIMITS.pinTokens + 3 }).fill(TOKEN), forOurs, verifying);
    expect(many).toEqual({ pins: { chat: PINNED.pin }, refused: 3, problem: `There are more than ${LIMITS.pinTokens}.` });
  });

  test("of a flag that pins no more is none", () => {
    expect(readPins(TOKEN, () => undefined, verifying).problem).toMatch(/does not pin/u);
  });

  const content = { flag: "chat", variant: "a", valueVersion: 2, pinEpoch: 4, reason: "SPLIT", unit: "x" };
  test.each([
    { flag: 5 },
    { variant: 5 },
    { valueVersion: "2" },
    { pinEpoch: 0.5 },
    { reason: "DISABLED" },
    { reason: "ERROR" },
    { reason: 5 },
  ])("that says %j is none, signed or not", (wrong) => {
    const token = signToken("pin", { ...verifying, expiresAt: NOW + 60_000, content: { ...content, ...wrong } }, KEY, hmac);
    expect(readPins(token, forOurs, verifying).problem).toBe("It is no pin.");
  });

  test("of another purpose is none", () => {
    const token = signToken("run", { ...verifying, expiresAt: NOW + 60_000, content }, KEY, hmac);
    expect(readPins(token, forOurs, verifying).problem).toBe("Its typ is not dimmer-pin+jwt.");
  });
});
