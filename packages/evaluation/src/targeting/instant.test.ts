/** Instants against `Date`, and everything that `Date` forgives. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf, isCalendarDate } from "./instant.ts";

const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

describe("instantOf", () => {
  it("reads what Date writes, for any millisecond of the years 0000 to 9999", () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), (ms) => {
        expect(instantOf(new Date(ms).toISOString())).toBe(ms);
      }),
      { numRuns: 5_000, seed: 7 },
    );
  });

  it("agrees with Date.parse on every first and last day of a month", () => {
    for (const year of ["0000", "0099", "1900", "1970", "2000", "2023", "2024", "9999"]) {
      for (let month = 1; month <= 12; month++) {
        for (const day of ["00", "01", "28", "29", "30", "31", "32"]) {
          const text = `${year}-${String(month).padStart(2, "0")}-${day}T12:34:56Z`;
          const date = new Date(text);
          const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 10));
          expect([text, instantOf(text)]).toEqual([text, isReal ? date.getTime() : Number.NaN]);
          expect([text, isCalendarDate(text.slice(0, 10))]).toEqual([text, isReal]);
        }
      }
    }
  });

  it.each([
    ["2026-03-01T09:30:00Z", Date.UTC(2026, 2, 1, 9, 30)],
    ["2026-03-01t09:30:00z", Date.UTC(2026, 2, 1, 9, 30)],
    ["2026-03-01T09:30:00+01:30", Date.UTC(2026, 2, 1, 8, 0)],
    ["2026-03-01T09:30:00-01:30", Date.UTC(2026, 2, 1, 11, 0)],
    ["2026-03-01T09:30:00-00:00", Date.UTC(2026, 2, 1, 9, 30)],
    ["2026-03-01T09:30:00.5Z", Date.UTC(2026, 2, 1, 9, 30, 0, 500)],
    ["2026-03-01T09:30:00.0199999999Z", Date.UTC(2026, 2, 1, 9, 30, 0, 19)],
    ["1969-12-31T23:59:59.999Z", -1],
    [0, 0],
    [-1.5, -1.5],
    [1e300, 1e300],
  ])("reads %j", (value, ms) => {
    expect(instantOf(value)).toBe(ms);
  });

  it.each([
    "",
    "2026-03-01",
    "2026-03-01T09:30:00",
    "2026-03-01T09:30Z",
    "2026-03-01 09:30:00Z",
    "2026-03-01T09:30:60Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T09:60:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "+275760-09-13T00:00:00Z",
    "275761-01-01T00:00:00Z",
    "2026-03-01T09:30:00.Z",
    "2026-03-01T09:30:00+24:00",
    "2026-03-01T09:30:00+01:60",
    "2026-03-01T09:30:00+0100",
    "2026-03-01T09:30:00+01",
    "2026-03-01T09:30:00Zjunk",
    "2026-03-01T09:30:00 Z",
    "2026/03/01T09:30:00Z",
    "2026-03/01T09:30:00Z",
    "2026-03-01T09.30:00Z",
    "2026-03-01T09:30.00Z",
    "٢026-03-01T09:30:00Z",
    `2026-03-01T09:30:00.${"1".repeat(100)}Z`,
    "2026-03-01T09:30:00*01:00",
    "2026-03-01T0a:30:00Z",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    true,
    5n,
    [],
    {},
    new Date(0),
  ])("refuses %s", (value) => {
    expect(instantOf(value)).toBeNaN();
  });
});

describe("isCalendarDate", () => {
  it.each(["2027-3-01", "2027-03-1", "20270301", "2027-03-01T", "2027/03-01", "2027-03/01", "x027-03-01", ""])(
    "refuses %j",
    (text) => {
      expect(isCalendarDate(text)).toBe(false);
    },
  );
});
