/** Counters of model calls by variant: what is in them, what is not, and how many there are at most. */

import { expect, test } from "vitest";
import type { Snapshot } from "@dimmer/evaluation";
import { countCalls, openVariantCounts, OTHERS } from "./count-variants.ts";
import type { KeptEvent } from "./event-store.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { call, OPUS, SONNET } from "./sample-events.contract.ts";

const PLACE = { project: "p", environment: "production" };
const variants = (...names: string[]) => Object.fromEntries(names.map((name) => [name, {}]));
const snapshotWith = (flags: Readonly<Record<string, object>>) => () =>
  ({ flags: Object.fromEntries(Object.entries(flags).map(([flag, held]) => [flag, { variants: held }])) }) as unknown as Snapshot;
const summarizer = snapshotWith({ summarizer: variants("opus", "sonnet") });

test("calls, errors, tokens and cost are summed by variant; what is in no metric is in none of these", () => {
  const counts = openVariantCounts(summarizer);
  const untold = { inputTokens: undefined, outputTokens: undefined, costMicroUsd: undefined };
  const events: readonly KeptEvent[] = [
    call(),
    call({ ...untold, errorType: "timeout" }),
    call({ ...untold, errorType: "aborted" }),
    call({ costMicroUsd: undefined, responseModel: "house-model-2" } as object, SONNET),
    call({ shadow: true }),
    call({}, { ...OPUS, overridden: true }),
    { ...call(), served: undefined } as KeptEvent,
    { id: "0123456789abcdef", at: 1, kind: "exposure", served: OPUS },
  ];
  counts.add(PLACE, countCalls(events));
  const opus = { ...PLACE, flag: "summarizer", variant: "opus", calls: 3, errors: 1 };
  expect(counts.all()).toEqual([
    { ...opus, inputTokens: 1_000, outputTokens: 100, costMicroUsd: 7_500, unpriced: 0 },
    { ...opus, variant: "sonnet", calls: 1, errors: 0, inputTokens: 1_000, outputTokens: 100, costMicroUsd: 0, unpriced: 1 },
  ]);
});

test("what the environment does not have, and what comes after there are enough, is one sum", () => {
  const none = openVariantCounts(() => undefined);
  none.add(PLACE, countCalls([call()]));
  const counts = openVariantCounts(summarizer);
  counts.add(PLACE, countCalls([call({}, { ...OPUS, flag: "chosen-by-a-caller" }), call({}, { ...OPUS, variant: "__proto__" })]));
  const others = { ...PLACE, flag: OTHERS, variant: OTHERS };
  expect([none.all(), counts.all()]).toMatchObject([[{ ...others, calls: 1 }], [{ ...others, calls: 2 }]]);

  const many = Array.from({ length: TELEMETRY_LIMITS.variantCounts + 5 }, (_, at) => `v${at}`);
  const full = openVariantCounts(snapshotWith({ summarizer: variants(...many) }));
  full.add(PLACE, countCalls(many.map((variant) => call({}, { ...OPUS, variant }))));
  expect(full.all()).toHaveLength(TELEMETRY_LIMITS.variantCounts + 1);
  expect(full.all().at(-1)).toMatchObject({ ...others, calls: 5 });
  full.add(PLACE, countCalls([call({}, { ...OPUS, variant: "v0" })]));
  expect(full.all()[0]).toMatchObject({ variant: "v0", calls: 2 });
});
