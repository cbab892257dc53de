/** Exact differences, as people read them. */

import { expect, test } from "vitest";
import type { Effect } from "@dimmer/protocol";
import { sayEffects } from "./say-effects.ts";

const BLOCK = "flags/writer/environments/production";
const at = (path: string, before?: Effect["before"], after?: Effect["after"]): Effect => ({
  resource: BLOCK,
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});
const stored = (to: number) => ({ algorithm: "sha1-slot-v1", ranges: [[0, to, "opus"]], salt: "writer" });

test("a ramp is one line of shares, wherever its slots lie", () => {
  expect(
    sayEffects([
      at("/default/split/opus", 30, 40),
      at("/default/split/sonnet", 70, 60),
      at("/default/stored/ranges", [[0, 30_000, "opus"]], [[0, 40_000, "opus"]]),
      at("/default/stored/previous", undefined, [[0, 30_000, "opus"]]),
      at("/enabled", false, true),
    ]),
  ).toEqual([
    { place: `${BLOCK}/default`, before: "30 % opus and 70 % sonnet", after: "40 % opus and 60 % sonnet" },
    { place: `${BLOCK}/enabled`, before: "false", after: "true" },
  ]);
});

test("a variant that comes in has a share after, and none before", () => {
  expect(sayEffects([at("/rules/pro/serve/split/opus", 100, 50), at("/rules/pro/serve/split/new", undefined, 50)])).toEqual([
    { place: `${BLOCK}/rules/pro/serve`, before: "100 % opus", after: "50 % opus and 50 % new" },
  ]);
});

test("a whole split is said, and one within something larger stands there without its slots", () => {
  const split = { split: { opus: 25, sonnet: 75 }, stored: stored(25_000) };
  expect(sayEffects([at("/default", { variant: "opus" }, split), at("/rules", undefined, { pro: { serve: split } })])).toEqual([
    { place: `${BLOCK}/default`, before: `{"variant":"opus"}`, after: "25 % opus and 75 % sonnet" },
    { place: `${BLOCK}/rules`, after: `{"pro":{"serve":{"split":{"opus":25,"sonnet":75}}}}` },
  ]);
});

test("the same shares for other people are said, and what is only remembered is not", () => {
  expect(sayEffects([at("/default/stored/offset", 0, 5_000)])).toEqual([
    { place: `${BLOCK}/default`, after: "the same shares, laid out anew" },
  ]);
  expect(sayEffects([at("/default/stored/previous", [], [[0, 1, "opus"]])])).toEqual([]);
});
