/** From an experiment to the operations that give its people their arms: none, where the split is so already. */

import { createHash } from "node:crypto";
import {
  type FlagEnvironment,
  liveShares,
  type Rule,
  type Serve,
  SLOT_ALGORITHM,
  type SlotRange,
  SLOTS,
  toPercent,
  toSlots,
} from "@dimmer/evaluation";
import { type ExperimentDefinition, type Operation, ProblemError } from "@dimmer/protocol";
import { serveAt } from "../flags/addresses.ts";
import { isSplit } from "../flags/lay-split.ts";
import { isSameJson } from "../flags/same-json.ts";
import type { ExperimentBody, HoldoutRecord } from "../storage/experiment-record.ts";

export interface StartPlan {
  readonly operations: readonly Operation[];
  /** Where its people are decided. */
  readonly address: string;
  /** Variant → percent of the experiment's people. */
  readonly arms: Readonly<Record<string, number>>;
}

export interface StartOrder {
  readonly id: string;
  readonly definition: ExperimentDefinition;
  readonly reserved: ExperimentBody["reserved"];
  readonly holdouts: readonly HoldoutRecord[];
  readonly config: FlagEnvironment;
}

/**
 * Plans the start.
 *
 * Shape:  an experiment on all people of a rule is on its split as it is, or as the arms say. One that has a part of them gets a rule of its
 *         own before that rule, for the same people, whose slots are its own and whose others go on to the next rule: so that nobody who is
 *         not in it is told of as if they were. A holdout is such a rule before it, which keeps its people on the baseline.
 * Errors: `ProblemError("conflict")` for a flag that is killed, an arm that is stopped, a split by something else than the targeting key,
 *         and for one whose people cannot be told from others.
 * Source: ADR-0065; design of `rest`.
 */
export function planStart(order: StartOrder): StartPlan {
  const { definition, config, reserved } = order;
  const { flag, environment, rule } = definition;
  const serve = serveAt(config, rule);
  if (serve === undefined) throw new ProblemError("conflict", `Flag ${flag} has no rule ${rule} in ${environment} any more.`);
  const arms = armsOf(order, serve);
  requireServed(order, Object.keys(arms));
  const place = rule === "default" ? (config.rules ?? []).length : (config.rules ?? []).findIndex(({ id }) => id === rule);
  const when = rule === "default" ? undefined : config.rules?.[place]?.when;
  const here = { flag, environment };
  const rules: Rule[] = order.holdouts.map((holdout) => holdoutRule(holdout, definition, when));
  if (reserved !== null) rules.push(ownRule(order, arms, when));
  const operations: Operation[] = rules
    .filter((next) => !(config.rules ?? []).some((present) => isSameRule(present, next)))
    .map((next, at) => ({ kind: "set-rule", ...here, rule: next, at: place + at }));
  if (reserved === null && !hasShares(serve, arms)) operations.push({ kind: "set-split", ...here, rule, split: { ...arms } });
  return { operations, address: reserved === null ? rule : ruleOf(order.id), arms };
}

/** The rule of an experiment with people of its own. */
export const ruleOf = (id: string): string => `experiment-${id.slice(-12)}`;

/** One for each address that a holdout keeps people from. */
export const holdoutRuleOf = ({ id }: Pick<HoldoutRecord, "id">, rule: string): string =>
  `${holdoutPrefix({ id })}${createHash("sha256").update(rule).digest("hex").slice(0, 8)}`;
export const holdoutPrefix = ({ id }: Pick<HoldoutRecord, "id">): string => `holdout-${id.slice(-12)}-`;

function armsOf({ definition, reserved }: StartOrder, serve: Serve): Readonly<Record<string, number>> {
  const { flag, rule, baseline, arms } = definition;
  if (isSplit(serve) && (serve.by ?? "targetingKey") !== "targetingKey")
    throw new ProblemError(
      "conflict",
      `${flag}'s split hashes ${String(serve.by)}, and results are by person. Split by the targeting key.`,
    );
  if (arms !== undefined) return arms;
  const live = liveShares(serve);
  if (live.size < 2)
    throw new ProblemError(
      "conflict",
      `${flag} serves one variant to everybody there (${rule}). Say the arms: which variants, and how many percent each.`,
    );
  if (!live.has(baseline))
    throw new ProblemError(
      "conflict",
      `${baseline} has no share of ${flag}'s split there, and cannot be compared with. Say the arms.`,
    );
  if (isSplit(serve) && serve.rest !== undefined && reserved === null && serve.rest !== "next-rule")
    throw new ProblemError(
      "conflict",
      `${flag}'s split gives what is left to ${serve.rest.variant}: its people cannot be told from an arm's. Take a share or a group.`,
    );
  const total = [...live.values()].reduce((sum, share) => sum + share, 0);
  return Object.fromEntries([...live].map(([variant, share]) => [variant, (100 * share) / total]));
}

