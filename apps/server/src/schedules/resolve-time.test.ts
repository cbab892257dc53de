/** Times of schedules: zones, days that do not exist, clocks that jump. */

import { describe, expect, test } from "vitest";
import { resolveTime } from "./resolve-time.ts";

const iso = (text: string, zone?: string) => new Date(resolveTime(text, zone).at).toISOString();
const codes = (text: string, zone?: string) => resolveTime(text, zone).issues.map(({ code }) => code);

describe("a time means one instant", () => {
  test.each<[string, string | undefined, string]>([
    ["2026-12-01T09:00:00+01:00", undefined, "2026-12-01T08:00:00.000Z"],
    ["2026-12-01T09:00:00.1239-03:30", undefined, "2026-12-01T12:30:00.123Z"],
    ["2028-02-29t09:00z", undefined, "2028-02-29T09:00:00.000Z"],
    ["2026-12-01T09:00:00", "Europe/Berlin", "2026-12-01T08:00:00.000Z"],
    ["2026-07-01T09:00:00", "Europe/Berlin", "2026-07-01T07:00:00.000Z"],
    ["2026-07-01T00:15", "Asia/Kathmandu", "2026-06-30T18:30:00.000Z"],
    ["2026-07-01T00:15", "Pacific/Kiritimati", "2026-06-30T10:15:00.000Z"],
    ["2026-03-29T01:59:59.999", "Europe/Berlin", "2026-03-29T00:59:59.999Z"],
    ["2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ])("%s in %s", (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected);
    expect(codes(text, zone)).toEqual([]);
  });

  test.each([
    ["2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["2026-03-29T02:59:59.999", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
    ["2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
    // Samoa crossed the date line: that day was not.
    ["2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
  ])("%s, which the clocks of %s jump over, is the end of the jump, and the answer says so", (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected);
    expect(resolveTime(text, zone).issues).toMatchObject([{ code: "time-skipped", severity: "warning", path: "/at" }]);
    expect(resolveTime(text, zone).issues[0]?.message).toContain(expected);
  });

  test.each([
    ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-11-01T01:00", "America/New_York", "2026-11-01T05:00:00.000Z"],
  ])("%s, which comes twice in %s, is the first of the two", (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected);
    expect(codes(text, zone)).toEqual(["time-repeated"]);
  });
});

test.each<[string, string?]>([
  [""],
  ["tomorrow"],
  ["2026-12-01"],
  ["2026-12-01T09:00:00"],
  ["2026-02-29T09:00:00Z"],
  ["2026-13-01T09:00:00Z"],
  ["2026-00-10T09:00:00Z"],
  ["2026-12-01T24:00:00Z"],
  ["2026-12-01T09:60:00Z"],
  ["2026-12-31T23:59:60Z"],
  ["2026-12-01T09:00:00+24:00"],
  ["2026-12-01T09:00:00+0100"],
  ["10000-01-01T00:00:00Z"],
  ["2026-12-01T09:00:00Z", "Europe/Berlin"],
  ["2026-12-01T09:00:00", "Europe/Atlantis"],
])("%s in %s is refused", (text, zone) => {
  expect(() => resolveTime(text, zone)).toThrow(expect.objectContaining({ code: "invalid-request" }));
});
