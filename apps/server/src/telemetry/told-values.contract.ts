/** What every store of events does with scores and with metrics of the apps' own. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Served } from "@dimmer/protocol";
import type { KeptEvent } from "./event-store.ts";
import { ALL, base, NOW, OPUS, place, received, SONNET } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS, HOUR_MS } from "./times.ts";

export function toldValuesContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  beforeAll(async () => (store = await open()));
  afterAll(() => store.close());

  test("scores and the app's own metrics are counted and averaged; one without a value has no mean", async () => {
    const score = (value: number): KeptEvent => ({ ...base(), kind: "score", name: "faithful", value });
    await store.appendEvents([
      received("values", [
        score(0.5),
        score(1),
        { ...base(), kind: "metric", name: "copied" },
        { ...base(), kind: "metric", name: "saved", value: 3 },
      ]),
    ]);
    expect(await store.values(place("values"), ALL, "summarizer")).toEqual([
      { kind: "metric", variant: "opus", name: "copied", count: 1, mean: null, sum: null, p50: null, p95: null },
      { kind: "metric", variant: "opus", name: "saved", count: 1, mean: 3, sum: 3, p50: 3, p95: 3 },
      { kind: "score", variant: "opus", name: "faithful", count: 2, mean: 0.75, sum: 1.5, p50: 0.5, p95: 1 },
    ]);
  });

  test("what names only its person belongs to the variant that they met first, for its time; what was met before the time asked, too", async () => {
    const meets = (targetingKey: string, at: number, served: Served): KeptEvent => ({
      ...base(served),
      targetingKey,
      at,
      kind: "exposure",
    });
    const tells = (targetingKey: string | undefined, at: number, value?: number, name = "bought"): KeptEvent => ({
      ...base(),
      served: undefined,
      targetingKey,
      at,
      kind: "metric",
      name,
      value,
    });
    const at = (hours: number) => NOW + hours * HOUR_MS;
    await store.appendEvents([
      received("attributes", [
        meets("ada", at(0), OPUS),
        meets("ada", at(1), SONNET),
        meets("grace", at(1), SONNET),
        meets("alan", at(1), { ...OPUS, flag: "writer" }),
        meets("mary", at(1), { ...OPUS, overridden: true }),
        tells("ada", at(2), 10),
        tells("ada", at(2), 30),
        tells("ada", at(25), 500),
        tells("ada", at(-1), 500),
        tells("grace", at(2)),
        tells("alan", at(2), 500),
        tells("mary", at(2), 500),
        tells(undefined, at(2), 500),
        { ...tells("grace", at(2), 70), served: OPUS },
        tells("ada", at(2), 1, "visited"),
      ]),
    ]);
    const span = { since: NOW - DAY_MS, until: NOW + 2 * DAY_MS };
    expect(await store.values(place("attributes"), span, "summarizer")).toMatchObject([
      { name: "bought", variant: "opus", count: 3, sum: 110, p50: 30 },
      { name: "bought", variant: "sonnet", count: 1, mean: null },
      { name: "visited", variant: "opus", count: 1, sum: 1 },
    ]);
    const asked = [
      { event: "bought", cap: 20, windowMs: DAY_MS },
      { event: "bought", cap: null, windowMs: 2 * DAY_MS },
      { event: "nothing", cap: null, windowMs: DAY_MS },
    ];
    const told = { count: 1, people: 1, metPeople: 1, valued: 0, sum: 0, total: 1, quantiles: null };
    expect(await store.told(place("attributes"), { ...span, flag: "summarizer", asked })).toEqual([
      {
        place: 0,
        variant: "opus",
        count: 3,
        people: 2,
        metPeople: 1,
        valued: 3,
        sum: 50,
        total: 50,
        quantiles: [20, 20, 20, 20, 20],
      },
      { ...told, place: 0, variant: "sonnet" },
      {
        place: 1,
        variant: "opus",
        count: 4,
        people: 2,
        metPeople: 1,
        valued: 4,
        sum: 610,
        total: 610,
        quantiles: [30, 70, 500, 500, 500],
      },
      { ...told, place: 1, variant: "sonnet" },
    ]);
    const later = { since: at(1.5), until: at(3) };
    expect(await store.told(place("attributes"), { ...later, flag: "summarizer", asked: asked.slice(0, 1) })).toMatchObject([
      { variant: "opus", count: 3, metPeople: 0 },
      { variant: "sonnet", count: 1, metPeople: 0 },
    ]);
    expect(await store.told(place("attributes"), { ...span, flag: "summarizer", asked: [] })).toEqual([]);
    expect(await store.bases(place("attributes"), span, "summarizer")).toEqual([
      { variant: "opus", people: 2, exposures: 1, met: 1 },
      { variant: "sonnet", people: 2, exposures: 2, met: 1 },
    ]);
  });
}
