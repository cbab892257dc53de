/** Every project's own prices at hand, as events are priced when they arrive and nobody waits then. */

import type { ModelPrice } from "@dimmer/protocol";
import type { PriceSheetRecord } from "../storage/price-sheet-record.ts";
import type { StoreReader } from "../storage/store.ts";

/** Milliseconds after which they are read again, so that a price that another process set is known. */
const KEPT_MS = 10_000;

export interface ProjectPrices {
  of(project: string): readonly ModelPrice[];
  /** One that was just stored. */
  put(record: PriceSheetRecord): void;
  load(): Promise<void>;
}

/**
 * Shape:  answers from memory; what is older than ten seconds is read again meanwhile.
 * Errors: none from `of`; a store that fails is told to `onFailure`, and what was known goes on counting.
 */
export function openProjectPrices(ports: {
  readonly store: Pick<StoreReader, "listPriceSheets">;
  readonly clock: () => number;
  readonly onFailure: (error: unknown) => void;
}): ProjectPrices {
  let known = new Map<string, readonly ModelPrice[]>();
  let readAt = Number.NEGATIVE_INFINITY;
  let puts = 0;

  const load = async (): Promise<void> => {
    readAt = ports.clock();
    const before = puts;
    const sheets = await ports.store.listPriceSheets();
    // What was put meanwhile is newer than what was read.
    if (puts === before) known = new Map(sheets.map(({ project, prices }) => [project, prices]));
  };

  return {
    of(project) {
      if (ports.clock() - readAt >= KEPT_MS) void load().catch(ports.onFailure);
      return known.get(project) ?? [];
    },
    put({ project, prices }) {
      puts++;
      known.set(project, prices);
    },
    load,
  };
}
