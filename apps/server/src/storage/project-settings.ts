/** What the store keeps of a project beside its flags and segments: what it declares of contexts, and its prices. */

import type { ContextReads, ContextWrites } from "./context-record.ts";
import type { PriceSheetReads, PriceSheetWrites } from "./price-sheet-record.ts";

export interface SettingReads extends ContextReads, PriceSheetReads {}
export interface SettingWrites extends ContextWrites, PriceSheetWrites {}
