/** Watchers without a store: a day as any other raises nothing, and what each is about raises exactly one. */

import type { ModelUse } from "@dimmer/protocol";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../telemetry/times.ts";
import { findRetiring } from "./model-retirement.ts";
import { findPremium } from "./premium-traffic.ts";
import { premiumRows, seeded, type Shares, signalsOf } from "./sample-traffic.contract.ts";
import { findSilent } from "./silent-metric.ts";

const PLACE = { project: "shop", environment: "production" };
const MONDAY = Date.UTC(2026, 10, 23);
const ARMS: readonly Shares[] = [
  { variant: "opus", share: 0.1, feedback: 0.08 },
  { variant: "sonnet", share: 0.9, feedback: 0.06 },
];

describe("silent metrics", () => {
  const find = (rows: ReturnType<typeof signalsOf>) => findSilent(PLACE, { ...rows, window: "hour" });

  test("[silence-noticed] a week of usual hours, of much traffic and of little, is not silent", () => {
    const random = seeded(1);
    for (const perHour of [20, 400, 20_000])
      for (let hour = 1; hour <= 168; hour++) {
        const rows = signalsOf(random, MONDAY + hour * HOUR_MS, perHour, ARMS);
        expect(find(rows), `${perHour} at ${hour}`).toEqual([]);
      }
  });

  test.each([
    ["tokens", (row) => (row.variant === "opus" ? { ...row, metered: 0 } : row)],
    ["feedback", (row) => (row.variant === "opus" ? { ...row, feedback: 0 } : row)],
    ["exposures", (row) => ({ ...row, exposures: 0 })],
  ] as const satisfies readonly (readonly [string, (row: ReturnType<typeof signalsOf>["signals"][number]) => object])[])(
    "[silence-noticed] %s that stop while all else goes on are one alert, by day and by night",
    (what, break_) => {
      const random = seeded(2);
      for (let hour = 1; hour <= 24; hour++) {
        const { signals, asked } = signalsOf(random, MONDAY + DAY_MS + hour * HOUR_MS, 8_000, ARMS);
        const broken = signals.map((row) => (row.daysBefore === 0 ? { ...row, ...break_(row) } : row));
        const found = find({ signals: broken, asked });
        expect(found.map(({ key }) => key)).toEqual([
          what === "exposures"
            ? "silent-metric/production/summarizer//exposures"
            : `silent-metric/production/summarizer/opus/${what}`,
        ]);
        expect(found[0]).toMatchObject({ kind: "silent-metric", flag: "summarizer", environment: "production" });
        expect(found[0]?.cause).toMatch(/hour/u);
      }
    },
  );

  test("everything that stops at once, what was never told, and a new arm with few calls are none", () => {
    const { signals, asked } = signalsOf(seeded(3), MONDAY, 8_000, ARMS);
    const off = signals.map((row) => (row.daysBefore === 0 ? { ...row, exposures: 0, calls: 0, metered: 0, feedback: 0 } : row));
    const isNow = ({ daysBefore }: { daysBefore: number }) => daysBefore === 0;
    expect(find({ signals: off, asked: asked.filter((row) => !isNow(row)) })).toEqual([]);
    expect(find({ signals: signals.map((row) => ({ ...row, metered: 0, feedback: 0, exposures: 0 })), asked })).toEqual([]);
    const fresh = { flag: "summarizer", variant: "fresh", daysBefore: 0, exposures: 9, calls: 100, metered: 100, feedback: 0 };
    expect(find({ signals: [...signals, fresh], asked })).toEqual([]);
    const busy = { ...fresh, exposures: 900, calls: 9_000, metered: 9_000 };
    expect(find({ signals: [...signals, busy], asked }).map(({ variant }) => variant)).toEqual(["fresh"]);
  });
});

