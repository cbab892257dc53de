/** What was spent of every budget in its present period: read from the store now and then, added to as events are stored. */

import { type Snapshot, type SpendAttributes, type SpendBudget, type SpendUnit, spendUnits } from "@dimmer/evaluation";
import { SPEND_LIMITS, type SpendStage } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { EventStore, KeptEvent } from "../telemetry/event-store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { budgetedFlags, type FlagBudgets, stageOf, unitKey } from "./flag-budgets.ts";
import { type PeriodKind, periodOf } from "./period.ts";

/** One call that was made, or several alike. */
export interface SpentCalls {
  readonly at: number;
  readonly flag: string;
  readonly variant: string;
  readonly isShadow: boolean;
  readonly attributes: SpendAttributes | undefined;
  readonly calls: number;
  readonly unpriced: number;
  readonly costMicroUsd: number;
}

/** What was spent of a budget, or of one value of its attribute. */
export interface UnitSpend {
  readonly value: SpendUnit["value"];
  readonly spentMicroUsd: number;
  readonly calls: number;
  readonly unpriced: number;
}

export interface FlagSpend {
  readonly budgets: FlagBudgets;
  /** Those of one budget of which something was spent, the dearest first. */
  of(budget: string | null): readonly UnitSpend[];
  /** How far each of them is that is not fine, by its value. */
  stages(budget: string | null): readonly (readonly [value: SpendUnit["value"], stage: SpendStage])[];
  unit(budget: string | null, value: SpendUnit["value"]): UnitSpend;
  /** Variant → what a call has cost of late, in micro-dollars. */
  readonly calls: ReadonlyMap<string, number>;
}

export interface Ledger {
  /** Counts at once what was received. */
  received(place: Place, spent: readonly SpentCalls[]): void;
  /** The same, given again, is stored now; or it was there already, or is lost, and counts no more. */
  settled(place: Place, spent: readonly SpentCalls[], isNew: boolean): void;
  /** Undefined where the flag has no budget, or nobody has read yet what was spent of it. */
  of(place: Place, flag: string): FlagSpend | undefined;
  /** The flags of an environment that have budgets. */
  flagsIn(place: Place): ReadonlyMap<string, FlagBudgets>;
  /** Reads what was spent in an environment where it is not known, and anew where that was a minute ago: nothing miscounted stays so. */
  read(place: Place): Promise<void>;
  /** Hears that something was spent, or that somebody asks for what was not read yet; there is one who listens. */
  onNews(listener: () => void): void;
}

export interface LedgerPorts {
  readonly store: Pick<EventStore, "spend">;
  readonly clock: () => number;
  readonly snapshotOf: (place: Place) => Snapshot | undefined;
}

/**
 * Shape:  whatever is on its way to the store while that is being asked counts on top of its answer, so that a moment's calls may count
 *         twice until the next reading, and none is ever forgotten.
 * Errors: none but the store's, from `read`; what was known before stays then.
 * Source: ADR-0064.
 */
