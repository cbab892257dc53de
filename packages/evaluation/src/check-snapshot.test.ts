/** What is not a snapshot never replaces one. */

import { describe, expect, it } from "vitest";
import { checkSnapshot } from "./check-snapshot.ts";

const good = {
  format: 1,
  project: "p",
  environment: "e",
  epoch: "x",
  version: 1,
  flags: { a: {} },
  segments: {},
  values: { v: 1 },
};

describe("checkSnapshot", () => {
  it("gives a good snapshot back as it is, unknown fields and all", () => {
    const newer = { ...good, holidays: true };
    expect(checkSnapshot(newer)).toEqual({ value: newer, issues: [] });
  });

  it.each<[unknown, string, string]>([
    ["<html>", "", "snapshot-not-object"],
    [null, "", "snapshot-not-object"],
    [[], "", "snapshot-not-object"],
    [{}, "/format", "snapshot-format"],
    [{ ...good, format: 99 }, "/format", "snapshot-format"],
    [{ ...good, epoch: "" }, "/epoch", "snapshot-text"],
    [{ ...good, project: 5 }, "/project", "snapshot-text"],
    [{ ...good, version: -1 }, "/version", "snapshot-version"],
    [{ ...good, version: "1" }, "/version", "snapshot-version"],
    [{ ...good, flags: [] }, "/flags", "snapshot-map"],
    [{ ...good, values: null }, "/values", "snapshot-map"],
    [{ ...good, flags: { a: 1 } }, "/flags/a", "snapshot-entry"],
    [{ ...good, segments: { s: null } }, "/segments/s", "snapshot-entry"],
  ])("refuses %j", (data, path, code) => {
    const { value, issues } = checkSnapshot(data);
    expect(value).toBeUndefined();
    expect(issues[0]).toMatchObject({ path, code, severity: "error" });
  });
});
