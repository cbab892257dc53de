/** Uses by provider and model, and how far they reach. */

import { describe, expect, test } from "vitest";
import type { ModelUse } from "@dimmer/protocol";
import { groupUses, sayReach, sayUse } from "./group-uses.ts";

const use: ModelUse = {
  flag: "summarizer",
  environment: "production",
  variant: "opus",
  provider: "anthropic",
  model: "opus-4",
  serves: [{ kind: "default", rule: null, percent: 10 }],
  killed: false,
  stopped: false,
  pinnedOnly: false,
};

describe("groups", () => {
  test("by provider and model; a text joins the model's only provider, and is found by its kill", () => {
    const groups = groupUses([use, { ...use, flag: "texts", provider: null }, { ...use, model: "haiku-4" }]);
    expect(groups.map(({ provider, models }) => [provider, models.map(({ model, uses }) => [model, uses.length])])).toEqual([
      [
        "anthropic",
        [
          ["haiku-4", 1],
          ["opus-4", 2],
        ],
      ],
    ]);
    expect(groups[0]?.models[1]?.query).toEqual({ model: "opus-4" });
  });

  test("a model of two providers is killed at one of them", () => {
    const groups = groupUses([use, { ...use, provider: "bedrock" }, { ...use, provider: null }]);
    expect(groups.map(({ provider, models }) => [provider, models[0]?.query])).toEqual([
      ["anthropic", { model: "opus-4", provider: "anthropic" }],
      ["bedrock", { model: "opus-4", provider: "bedrock" }],
      [null, { model: "opus-4" }],
    ]);
  });

  test("a provider without a model", () => {
    expect(groupUses([{ ...use, model: null }])[0]?.models[0]?.query).toEqual({ provider: "anthropic" });
  });
});

test.each<[Partial<ModelUse>[], string]>([
  [[], "Not used"],
  [[{}], "1 flag in production"],
  [[{}, { flag: "chat", environment: "staging" }], "2 flags in production and staging"],
  [[{ stopped: true }], "Off wherever it is used, or served to nobody"],
  [[{ serves: [] }], "Off wherever it is used, or served to nobody"],
  [[{ killed: true }], "Off wherever it is used, or served to nobody"],
  [[{ killed: true, serves: [{ kind: "fallback", rule: null, percent: null }] }], "1 flag in production"],
  [[{ serves: [], pinnedOnly: true }], "1 flag in production"],
])("%j: %s", (uses, said) =>
  expect(
    sayReach(
      uses.map((more) => ({ ...use, ...more })),
      (key) => key,
    ),
  ).toBe(said),
);

test.each<[Partial<ModelUse>, string]>([
  [{}, "10 % of everyone else"],
  [
    {
      serves: [
        { kind: "rule", rule: "paid", percent: 100 },
        { kind: "target", rule: null, percent: null },
      ],
    },
    "100 % of rule paid and named people",
  ],
  [{ serves: [{ kind: "else", rule: "paid", percent: null }] }, "those of rule paid who may not have theirs"],
  [{ serves: [] }, "nobody gets it"],
  [{ stopped: true }, "stopped already"],
  [{ killed: true }, "the flag is killed; nobody gets it"],
  [{ killed: true, serves: [{ kind: "fallback", rule: null, percent: null }] }, "the flag is killed; as fallback"],
  [{ pinnedOnly: true }, "only for sessions that began with an earlier version"],
])("%j: %s", (more, said) => expect(sayUse({ ...use, ...more })).toBe(said));