export function openLedger({ store, clock, snapshotOf }: LedgerPorts): Ledger {
  const books = new Map<string, Book>();
  /** What was received and is not stored. */
  const waiting = new Set<Waiting>();
  let tell = (): void => {};
  const keyOf = ({ project, environment }: Place, flag: string): string => JSON.stringify([project, environment, flag]);
  const budgetsIn = (place: Place): ReturnType<typeof budgetedFlags> => {
    const snapshot = snapshotOf(place);
    return snapshot === undefined ? [] : budgetedFlags(snapshot);
  };

  const readFlag = async (place: Place, flag: string, budgets: FlagBudgets): Promise<void> => {
    const now = clock();
    const book = newBook(budgets, now);
    const name = keyOf(place, flag);
    const before = new Set(waiting);
    for (const kind of KINDS) {
      const since = book.since[kind];
      if (![...budgets.values()].some(({ period }) => period === kind)) continue;
      const byAttributes = [...budgets.values()].some(({ attribute }) => attribute !== undefined);
      const rows = await store.spend(place, { flag, since, until: now + DAY_MS, stepMs: FOREVER_MS, byAttributes });
      for (const row of rows) add(book, { ...row, flag, attributes: attributesOf(row.attributes), at: since }, [kind]);
    }
    for (const one of new Set([...before, ...waiting]))
      if (isSamePlace(one.place, place)) for (const spent of one.spent) if (spent.flag === flag) add(book, spent, KINDS);
    books.set(name, book);
  };

  const count = (place: Place, spent: readonly SpentCalls[], times: 1 | -1): void => {
    for (const one of spent) {
      const book = books.get(keyOf(place, one.flag));
      if (book === undefined) continue;
      add(turned(book, clock()), times === 1 ? one : takenBack(one), KINDS);
      tell();
    }
  };

  return {
    received(place, spent) {
      if (spent.length === 0 || budgetsIn(place).length === 0) return;
      waiting.add({ place, spent });
      count(place, spent, 1);
    },
    settled(place, spent, isNew) {
      for (const one of waiting) {
        if (one.spent !== spent) continue;
        waiting.delete(one);
        if (!isNew) count(place, spent, -1);
        return;
      }
    },
    of(place, flag) {
      const budgets = budgetsIn(place).find(([name]) => name === flag)?.[1];
      const book = books.get(keyOf(place, flag));
      if (budgets === undefined) return undefined;
      // What was added up for other budgets says nothing of these.
      if (book !== undefined && isSame(book.budgets, budgets)) return viewOf(turned(book, clock()));
      tell();
      return undefined;
    },
    flagsIn: (place) => new Map(budgetsIn(place)),
    async read(place) {
      const flags = budgetsIn(place);
      const kept = new Set(flags.map(([flag]) => keyOf(place, flag)));
      const ofPlace = JSON.stringify([place.project, place.environment]).slice(0, -1);
      for (const name of books.keys()) if (name.startsWith(`${ofPlace},`) && !kept.has(name)) books.delete(name);
      for (const [flag, budgets] of flags) {
        const book = books.get(keyOf(place, flag));
        const isFresh = book !== undefined && isSame(book.budgets, budgets) && clock() - book.readAt < READ_EVERY_MS;
        if (!isFresh) await readFlag(place, flag, budgets);
      }
    },
    onNews: (listener) => void (tell = listener),
  };
}

/** How long what was read stands, with what was stored since. */
export const READ_EVERY_MS = 60_000;
/** One step for all of a period. */
const FOREVER_MS = 1_000_000_000_000_000;
const KINDS: readonly PeriodKind[] = ["day", "month"];

interface Waiting {
  readonly place: Place;
  readonly spent: readonly SpentCalls[];
}

const isSamePlace = (one: Place, other: Place): boolean => one.project === other.project && one.environment === other.environment;

const takenBack = (spent: SpentCalls): SpentCalls => ({
  ...spent,
  calls: -spent.calls,
  unpriced: -spent.unpriced,
  costMicroUsd: -spent.costMicroUsd,
});

interface Book {
  readonly readAt: number;
  readonly budgets: FlagBudgets;
  readonly since: Record<PeriodKind, number>;
  readonly units: Map<string, Counting>;
  readonly values: Map<string | null, number>;
  readonly variants: Map<string, { calls: number; microUsd: number }>;
}

interface Counting {
  readonly budget: string | null;
  readonly value: SpendUnit["value"];
  spentMicroUsd: number;
  calls: number;
  unpriced: number;
}

const newBook = (budgets: FlagBudgets, now: number): Book => ({
  readAt: now,
  budgets,
  since: { day: periodOf("day", now).since, month: periodOf("month", now).since },
  units: new Map(),
  values: new Map(),
  variants: new Map(),
});

/** With the next day or month what was spent before is over. */
function turned(book: Book, now: number): Book {
  for (const kind of KINDS) {
    const { since } = periodOf(kind, now);
    if (since === book.since[kind]) continue;
    book.since[kind] = since;
    for (const [key, { budget }] of book.units) {
      if (book.budgets.get(budget)?.period !== kind) continue;
      book.units.delete(key);
      book.values.delete(budget);
    }
  }
  return book;
}