function requireServed({ config, definition: { flag, environment } }: StartOrder, arms: readonly string[]): void {
  if (!config.enabled) throw new ProblemError("conflict", `Flag ${flag} is killed in ${environment}. Restore it first.`);
  const stopped = arms.find((arm) => config.stopped?.includes(arm) === true);
  if (stopped !== undefined)
    throw new ProblemError(
      "conflict",
      `${flag}:${stopped} is stopped in ${environment}: its people would get the fallback. Restore it first.`,
    );
}

function hasShares(serve: Serve, arms: Readonly<Record<string, number>>): boolean {
  const live = liveShares(serve);
  const total = [...live.values()].reduce((sum, share) => sum + share, 0);
  const names = Object.keys(arms);
  const isSame = (name: string) => Math.abs((100 * (live.get(name) ?? 0)) / total - (arms[name] as number)) < 1e-3;
  return isSplit(serve) && live.size === names.length && names.every(isSame);
}

function ownRule({ id, definition, reserved }: StartOrder, arms: Readonly<Record<string, number>>, when: Rule["when"]): Rule {
  const { salt, from, to } = reserved as NonNullable<ExperimentBody["reserved"]>;
  const slots = shareSlots(arms, to - from);
  const ranges: SlotRange[] = [];
  let next = from;
  for (const [variant, count] of slots) {
    if (count > 0) ranges.push([next, next + count, variant]);
    next += count;
  }
  const split = Object.fromEntries([...slots].map(([variant, count]) => [variant, toPercent(count)]));
  return ruleWith(ruleOf(id), `Experiment: ${definition.name}`, when, { split, ranges, salt });
}

function holdoutRule(holdout: HoldoutRecord, { rule, baseline }: ExperimentDefinition, when: Rule["when"]): Rule {
  const { salt, slots, name } = holdout;
  const split = { [baseline]: toPercent(slots) };
  return ruleWith(holdoutRuleOf(holdout, rule), `Holdout: ${name}`, when, { split, ranges: [[0, slots, baseline]], salt });
}

interface OwnSlots {
  readonly split: Readonly<Record<string, number>>;
  readonly ranges: readonly SlotRange[];
  readonly salt: string;
}

function ruleWith(id: string, name: string, when: Rule["when"], { split, ranges, salt }: OwnSlots): Rule {
  const stored = { algorithm: SLOT_ALGORITHM, slots: SLOTS, salt, by: "targetingKey", offset: 0, ranges } as const;
  return {
    id,
    name: name.slice(0, NAME_CHARS),
    ...(when === undefined ? {} : { when }),
    serve: { split, rest: "next-rule", stored },
  };
}
const NAME_CHARS = 128;

/** Whole slots by share, the largest remainders first. */
function shareSlots(arms: Readonly<Record<string, number>>, slots: number): ReadonlyMap<string, number> {
  const exact = Object.entries(arms).map(([variant, percent], at) => ({ variant, at, slots: (percent * slots) / 100 }));
  const left = slots - exact.reduce((sum, one) => sum + Math.floor(one.slots), 0);
  const byRemainder = [...exact].sort((one, other) => (other.slots % 1) - (one.slots % 1) || one.at - other.at);
  const more = new Set(byRemainder.slice(0, left).map(({ variant }) => variant));
  return new Map(exact.map((one) => [one.variant, Math.floor(one.slots) + (more.has(one.variant) ? 1 : 0)]));
}

/** A holdout's rule that is there already stays as it is; one of an experiment waits from a start that took review. */
const isSameRule = (present: Rule, next: Rule): boolean =>
  present.id === next.id && (next.id.startsWith("holdout-") || isSameJson(present.serve, next.serve));

/**
 * Slots under one salt that nobody has.
 *
 * Shape:  `taken` may touch, and overlap nowhere; `share` in percent of all, or null for the largest gap.
 * Errors: `ProblemError("conflict")` where no gap is as large.
 */
export function reserveSlots(
  taken: readonly { readonly from: number; readonly to: number }[],
  share: number | null,
): { readonly from: number; readonly to: number } {
  const gaps: { from: number; to: number }[] = [];
  let end = 0;
  for (const { from, to } of [...taken].sort((one, other) => one.from - other.from)) {
    if (from > end) gaps.push({ from: end, to: from });
    end = to;
  }
  if (end < SLOTS) gaps.push({ from: end, to: SLOTS });
  const largest = gaps.reduce((best, gap) => (gap.to - gap.from > best.to - best.from ? gap : best), { from: 0, to: 0 });
  const wanted = share === null ? largest.to - largest.from : toSlots(share);
  const gap = gaps.find(({ from, to }) => to - from >= wanted);
  if (gap === undefined || wanted === 0)
    throw new ProblemError(
      "conflict",
      `The group has ${toPercent(largest.to - largest.from)} % in one piece that no experiment has. Ask for less, or ship one that has ended.`,
    );
  return { from: gap.from, to: gap.from + wanted };
}
