/** Signed tokens: what counts and what does not, beside the JWT examples of the standard. */

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { assert as holds, property, uint8Array } from "fast-check";
import { LIMITS } from "../limits.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { signToken, type TokenKey, verifyToken } from "./signed-token.ts";

const hmac = (key: Uint8Array, text: string) => new Uint8Array(createHmac("sha256", key).update(text).digest());
const KEY: TokenKey = { id: "sign_1", key: new Uint8Array(32).fill(7) };
const OLD: TokenKey = { id: "sign_0", key: new Uint8Array(32).fill(1) };
const NOW = 1_800_000_000_000;
const claims = { audience: "shop/production", expiresAt: NOW + 60_000, content: { plan: "pro", name: "Zoë 🦊" } };
const verify = (token: unknown, type: "context" | "overrides" = "context", more: object = {}) =>
  verifyToken(type, token, { audience: "shop/production", keys: [KEY, OLD], now: NOW, hmac, ...more });

const part = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
/** A token made by hand, signed rightly unless told otherwise. */
function forge(
  header: unknown,
  body: unknown,
  { key = KEY.key, signature }: { key?: Uint8Array; signature?: string } = {},
): string {
  const signed = `${part(header)}.${part(body)}`;
  return `${signed}.${signature ?? createHmac("sha256", key).update(signed).digest("base64url")}`;
}
const HEADER = { alg: "HS256", typ: "dimmer-context+jwt", kid: "sign_1" };
const BODY = { aud: "shop/production", exp: NOW / 1_000 + 60, context: { plan: "pro" } };

describe("a token", () => {
  test("comes back with what was signed, whichever of the keys signed it", () => {
    expect(verify(signToken("context", claims, KEY, hmac))).toEqual({ content: claims.content });
    expect(verify(signToken("context", claims, OLD, hmac))).toEqual({ content: claims.content });
    expect(verify(signToken("overrides", claims, KEY, hmac), "overrides")).toEqual({ content: claims.content });
  });

  test("is what any JWT library makes", () => {
    expect(verify(forge(HEADER, BODY))).toEqual({ content: { plan: "pro" } });
    const [head = "", body = "", signature = ""] = signToken("context", claims, KEY, hmac).split(".");
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual(HEADER);
    expect(JSON.parse(Buffer.from(body, "base64url").toString())).toMatchObject({
      aud: "shop/production",
      context: claims.content,
    });
    expect(signature).toBe(createHmac("sha256", KEY.key).update(`${head}.${body}`).digest("base64url"));
  });

  test("counts until its second and not from it on", () => {
    const token = signToken("context", claims, KEY, hmac);
    expect(verify(token, "context", { now: NOW + 59_999 })).toHaveProperty("content");
    expect(verify(token, "context", { now: NOW + 60_000 })).toEqual({ problem: "It has expired." });
  });

  const wrong: readonly (readonly [name: string, token: unknown, problem: RegExp])[] = [
    ["a number", 5, /not text/u],
    ["nothing", undefined, /not text/u],
    ["too long", "a".repeat(LIMITS.tokenChars + 1), /longer/u],
    ["two parts", "a.b", /three parts/u],
    ["four parts", "a.b.c.d", /three parts/u],
    ["a header that is no base64url", `a+b.${part(BODY)}.c`, /HS256/u],
    ["a header that is no JSON", forge("{", BODY), /HS256/u],
    ["a header that is a list", forge([], BODY), /HS256/u],
    ["a header that is null", forge("null", BODY), /HS256/u],
    ["a header that is no UTF-8", `${Buffer.from([0xc0, 0x80]).toString("base64url")}.${part(BODY)}.c`, /HS256/u],
    ["no algorithm", forge({ ...HEADER, alg: "none" }, BODY, { signature: "" }), /HS256/u],
    ["another algorithm", forge({ ...HEADER, alg: "RS256" }, BODY), /HS256/u],
    ["another purpose", forge({ ...HEADER, typ: "dimmer-overrides+jwt" }, BODY), /typ/u],
    ["no purpose", forge({ alg: "HS256", kid: "sign_1" }, BODY), /typ/u],
    ["an unknown key", forge({ ...HEADER, kid: "../../etc/passwd" }, BODY), /does not know/u],
    ["no key", forge({ alg: "HS256", typ: HEADER.typ }, BODY), /does not know/u],
    ["another key's signature", forge(HEADER, BODY, { key: OLD.key }), /signature/u],
    ["a signature cut short", forge(HEADER, BODY).slice(0, -4), /signature/u],
    ["a signature that is no base64url", forge(HEADER, BODY, { signature: "*" }), /signature/u],
    ["another audience", forge(HEADER, { ...BODY, aud: "shop/staging" }), /not for shop\/production/u],
    ["claims that are no object", forge(HEADER, "5"), /not for/u],
    ["no expiry", forge(HEADER, { ...BODY, exp: undefined }), /expires/u],
    ["an expiry as text", forge(HEADER, { ...BODY, exp: "9999999999" }), /expires/u],
    ["a context that is a list", forge(HEADER, { ...BODY, context: [] }), /not an object/u],
    ["no context", forge(HEADER, { ...BODY, context: undefined }), /not an object/u],
  ];
  test.each(wrong)("does not count: %s", (_name, token, problem) => {
    const isKeyUnknown = String(problem).includes("does not know") ? { isKeyUnknown: true } : {};
    expect(verify(token)).toEqual({ problem: expect.stringMatching(problem) as string, ...isKeyUnknown });
  });

  test("does not count with any one character changed", () => {
    const token = signToken("context", claims, KEY, hmac);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(verify(token.slice(0, at) + other + token.slice(at + 1))).toHaveProperty("problem");
    }
  });
});

describe("base64url", () => {
  test("is what Node makes of the same bytes, and comes back", () => {
    holds(
      property(uint8Array({ maxLength: 70 }), (bytes) => {
        const text = encodeBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(decodeBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  test.each(["A", "AAAAA", "AB", "AAB", "A=", "A A", "Ä"])("%j stands for no bytes", (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});
