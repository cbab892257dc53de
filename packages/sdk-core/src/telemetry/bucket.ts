/** Counts evaluations, a few seconds together: which answers, how many people, which attributes. */

import type { Evaluation } from "@dimmer/evaluation";
import type { AttributeType, ContextCount, EvaluationCount, PeopleCount } from "@dimmer/protocol";
import { noteAttributes, type SeenAttributes } from "./attributes.ts";
import { listContexts, newTallies, noteContext } from "./contexts.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import {
  ADDRESS_BITS,
  addHash,
  hashKey,
  newKeyHash,
  newRegisters,
  PEOPLE_BITS,
  writeRegisters,
  type Registers,
} from "./sketch.ts";

/** What a bucket held. */
export interface Sealed {
  /** Epoch milliseconds of the minute in which it was opened. */
  readonly minute: number;
  readonly evaluations: readonly EvaluationCount[];
  readonly people: readonly PeopleCount[];
  readonly attributes: readonly { readonly path: string; readonly types: readonly AttributeType[] }[];
  /** Only where the project declares something. */
  readonly contexts?: readonly ContextCount[];
}

/**
 * Shape:  everything counted since it was last sealed; `count` allocates only for an answer it has not seen since.
 * Errors: none thrown, whatever the context does.
 * Source: ADR-0026.
 */
export interface Bucket {
  count(evaluation: Evaluation, context: unknown): void;
  /** Evaluations since it was last sealed. */
  counted(): number;
  /** Undefined where nothing was counted. */
  seal(): Sealed | undefined;
}

/**
 * Shape:  `opened` hears of the first evaluation of each bucket and gives the time; `overflowed` of each that found no room; `declared`
 *         is what the snapshot of now says of contexts.
 */
export interface BucketPorts {
  readonly opened: () => number;
  readonly overflowed: () => void;
  readonly declared: () => unknown;
}

/** Answers of one flag are a list: there are few, and the search ends at once for one that the engine keeps. */
interface Entry {
  readonly first: Evaluation;
  last: Evaluation;
  count: number;
  /** Whom this address has answered; undefined where nobody is counted. */
  readonly people: Registers | undefined;
  next: Entry | undefined;
}

const MINUTE_MS = 60_000;

