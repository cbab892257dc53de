/** What the store keeps of a project's prices. */

import type { ModelPrice } from "@dimmer/protocol";

/** Shape: dollars for a million tokens; `outputLimitUsd` is null where there is no limit. */
export interface PriceSheetRecord {
  readonly project: string;
  readonly outputLimitUsd: number | null;
  readonly prices: readonly ModelPrice[];
}

export interface PriceSheetReads {
  getPriceSheet(project: string): Promise<PriceSheetRecord | null>;
  /** Of every project that has one. */
  listPriceSheets(): Promise<readonly PriceSheetRecord[]>;
}

export interface PriceSheetWrites {
  putPriceSheet(record: PriceSheetRecord): Promise<void>;
}
