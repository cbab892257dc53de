/** Runs a flag's program over an everyday context: no counts, no trace, nothing allocated. */

import { slotBehind, slotOf } from "../bucketing/slot.ts";
import { SLOTS } from "../bucketing/split.ts";
import { unitOf } from "../run.ts";
import type { ScalarValue } from "../targeting/operators.ts";
import { packSemver } from "../targeting/semver.ts";
import {
  ANSWER,
  CAREFULLY,
  CONTAINS,
  EQ,
  GT,
  GTE,
  IN,
  LT,
  LTE,
  ONE_OF,
  type Program,
  SEMVER_EQ,
  SEMVER_GT,
  SEMVER_GTE,
  SEMVER_LT,
  SPLIT,
  SPLIT_SIZE,
  STARTS_WITH,
  TARGETS,
  TEST_SIZE,
} from "./program.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** Nothing here can tell: the plan must. */
export const UNDECIDED = -1;

/**
 * Finds where in the program the answer for a context lies.
 *
 * Shape:  a plain object → the index of an answer, made or not; `UNDECIDED` where only the plan knows what to do: lists, dates
 *         and objects in the context, a missing key to split by, a named person. At most one look at each of the program's slots.
 * Errors: a throwing getter throws through; `evaluate` turns that into GENERAL.
 */
export function runProgram(program: Program, context: Attributes): number {
  let at = 0;
  for (;;) {
    const code = program[at] as number;
    if (code < EQ) {
      if (code === SPLIT) return answerOfSplit(program, at, context);
      if (code === ANSWER) return program[at + 1] === CAREFULLY ? UNDECIDED : at + 1;
      if (code !== TARGETS || isTarget(program[at + 1] as ReadonlyMap<string, unknown>, context)) return UNDECIDED;
      at += 2;
      continue;
    }
    const value = context[program[at + 1] as string];
    if (typeof value === "object" && value !== null) return UNDECIDED;
    const result = code < SEMVER_EQ ? holds(code, value, program[at + 2]) : holdsSemver(code, value, program[at + 2] as number);
    if (result === undefined) return UNDECIDED;
    at = result ? at + TEST_SIZE : (program[at + 3] as number);
  }
}

function isTarget(keys: ReadonlyMap<string, unknown>, { targetingKey }: Attributes): boolean {
  const key = unitOf(targetingKey);
  return key !== undefined && keys.has(key);
}

function answerOfSplit(program: Program, at: number, context: Attributes): number {
  const value = context[program[at + 1] as string];
  const unit = typeof value === "string" && value !== "" ? value : unitOf(value);
  if (unit === undefined) return UNDECIDED;
  const salt = program[at + 2] as string;
  const size = program[at + 4] as number;
  let piece = at + SPLIT_SIZE;
  let slot = size === 0 ? slotOf(salt, unit) : slotBehind(program, piece, size, salt, unit);
  slot += program[at + 3] as number;
  if (slot >= SLOTS) slot -= SLOTS;
  piece += size;
  while (slot >= (program[piece] as number)) piece += 2;
  return program[piece + 1] === CAREFULLY ? UNDECIDED : piece + 1;
}

/** No value is equal to NaN, and what JSON cannot carry is missing: so is infinity. */
function holds(code: number, value: unknown, literal: unknown): boolean {
  switch (code) {
    case EQ:
      return value === literal;
    case IN:
      return (literal as ReadonlySet<unknown>).has(value);
    case ONE_OF:
      return isOneOf(value, literal as readonly ScalarValue[]);
    case GT:
      return typeof value === "number" && value > (literal as number) && value < Number.POSITIVE_INFINITY;
    case GTE:
      return typeof value === "number" && value >= (literal as number) && value < Number.POSITIVE_INFINITY;
    case LT:
      return typeof value === "number" && value < (literal as number) && value > Number.NEGATIVE_INFINITY;
    case LTE:
      return typeof value === "number" && value <= (literal as number) && value > Number.NEGATIVE_INFINITY;
    case CONTAINS:
      return typeof value === "string" && value.includes(literal as string);
    case STARTS_WITH:
      return typeof value === "string" && value.startsWith(literal as string);
    default:
      return typeof value === "string" && value.endsWith(literal as string);
  }
}

function isOneOf(value: unknown, members: readonly ScalarValue[]): boolean {
  for (let index = 0; index < members.length; index++) if (members[index] === value) return true;
  return false;
}

/** Undefined for a text that is no plain version, which may be one all the same. */
function holdsSemver(code: number, value: unknown, limit: number): boolean | undefined {
  if (typeof value !== "string") return false;
  const version = packSemver(value);
  if (Number.isNaN(version)) return undefined;
  switch (code) {
    case SEMVER_EQ:
      return version === limit;
    case SEMVER_GT:
      return version > limit;
    case SEMVER_GTE:
      return version >= limit;
    case SEMVER_LT:
      return version < limit;
    default:
      return version <= limit;
  }
}
