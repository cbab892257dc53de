/** Who changes variant: for every split that a change edits, how many, from what to what. */

import { type Serve, splitMoves, type SplitSide, toPercent } from "@dimmer/evaluation";
import { strict as assert } from "node:assert";
import type { Move } from "@dimmer/protocol";
import type { FlagRecord } from "../storage/store.ts";
import { servesOf } from "./addresses.ts";
import { isSplit } from "./lay-split.ts";
import { blockOf, type ProjectState } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";

/**
 * Shape:  addresses that are there before and after and serve otherwise; shares are of those whom that address decides.
 *         Who reaches the address, that is conditions and order, is for `whoMoves` with a sample of contexts.
 * Errors: none.
 */
export function findMoves(before: ProjectState, flags: readonly FlagRecord[]): Move[] {
  return flags.flatMap((after) => {
    const present = before.flags.get(after.key);
    if (present === undefined || present.archivedAt !== null || after.archivedAt !== null) return [];
    return Object.keys(after.environments).flatMap((environment) => movesIn(present, after, environment));
  });
}

function movesIn(before: FlagRecord, after: FlagRecord, environment: string): Move[] {
  const was = blockOf(before, environment)?.config;
  const is = blockOf(after, environment)?.config;
  if (was === undefined || is === undefined) return [];
  const now = servesOf(is);
  return [...servesOf(was)].flatMap(([rule, serve]) => {
    const next = now.get(rule);
    if (next === undefined || isSameJson(serve, next)) return [];
    return splitMoves(sideOf(serve), sideOf(next)).map(({ from, to, slots }) => {
      return { flag: after.key, environment, rule, from, to, percent: toPercent(Math.round(slots)) };
    });
  });
}

function sideOf(serve: Serve): SplitSide {
  if (!isSplit(serve)) return serve;
  assert(serve.stored !== undefined, "every split in a record is stored");
  return { split: serve.stored, rest: serve.rest };
}