export function openBucket(ports: BucketPorts): Bucket {
  const entries = new Map<string, Entry>();
  const addresses = new Map<string, { readonly of: Evaluation; readonly registers: Registers }>();
  const everybody = newRegisters(PEOPLE_BITS);
  const hash = newKeyHash();
  let seen: SeenAttributes = new Map();
  let tallies = newTallies();
  let size = 0;
  let unknownFlags = 0;
  let looks = 0;
  let lastKey = "";
  let openedAt = 0;

  const peopleOf = (evaluation: Evaluation): Registers | undefined => {
    const { path, ruleId, overridden } = evaluation.flagMetadata;
    if (overridden === true || (path !== "rule" && path !== "default" && path !== "pin")) return undefined;
    const name = JSON.stringify([evaluation.flagKey, path, ruleId]);
    const known = addresses.get(name);
    if (known !== undefined) return known.registers;
    if (addresses.size >= TELEMETRY_LIMITS.addresses) return undefined;
    const registers = newRegisters(ADDRESS_BITS);
    addresses.set(name, { of: evaluation, registers });
    return registers;
  };

  const add = (evaluation: Evaluation): Entry | undefined => {
    const { flagKey, errorCode } = evaluation;
    const isUnknown = errorCode === "FLAG_NOT_FOUND" || errorCode === "PROVIDER_NOT_READY";
    if (typeof flagKey !== "string" || flagKey === "" || flagKey.length > TELEMETRY_LIMITS.nameChars) return undefined;
    if (size >= TELEMETRY_LIMITS.entries || (isUnknown && unknownFlags >= TELEMETRY_LIMITS.unknownFlags)) return undefined;
    if (size === 0) openedAt = ports.opened();
    size++;
    if (isUnknown) unknownFlags++;
    const entry: Entry = { first: evaluation, last: evaluation, count: 0, people: peopleOf(evaluation), next: undefined };
    const head = entries.get(flagKey);
    if (head === undefined) entries.set(flagKey, entry);
    else {
      entry.next = head.next;
      head.next = entry;
    }
    return entry;
  };

  const notePerson = (entry: Entry, context: unknown): void => {
    if (entry.first.flagMetadata.overridden === true) return;
    const key = (context as { readonly targetingKey?: unknown } | null | undefined)?.targetingKey;
    if (typeof key !== "string" || key === "") return;
    // One request asks several flags for one person.
    if (key !== lastKey) {
      hashKey(key, hash);
      addHash(everybody, hash);
      lastKey = key;
    }
    if (entry.people !== undefined) addHash(entry.people, hash);
  };

  const count = (evaluation: Evaluation, context: unknown): void => {
    let entry = entries.get(evaluation.flagKey);
    while (entry !== undefined && entry.last !== evaluation && !isSameAnswer(entry.first, evaluation)) entry = entry.next;
    entry ??= add(evaluation);
    if (entry === undefined) return ports.overflowed();
    entry.last = evaluation;
    entry.count++;
    notePerson(entry, context);
    if ((looks++ & (TELEMETRY_LIMITS.attributesEvery - 1)) !== 0) return;
    const declared = ports.declared();
    noteAttributes(seen, context, declared);
    noteContext(tallies, context, declared);
  };

  const people = (): PeopleCount[] => {
    const counts: PeopleCount[] = lastKey === "" ? [] : [{ sketch: writeRegisters(everybody) }];
    for (const { of, registers } of addresses.values()) {
      const sketch = writeRegisters(registers);
      if (sketch !== "") counts.push({ ...addressOf(of), flag: of.flagKey, sketch });
    }
    return counts;
  };

  return {
    count(evaluation, context) {
      try {
        count(evaluation, context);
      } catch {
        // A getter of the context threw; what could be counted was counted before it was read.
      }
    },
    counted: () => Array.from(entries.values(), listCounts).reduce((sum, counts) => sum + sumOf(counts), 0),
    seal() {
      if (size === 0) return undefined;
      const sealed: Sealed = {
        minute: Math.floor(openedAt / MINUTE_MS) * MINUTE_MS,
        evaluations: Array.from(entries.values(), listCounts).flat(),
        people: people(),
        attributes: Array.from(seen, ([path, types]) => ({ path, types: [...types] })),
        ...(tallies.byAttribute.size === 0 ? {} : { contexts: listContexts(tallies) }),
      };
      entries.clear();
      addresses.clear();
      everybody.fill(0);
      seen = new Map();
      tallies = newTallies();
      size = unknownFlags = looks = 0;
      lastKey = "";
      return sealed;
    },
  };
}

function isSameAnswer(one: Evaluation, other: Evaluation): boolean {
  if (one.variant !== other.variant || one.reason !== other.reason || one.errorCode !== other.errorCode) return false;
  const a = one.flagMetadata;
  const b = other.flagMetadata;
  return (
    a.ruleId === b.ruleId &&
    a.path === b.path &&
    a.valueVersion === b.valueVersion &&
    (a.blocked === true) === (b.blocked === true) &&
    (a.overridden === true) === (b.overridden === true)
  );
}

function listCounts(head: Entry): EvaluationCount[] {
  const counts: EvaluationCount[] = [];
  for (let entry: Entry | undefined = head; entry !== undefined; entry = entry.next) {
    const { flagKey, variant, reason, errorCode, flagMetadata } = entry.first;
    counts.push({
      flag: flagKey,
      ...(variant === undefined ? {} : { variant }),
      ...(flagMetadata.valueVersion === undefined ? {} : { valueVersion: flagMetadata.valueVersion }),
      ...addressOf(entry.first),
      reason,
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(flagMetadata.blocked === true ? { blocked: true } : {}),
      count: entry.count,
    });
  }
  return counts;
}

export const sumOf = (counts: readonly { readonly count: number }[]): number => counts.reduce((sum, { count }) => sum + count, 0);

/** Where the answer was decided; one that was forced counts as such, whatever became of it. */
function addressOf({ flagMetadata: { path, ruleId, overridden } }: Evaluation): Pick<EvaluationCount, "path" | "rule"> {
  const decided = overridden === true ? "override" : path;
  return { ...(decided === undefined ? {} : { path: decided }), ...(ruleId === undefined ? {} : { rule: ruleId }) };
}
