/** Who moves, as the dashboard says it. */

import type { Move } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { describeMoves } from "./shares.ts";

const move = (from: string | null, percent: number, place: Partial<Move> = {}): Move => ({
  flag: "writer",
  environment: "production",
  rule: "default",
  from,
  to: "opus",
  percent,
  ...place,
});

test.each<[string, readonly Move[], number | undefined, readonly string[]]>([
  ["nobody", [], 1_000, ["Nobody changes variant."]],
  ["shares", [move("sonnet", 0.1), move("haiku", 0.2)], undefined, ["0.3 % change: 0.1 % sonnet → opus, 0.2 % haiku → opus"]],
  [
    "people, where they are known",
    [move("sonnet", 1), move(null, 2)],
    214_000,
    ["6,420 of about 214,000 people seen this week change: 2,140 sonnet → opus, 4,280 next rule → opus"],
  ],
  [
    "two rules, each of its own people",
    [move("sonnet", 60, { rule: "paid" }), move("sonnet", 70)],
    214_000,
    ["Rule paid: 60 % change: 60 % sonnet → opus", "Everyone else: 70 % change: 70 % sonnet → opus"],
  ],
  [
    "two flags, by name",
    [move("sonnet", 60, { rule: "paid" }), move("sonnet", 70, { flag: "reader" })],
    undefined,
    [
      "writer in production, rule paid: 60 % change: 60 % sonnet → opus",
      "reader in production, everyone else: 70 % change: 70 % sonnet → opus",
    ],
  ],
])("%s", (_what, moves, people, said) => expect(describeMoves(moves, people)).toEqual(said));