function add(book: Book, spent: SpentCalls, kinds: readonly PeriodKind[]): void {
  const { variant, isShadow, attributes } = spent;
  const own = Object.fromEntries([...book.budgets].filter(([name]) => name !== null)) as Record<string, SpendBudget>;
  const units: readonly { readonly budget: string | null; readonly value: SpendUnit["value"] }[] = [
    ...spendUnits(own, { variant, attributes }),
    ...(isShadow && book.budgets.has(null) ? [{ budget: null, value: null }] : []),
  ];
  for (const { budget, value } of units) {
    const period = book.budgets.get(budget)?.period;
    if (period === undefined || !kinds.includes(period) || spent.at < book.since[period]) continue;
    const unit = unitIn(book, budget, value);
    if (unit === undefined) continue;
    unit.spentMicroUsd += spent.costMicroUsd;
    unit.calls += spent.calls;
    unit.unpriced += spent.unpriced;
  }
  addCalls(book, spent);
}

/** Undefined where its budget has too many values already. */
function unitIn(book: Book, budget: string | null, value: SpendUnit["value"]): Counting | undefined {
  const key = unitKey(budget, value);
  const known = book.units.get(key);
  if (known !== undefined) return known;
  const values = book.values.get(budget) ?? 0;
  if (values >= SPEND_LIMITS.values) return undefined;
  book.values.set(budget, values + 1);
  const fresh: Counting = { budget, value, spentMicroUsd: 0, calls: 0, unpriced: 0 };
  book.units.set(key, fresh);
  return fresh;
}

/** Of late: what came before weighs less and less. */
const REMEMBERED_CALLS = 400;

function addCalls(book: Book, { variant, calls, unpriced, costMicroUsd }: SpentCalls): void {
  const priced = calls - unpriced;
  if (priced <= 0) return;
  const sum = book.variants.get(variant) ?? { calls: 0, microUsd: 0 };
  const kept = sum.calls + priced > REMEMBERED_CALLS ? Math.max(0, REMEMBERED_CALLS - priced) / (sum.calls || 1) : 1;
  const weight = Math.min(1, kept);
  book.variants.set(variant, {
    calls: sum.calls * weight + priced,
    microUsd: sum.microUsd * weight + costMicroUsd,
  });
}

function viewOf(book: Book): FlagSpend {
  const { budgets, units, variants } = book;
  const of = (budget: string | null): readonly UnitSpend[] =>
    Array.from(units.values())
      .filter((unit) => unit.budget === budget)
      .sort((one, other) => other.spentMicroUsd - one.spentMicroUsd);
  return {
    budgets,
    of,
    stages(budget) {
      const definition = budgets.get(budget);
      if (definition === undefined) return [];
      const stages = of(budget).map(({ value, spentMicroUsd }) => [value, stageOf(definition, spentMicroUsd)] as const);
      return stages.filter(([, stage]) => stage !== "fine");
    },
    unit: (budget, value) => units.get(unitKey(budget, value)) ?? { value, spentMicroUsd: 0, calls: 0, unpriced: 0 },
    calls: new Map([...variants].map(([name, { calls, microUsd }]) => [name, microUsd / calls])),
  };
}

const isSame = (one: FlagBudgets, other: FlagBudgets): boolean =>
  one === other || JSON.stringify([...one]) === JSON.stringify([...other]);

function attributesOf(json: string | null): SpendAttributes | undefined {
  return json === null ? undefined : (JSON.parse(json) as SpendAttributes);
}

/** Of the model calls among events, those that were made. */
export function listSpent(events: readonly KeptEvent[]): readonly SpentCalls[] {
  return events.flatMap((event) => {
    if (event.kind !== "generation" || event.served === undefined || NOT_MADE.has(event.errorType ?? "")) return [];
    const { at, served, shadow, attributes, costMicroUsd, errorType } = event;
    const { flag, variant } = served;
    const unpriced = errorType === undefined && costMicroUsd === undefined ? 1 : 0;
    return [
      {
        at,
        flag,
        variant,
        isShadow: shadow === true,
        attributes,
        calls: 1,
        unpriced,
        costMicroUsd: costMicroUsd ?? 0,
      },
    ];
  });
}

const NOT_MADE: ReadonlySet<string> = new Set(["budget", "template", "invalid_value"]);
