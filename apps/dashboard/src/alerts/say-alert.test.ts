/** Alerts in words. */

import { expect, test } from "vitest";
import { ALERT_KINDS } from "@dimmer/protocol";
import { KIND_WORDS, sayCounts, sayEvidence, wanting } from "./say-alert.ts";

test("every kind has a name", () => expect(Object.keys(KIND_WORDS).sort()).toEqual([...ALERT_KINDS].sort()));

test.each([
  [{ page: 0, warn: 0, note: 9 }, 0, "0 open alerts"],
  [{ page: 0, warn: 1, note: 0 }, 1, "1 open alert"],
  [{ page: 2, warn: 3, note: 0 }, 5, "5 open alerts, 2 of them for now"],
])("%j", (counts, all, said) => {
  expect(wanting(counts)).toBe(all);
  expect(sayCounts(counts)).toBe(said);
});

test("evidence is read line by line, what lies deeper by its way", () =>
  expect(
    sayEvidence({ ratioAtLeast: 1.33891, treated: { exposures: 4_120 }, models: ["a", "b"], none: [], is_live: true, at: null }),
  ).toEqual([
    { name: "ratio at least", said: "1.339" },
    { name: "treated exposures", said: "4,120" },
    { name: "models", said: "a, b" },
    { name: "is live", said: "yes" },
    { name: "at", said: "not known" },
  ]));

test("a bare value is what was seen, a time is one for people, and much is cut", () => {
  expect(sayEvidence("x".repeat(300))).toEqual([{ name: "Seen", said: `${"x".repeat(239)}…` }]);
  expect(sayEvidence({ since: "2026-03-01T12:00:00.000Z" })[0]?.said).toMatch(/2026/u);
  expect(sayEvidence(Array.from({ length: 99 }, () => ({ a: 1 })))).toHaveLength(40);
  expect(sayEvidence([[1], { a: 2 }])).toEqual([
    { name: "0", said: "1" },
    { name: "1 a", said: "2" },
  ]);
});
