/** People of a week from the sketches of its days. */

import { expect, test } from "vitest";
import { estimatePeople } from "./estimate-people.ts";
import type { PeopleRow } from "./telemetry-store.ts";

const row = (day: number, sketch: string, more: Partial<PeopleRow> = {}): PeopleRow => ({
  day,
  flag: null,
  path: null,
  rule: null,
  sketch,
  ...more,
});

test("whoever was there on several days, or in several rules, counts once in each", () => {
  const paid = { flag: "model", path: "rule", rule: "paid" } as const;
  const view = estimatePeople(
    [
      row(1, "AABABB"),
      row(2, "AABACB"),
      row(1, "AAB", paid),
      row(2, "AABABB", paid),
      row(2, "AAB", { flag: "model", path: "default" }),
      row(1, "AAB", { flag: "model", path: "pin", rule: "paid" }),
      row(2, "ABB", { flag: "model", path: "pin" }),
    ],
    2,
  );
  expect(view).toMatchObject({ today: { people: 2 }, week: { people: 3 }, pinned: { model: 2 } });
  expect(view.addresses).toEqual([
    { flag: "model", rule: "paid", people: 2 },
    { flag: "model", rule: "default", people: 1 },
  ]);
});

test("nobody, and a sketch that is none, are nobody", () => {
  expect(estimatePeople([row(2, "junk!")], 2)).toMatchObject({ today: { people: 0 }, week: { people: 0 }, addresses: [] });
});
