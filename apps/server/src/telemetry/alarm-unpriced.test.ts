/** Which models are told of as having no price, and how often. */

import { expect, test } from "vitest";
import { listUnpricedCalls, openUnpricedAlarm, type UnpricedModel } from "./alarm-unpriced.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { KeptEvent } from "./event-store.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { base, call, NOW, place, SONNET } from "./sample-events.contract.ts";
import { DAY_MS } from "./times.ts";

const UNPRICED = { costMicroUsd: undefined, requestModel: "house-model-2", responseModel: undefined } as object;

function openAlarm() {
  let now = NOW;
  const said: (UnpricedModel | "many")[] = [];
  const tell = openUnpricedAlarm({ clock: () => now, onModel: (model) => said.push(model), onMany: () => said.push("many") });
  const alarm = (at: Place, events: readonly KeptEvent[]) => tell(at, listUnpricedCalls(events));
  return { alarm, said, wait: (ms: number) => void (now += ms) };
}

test("[unpriced-alarm] a model without a price is told of once a day and project, whatever called it", () => {
  const { alarm, said, wait } = openAlarm();
  alarm(place("production"), [call(UNPRICED), call({ ...UNPRICED, shadow: true }, SONNET)]);
  alarm(place("staging"), [call(UNPRICED)]);
  const first = { ...place("production"), provider: "anthropic", model: "house-model-2", flag: "summarizer", variant: "opus" };
  expect(said).toEqual([first]);
  alarm({ project: "other", environment: "production" }, [call(UNPRICED)]);
  alarm(place("production"), [call({ ...UNPRICED, responseModel: "house-model-3" })]);
  expect(said.slice(1)).toMatchObject([{ project: "other" }, { model: "house-model-3" }]);
  wait(DAY_MS);
  alarm(place("production"), [call({ ...UNPRICED, served: undefined } as object)]);
  expect(said.slice(3)).toEqual([{ ...first, flag: undefined, variant: undefined }]);
});

test.each<[what: string, event: Parameters<ReturnType<typeof openAlarm>["alarm"]>[1][number]]>([
  ["has a price", call()],
  ["is free", call({ costMicroUsd: 0 })],
  ["failed", call({ ...UNPRICED, errorType: "timeout" })],
  ["did not tell what came in", call({ ...UNPRICED, inputTokens: undefined } as object)],
  ["did not tell what came out", call({ ...UNPRICED, outputTokens: undefined } as object)],
  ["names no model", call({ ...UNPRICED, requestModel: undefined } as object)],
  ["is no call of a model", { ...base(), kind: "exposure", served: SONNET }],
])("says nothing of what %s", (_what, event) => {
  const { alarm, said } = openAlarm();
  alarm(place("production"), [event]);
  expect(said).toEqual([]);
});

test("of too many names in one day no more is said than that", () => {
  const { alarm, said, wait } = openAlarm();
  const many = Array.from({ length: TELEMETRY_LIMITS.unpricedModels + 50 }, (_, at) =>
    call({ ...UNPRICED, requestModel: `drawn-${at}` }),
  );
  alarm(place("production"), many);
  expect(said).toHaveLength(TELEMETRY_LIMITS.unpricedModels + 1);
  expect(said.at(-1)).toBe("many");
  wait(DAY_MS);
  alarm(place("production"), many.slice(0, 1));
  expect(said.at(-1)).toMatchObject({ model: "drawn-0" });
});