describe("premium traffic", () => {
  const traffic = (rows: ReturnType<typeof premiumRows>) => ({ flag: "summarizer", variants: ["opus"], rows });
  const usual = () => 0.1;

  test("[premium-noticed] four weeks of usual hours, looked at in every hour of a day, are as usual", () => {
    for (const [seed, perHour] of [
      [1, 60],
      [2, 1_000],
      [3, 30_000],
    ] as const) {
      const rows = premiumRows(seeded(seed), MONDAY + DAY_MS - 1, perHour, usual);
      for (let hour = 1; hour <= 24; hour++) {
        const now = MONDAY + hour * HOUR_MS - 1;
        expect(findPremium(PLACE, traffic(rows.filter(({ at }) => at <= now)), now), `${perHour} at ${hour}`).toEqual([]);
      }
    }
  });

  test("[premium-noticed] a tier that gets twice as much is one alert, within hours", () => {
    const now = MONDAY + 6 * HOUR_MS;
    const rows = premiumRows(seeded(4), now, 3_000, (at) => (at >= MONDAY ? 0.2 : 0.1));
    const found = findPremium(PLACE, traffic(rows), now);
    expect(found).toMatchObject([
      {
        key: "premium-traffic/production/summarizer/paid",
        kind: "premium-traffic",
        variant: "opus",
        evidence: { tier: "paid", variants: ["opus"] },
      },
    ]);
    expect(found[0]?.cause).toContain("Today paid of summarizer got opus");
  });

  test("premium answers where there were never any are found at once; without a day's habit nothing is said", () => {
    const rows = premiumRows(seeded(5), MONDAY + HOUR_MS, 1_000, (at) => (at >= MONDAY ? 0.05 : 0));
    expect(findPremium(PLACE, traffic(rows), MONDAY + HOUR_MS)).toHaveLength(1);
    const young = rows.filter(({ at }) => at >= MONDAY - 20 * HOUR_MS);
    expect(findPremium(PLACE, traffic(young), MONDAY + HOUR_MS)).toEqual([]);
    expect(findPremium(PLACE, traffic([]), MONDAY)).toEqual([]);
  });
});

describe("model retirement", () => {
  const of = { project: "shop", provider: "openai", model: "gpt-4o", retiresOn: "2026-12-31" };
  const use = (more: Partial<ModelUse> = {}): ModelUse => ({
    flag: "summarizer",
    environment: "production",
    variant: "cheap",
    provider: "openai",
    model: "gpt-4o",
    serves: [{ kind: "default", rule: null, percent: 100 }],
    killed: false,
    stopped: false,
    pinnedOnly: false,
    ...more,
  });
  const before = (days: number) => Date.parse(of.retiresOn) - days * DAY_MS + 5 * HOUR_MS;
  const severity = (days: number, uses = [use()]) => findRetiring([of], uses, before(days)).map((alert) => alert.severity);

  test("[retirement-told] is told 60, 30 and 7 days ahead, with where the model is used", () => {
    expect([61, 60, 31, 30, 8, 7, 0, -3].map((days) => severity(days))).toEqual([
      [],
      ["note"],
      ["note"],
      ["warn"],
      ["warn"],
      ["page"],
      ["page"],
      ["page"],
    ]);
    expect(findRetiring([of], [use()], before(1))).toMatchObject([
      {
        key: "model-retirement/openai/gpt-4o",
        title: "gpt-4o retires on 2026-12-31, tomorrow",
        flag: "summarizer",
        variant: "cheap",
      },
    ]);
    expect(findRetiring([of], [use()], before(-3))[0]?.title).toBe("gpt-4o was retired on 2026-12-31");
    const many = Array.from({ length: 7 }, (_, n) => use({ variant: `v${n}`, provider: null }));
    expect(findRetiring([of], many, before(3))[0]?.cause).toContain("summarizer:v4 in production and 2 more");
  });

  test("what nothing serves, is off or is another's is nobody's worry", () => {
    for (const more of [{ serves: [] }, { killed: true }, { stopped: true }, { provider: "azure" }, { model: "gpt-5" }])
      expect(severity(3, [use(more)])).toEqual([]);
  });
});
