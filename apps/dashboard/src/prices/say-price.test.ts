/** How prices, and calls without one, are said. */

import { expect, test } from "vitest";
import type { KnownModel, ModelUse, UnpricedModel } from "@dimmer/protocol";
import { groupUnpriced, readUsd, sayKnown, sayOffered, sayPrice, sayUnpriced } from "./say-price.ts";

test.each([
  [{ inputUsd: 0.15, outputUsd: 0.6 }, "$0.15 in, $0.60 out"],
  [
    { inputUsd: 3, outputUsd: 15, cacheReadUsd: 0.3, cacheWriteUsd: 3.75 },
    "$3.00 in, $15.00 out; $0.30 from a cache; $3.75 into one",
  ],
  [{ inputUsd: 0.0375, outputUsd: 1_000 }, "$0.0375 in, $1,000.00 out"],
])("%j", (price, said) => expect(sayPrice(price)).toBe(said));

test.each<[string, number | undefined]>([
  ["0", 0],
  [" 12.5 ", 12.5],
  ["100001", undefined],
  ["-1", undefined],
  ["", undefined],
])("%j is %s dollars", (text, usd) => expect(readUsd(text)).toBe(usd));

const known: KnownModel = { model: "m", inputUsd: 15, outputUsd: 75, isLeaving: false, isMoving: false };

test("a model above the limit, one that leaves and one that moves are said", () => {
  expect(sayKnown(undefined, 20)).toEqual([]);
  expect(sayKnown(known, 100)).toEqual(["$15.00 in, $75.00 out for a million tokens."]);
  expect(sayKnown({ ...known, isLeaving: true, isMoving: true }, 20).slice(1)).toEqual([
    "That is above the project’s limit of $20.00: say below who may ever have the variant.",
    "Its provider is withdrawing it.",
    "Its provider moves this name to other models when it likes.",
  ]);
  expect(sayOffered({ ...known, isLeaving: true, isMoving: true })).toBe(
    "$15.00 in, $75.00 out, being withdrawn, moves to other models",
  );
  expect(sayOffered({ ...known, outputUsd: null })).toBe("");
});

const unpriced = (more: Partial<UnpricedModel>): UnpricedModel => ({
  environment: "production",
  provider: "house",
  requestModel: "llama-9",
  responseModel: null,
  generations: 3,
  lastAt: "2026-06-01T00:00:00.000Z",
  hasPrice: false,
  ...more,
});

test("calls without a price are grouped by model, those that wait for a price first, with the flags that name them", () => {
  const models = [
    unpriced({ hasPrice: true, requestModel: "gpt", generations: 50 }),
    unpriced({}),
    unpriced({ environment: "staging", lastAt: "2026-05-01T00:00:00.000Z" }),
  ];
  const use: ModelUse = {
    flag: "chat",
    variant: "a",
    environment: "production",
    provider: "house",
    model: "llama-9",
  } as ModelUse;
  expect(groupUnpriced(models, [use])).toMatchObject([
    { model: "llama-9", calls: 6, environments: ["production", "staging"], lastAt: "2026-06-01T00:00:00.000Z", flags: ["chat"] },
    { model: "gpt", hasPrice: true, flags: [] },
  ]);
});

test("what alarms is said in one sentence, and nothing once each has a price", () => {
  expect(sayUnpriced([unpriced({ hasPrice: true })])).toBeUndefined();
  expect(sayUnpriced([unpriced({ generations: 1 })])).toBe("1 call of llama-9 has no known price, and is in no sum of cost.");
  const five = ["a", "b", "c", "d", "e"].map((requestModel) => unpriced({ requestModel, generations: 300 }));
  expect(sayUnpriced(five)).toBe("1,500 calls of a, b, c and 2 more have no known price, and are in no sum of cost.");
});
