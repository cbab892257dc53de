/** Runs a flag's program over an everyday context: no counts, no trace, nothing allocated. */

import { slotBehind, slotOf } from "../bucketing/slot.ts";
import { SLOTS } from "../bucketing/split.ts";
import { unitOf } from "../run.ts";
import type { ScalarValue } from "../targeting/operators.ts";
import { NOT_PACKED, packSemver } from "../targeting/semver.ts";
import { CAREFULLY, type Program } from "./program.ts";

/** The codes of the steps stand here, as V8 folds a constant of the same file into the machine code and not an imported one. */
export const CAREFUL = 0;
export const ANSWER = 1;
export const SPLIT = 2;
export const TARGETS = 3;
export const EQ = 4;
export const IN = 5;
export const ONE_OF = 6;
export const GT = 7;
export const GTE = 8;
export const LT = 9;
export const LTE = 10;
export const CONTAINS = 11;
export const STARTS_WITH = 12;
export const ENDS_WITH = 13;
/** Their literals are plain versions as one number, see `packSemver`. */
export const SEMVER_EQ = 14;
export const SEMVER_GT = 15;
export const SEMVER_GTE = 16;
export const SEMVER_LT = 17;
export const SEMVER_LTE = 18;

/** The program of a flag that always needs its plan. */
export const ALWAYS_CAREFUL: Program = [CAREFUL];

/** How many slots of the array a condition takes, and a split before its prefix. */
export const TEST_SIZE = 4;
export const SPLIT_SIZE = 5;

type Attributes = Readonly<Record<string, unknown>>;

/** Nothing here can tell: the plan must. */
export const UNDECIDED = -1;

/**
 * Finds where in the program the answer for a context lies.
 *
 * Shape:  a plain object → the index of an answer, made or not; `UNDECIDED` where only the plan knows what to do: lists, dates
 *         and objects in the context, unusual versions, a missing key to split by, a named person. At most one look at each of
 *         the program's slots.
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
    const literal = program[at + 2];
    let isHeld: boolean;
    if (typeof value === "string") {
      if (code >= SEMVER_EQ) {
        const version = packSemver(value);
        if (version === NOT_PACKED) return UNDECIDED;
        isHeld = holdsVersion(code, version, literal as number);
      } else isHeld = holdsText(code, value, literal);
    } else if (typeof value === "number") isHeld = holdsNumber(code, value, literal);
    else if (typeof value === "object" && value !== null) return UNDECIDED;
    else isHeld = holdsOther(code, value, literal);
    at = isHeld ? at + TEST_SIZE : (program[at + 3] as number);
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

function holdsText(code: number, value: string, literal: unknown): boolean {
  switch (code) {
    case EQ:
      return value === literal;
    case IN:
      return (literal as ReadonlySet<unknown>).has(value);
    case ONE_OF:
      return isOneOf(value, literal as readonly ScalarValue[]);
    case CONTAINS:
      return value.includes(literal as string);
    case STARTS_WITH:
      return value.startsWith(literal as string);
    case ENDS_WITH:
      return value.endsWith(literal as string);
    default:
      return false;
  }
}

/** No literal is equal to NaN, and what JSON cannot carry is missing: so is infinity. */
function holdsNumber(code: number, value: number, literal: unknown): boolean {
  switch (code) {
    case EQ:
      return value === literal;
    case IN:
      return (literal as ReadonlySet<unknown>).has(value);
    case ONE_OF:
      return isOneOf(value, literal as readonly ScalarValue[]);
    case GT:
      return value > (literal as number) && value < Number.POSITIVE_INFINITY;
    case GTE:
      return value >= (literal as number) && value < Number.POSITIVE_INFINITY;
    case LT:
      return value < (literal as number) && value > Number.NEGATIVE_INFINITY;
    case LTE:
      return value <= (literal as number) && value > Number.NEGATIVE_INFINITY;
    default:
      return false;
  }
}

function holdsOther(code: number, value: unknown, literal: unknown): boolean {
  if (code === EQ) return value === literal;
  if (code === IN) return (literal as ReadonlySet<unknown>).has(value);
  return code === ONE_OF && isOneOf(value, literal as readonly ScalarValue[]);
}

function isOneOf(value: unknown, members: readonly ScalarValue[]): boolean {
  for (let index = 0; index < members.length; index++) if (members[index] === value) return true;
  return false;
}

function holdsVersion(code: number, version: number, limit: number): boolean {
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
