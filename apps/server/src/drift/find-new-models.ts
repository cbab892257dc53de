/** Finds models that answer a variant and did not when its past was frozen: its provider has changed something, whatever comes of it. */

import type { Place } from "../delivery/snapshot-hub.ts";
import type { DriftMarkRecord } from "../storage/drift-record.ts";
import type { StoreReader } from "../storage/store.ts";
import type { AskedVariant } from "../telemetry/event-hours.ts";
import type { Span } from "../telemetry/telemetry-store.ts";
import { whoseKey } from "./count-hours.ts";
import type { DriftQuestions } from "./freeze-reference.ts";
import type { HeldReference } from "./hold-hours.ts";

/** Calls that it takes: a single one may be an app's own experiment. */
const LEAST_CALLS = 3;

/**
 * Shape:  each of them once, whenever it was first seen; none that is marked already.
 * Errors: those of the stores.
 */
export async function findNewModels(
  { store, events }: { readonly store: StoreReader; readonly events: DriftQuestions },
  place: Place,
  live: readonly HeldReference[],
  asked: readonly AskedVariant[],
  span: Span,
): Promise<readonly DriftMarkRecord[]> {
  const references = new Map(live.map(({ reference }) => [whoseKey(reference), reference]));
  const found: DriftMarkRecord[] = [];
  for (const row of await events.answered(place, { ...span, asked })) {
    const reference = references.get(whoseKey(row));
    if (reference === undefined || row.calls < LEAST_CALLS || reference.baseline.models.includes(row.model)) continue;
    const { flag, variant } = reference;
    const id = `model ${reference.id} ${row.model}`;
    const known = await store.listDriftMarks({ ...place, flag }, reference.baseline.until, MARKS);
    if (known.some((mark) => mark.id === id)) continue;
    const before = reference.baseline.models.join(", ") || null;
    const say = `${row.model} answers ${variant}${before === null ? "" : `, where ${before} did`}.`;
    const mark = { kind: "model", variant, say, before, after: row.model, change: null } as const;
    found.push({ ...place, flag, id, at: row.firstAt, mark });
  }
  return found;
}

const MARKS = 1_000;
