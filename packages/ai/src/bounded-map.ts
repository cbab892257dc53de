/** A map that forgets what was least recently used once it holds too much. */

export interface BoundedMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V, weight?: number): void;
  delete(key: string): void;
  readonly size: number;
}

/**
 * Shape:  at most `maxEntries`, and at most `maxWeight` of what `set` was told that they weigh; one that weighs more than all is
 *         not kept. `get` counts as a use.
 * Errors: none.
 */
export function openBoundedMap<V>(maxEntries: number, maxWeight = Number.POSITIVE_INFINITY): BoundedMap<V> {
  // A Map keeps the order of insertion, so the first entry is the one that was used longest ago.
  const entries = new Map<string, { readonly value: V; readonly weight: number }>();
  let total = 0;
  const remove = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, weight = 0) {
      remove(key);
      if (weight > maxWeight) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && total <= maxWeight) break;
        remove(oldest);
      }
    },
    delete: remove,
    get size() {
      return entries.size;
    },
  };
}
