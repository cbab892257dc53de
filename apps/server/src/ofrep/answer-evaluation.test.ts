/** The answers of OFREP, one by one. */

import { describe, expect, test } from "vitest";
import { compileSnapshot, snapshotOf, type FlagDefinition } from "@dimmer/evaluation";
import { answerEvaluation } from "./answer-evaluation.ts";
import { serverView } from "./ofrep-view.ts";
import { readClaims } from "./read-question.ts";

const flag = (parts: Partial<FlagDefinition>): FlagDefinition => ({
  type: "string",
  purpose: "release",
  owner: "tests",
  permanent: true,
  ...parts,
});
const variants = { a: { value: "A" }, b: { value: "B" } };
const snapshot = compileSnapshot(
  snapshotOf(
    {
      version: 1,
      flags: {
        static: flag({ variants, environments: { production: { enabled: true, fallback: "b", default: { variant: "a" } } } }),
        ruled: flag({
          variants,
          environments: {
            production: {
              enabled: true,
              fallback: "b",
              rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "b" } }],
              default: { variant: "a" },
            },
          },
        }),
        split: flag({
          variants,
          environments: { production: { enabled: true, fallback: "b", default: { split: { a: 50, b: 50 } } } },
        }),
        killed: flag({ variants, environments: { production: { enabled: false, fallback: "b", default: { variant: "a" } } } }),
        nothing: flag({
          variants,
          environments: { production: { enabled: false, stopped: ["b"], fallback: "b", default: { variant: "a" } } },
        }),
        object: flag({
          type: "object",
          variants: { a: { value: { model: "m", list: [1] } } },
          environments: { production: { enabled: true, fallback: "a", default: { variant: "a" } } },
        }),
        "with space/and slash": flag({
          variants,
          environments: { production: { enabled: true, fallback: "b", default: { variant: "a" } } },
        }),
      },
    },
    "production",
    { project: "demo" },
  ),
);

const view = serverView(snapshot, "here");
const answer = (key: string, body: unknown) => {
  const { status, text } = answerEvaluation(key, readClaims(body), view);
  return { status, body: JSON.parse(text) as object };
};
const ask = (context: object) => ({ context });

describe("a success has key, reason, variant and value", () => {
  test.each<[string, unknown, object]>([
    ["static", ask({}), { key: "static", reason: "STATIC", variant: "a", value: "A" }],
    ["static", undefined, { reason: "STATIC", value: "A" }],
    ["static", {}, { reason: "STATIC", value: "A" }],
    [
      "ruled",
      ask({ plan: "pro" }),
      { reason: "TARGETING_MATCH", variant: "b", value: "B", metadata: { ruleId: "paid", path: "rule" } },
    ],
    ["ruled", ask({ plan: "free" }), { reason: "DEFAULT", variant: "a", value: "A" }],
    ["split", ask({ targetingKey: "user-1" }), { reason: "SPLIT", variant: expect.stringMatching(/^[ab]$/u) }],
    ["killed", ask({}), { reason: "DISABLED", variant: "b", value: "B" }],
    ["object", ask({}), { reason: "STATIC", value: { model: "m", list: [1] } }],
    ["with space/and slash", ask({}), { key: "with space/and slash", value: "A" }],
  ])("%s with %j", (key, body, expected) => expect(answer(key, body)).toMatchObject({ status: 200, body: expected }));

  test("with no fallback left it defers to the caller's default: no variant, no value, no error", () => {
    const { status, body } = answer("nothing", ask({}));
    expect([status, Object.keys(body).sort()]).toEqual([200, ["key", "metadata", "reason"]]);
    expect(body).toMatchObject({ key: "nothing", reason: "DISABLED" });
  });

  test("metadata holds primitives only", () => {
    const { body } = answer("ruled", ask({ plan: "pro" }));
    expect(body).toHaveProperty("metadata");
    const values: unknown[] = Object.values(Object(Reflect.get(body, "metadata")));
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(["string", "number", "boolean"]).toContain(typeof value);
  });
});

describe("a failure has key, errorCode and errorDetails", () => {
  const attributes = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`a${index}`, index]));
  test.each<[string, unknown, number, string]>([
    ["absent", ask({}), 404, "FLAG_NOT_FOUND"],
    ...["__proto__", "constructor", "toString", "hasOwnProperty", ""].map((key): [string, unknown, number, string] => [
      key,
      ask({}),
      404,
      "FLAG_NOT_FOUND",
    ]),
    ["split", ask({}), 400, "TARGETING_KEY_MISSING"],
    ["split", ask({ targetingKey: "" }), 400, "TARGETING_KEY_MISSING"],
    ["static", ask(attributes), 400, "INVALID_CONTEXT"],
    ...[5, "x", [], null].map((context): [string, unknown, number, string] => ["static", { context }, 400, "INVALID_CONTEXT"]),
    ...[5, "x", []].map((body): [string, unknown, number, string] => ["static", body, 400, "INVALID_CONTEXT"]),
  ])("%j with %j", (key, body, status, errorCode) => {
    const failed = answer(key, body);
    expect(failed).toMatchObject({ status, body: { key, errorCode, errorDetails: expect.stringMatching(/.+/u) } });
    expect(Object.keys(failed.body).sort()).toEqual(["errorCode", "errorDetails", "key"]);
  });
});
