/** What waits for the telemetry store: bounded, stored a few at a time, each tried again and in the end given up, alone. */

import { TELEMETRY_LIMITS } from "./limits.ts";
import { StoreGoneError } from "./telemetry-store.ts";

/** Shape: `weight` is how many evaluations or events it stands for; `chars` is its size. */
export interface Waiting<T> {
  readonly item: T;
  readonly weight: number;
  readonly chars: number;
  /** Times that it was given to the store. */
  readonly attempts: number;
}

export interface WaitingLine<T> {
  /** Whether there is room for it. */
  add(item: T, weight: number, chars: number): boolean;
  /** Together, of all that wait. */
  weight(): number;
  /** The one that has waited for the longest. */
  first(): T | undefined;
  /** Resolves when everything added so far is stored or given up, or after a bound; whether it is. */
  settled(): Promise<boolean>;
  /** Stores no more; what is left is stored within a bound, unless it is not worth it. */
  close(isWorthStoring: boolean): Promise<void>;
}

export interface WaitingLinePorts<T> {
  /** Stores all of them or none, and counts what became of them. */
  readonly store: (items: readonly Waiting<T>[]) => Promise<void>;
  /** What may not be stored together with another of the same; without it all may. */
  readonly idOf?: (item: T) => string;
  /** It has failed too often. */
  readonly givenUp: (item: Waiting<T>) => void;
  readonly onFailure: (error: unknown) => void;
}

export function openWaitingLine<T>({ store, idOf, givenUp, onFailure }: WaitingLinePorts<T>): WaitingLine<T> {
  const waiting: (Waiting<T> & { attempts: number })[] = [];
  /** Whoever waits until so many have left the line. */
  const goals: { readonly left: number; readonly reached: () => void }[] = [];
  let added = 0;
  let left = 0;
  let hasStored = false;
  let chars = 0;
  let isClosed = false;
  let draining: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const drainLater = (delayMs: number): void => {
    if (draining === undefined && !isClosed) timer ??= setTimeout(() => void drain(), delayMs).unref();
  };

  const remove = (number: number): void => {
    for (const gone of waiting.splice(0, number)) chars -= gone.chars;
    left += number;
    while (goals[0] !== undefined && goals[0].left <= left) goals.shift()?.reached();
  };

  /**
   * How many are stored together. One that has failed goes alone, so that what breaks the store does not take others with it. An id
   * may be in a group once, as its second must find the first.
   */
  const firstGroup = (): number => {
    if ((waiting[0]?.attempts ?? 0) > 0) return 1;
    const ids = new Set<string | number>();
    let size = 0;
    for (const [at, { item, attempts, chars: more }] of waiting.slice(0, TELEMETRY_LIMITS.batchesAtOnce).entries()) {
      const id = idOf?.(item) ?? at;
      size += more;
      if (attempts > 0 || ids.has(id) || (at > 0 && size > TELEMETRY_LIMITS.charsAtOnce)) break;
      ids.add(id);
    }
    return ids.size;
  };

  /** Whether to go on at once. */
  const storeFirst = async (): Promise<boolean> => {
    const first = waiting.slice(0, firstGroup());
    const head = first[0];
    if (head === undefined) return false;
    try {
      await store(first);
      hasStored = true;
      remove(first.length);
      return true;
    } catch (error) {
      // A store that is not there has seen nothing of it.
      if (error instanceof StoreGoneError && !error.wasAsked) return false;
      onFailure(error);
      for (const one of first) one.attempts++;
      if (head.attempts < TELEMETRY_LIMITS.attempts) return false;
      givenUp(head);
      remove(1);
      return true;
    }
  };

  const drainAll = async (): Promise<void> => {
    while (await storeFirst());
    draining = undefined;
    if (waiting.length > 0) drainLater(TELEMETRY_LIMITS.retryMs);
  };

  const drain = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    return (draining ??= drainAll());
  };

  const drainWithin = async (boundMs: number): Promise<boolean> => {
    const goal = added;
    if (left >= goal) return true;
    let bound: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => (bound = setTimeout(resolve, boundMs)));
    // Where more comes all the time the line is never empty.
    const stored = new Promise<void>((resolve) => goals.push({ left: goal, reached: resolve }));
    await Promise.race([stored, drain(), over]);
    clearTimeout(bound);
    return left >= goal;
  };

  return {
    add(item, weight, more) {
      if (waiting.length >= TELEMETRY_LIMITS.waitingBatches || chars + more > TELEMETRY_LIMITS.waitingChars) return false;
      waiting.push({ item, weight, chars: more, attempts: 0 });
      chars += more;
      added++;
      drainLater(TELEMETRY_LIMITS.gatherMs);
      return true;
    },
    weight: () => waiting.reduce((sum, { weight }) => sum + weight, 0),
    first: () => waiting[0]?.item,
    settled: () => drainWithin(hasStored ? TELEMETRY_LIMITS.settleMs : TELEMETRY_LIMITS.settleFirstMs),
    async close(isWorthStoring) {
      isClosed = true;
      if (isWorthStoring) await drainWithin(TELEMETRY_LIMITS.closeMs);
      clearTimeout(timer);
    },
  };
}
