/** Attributes in words. */

import { expect, test } from "vitest";
import type { AttributeDeclaration, DeclaredType } from "@dimmer/evaluation";
import type { AttributeView } from "@dimmer/protocol";
import { readValues, rowsOf, sayDeclaration, sayFit, saySeen } from "./say-attribute.ts";

test.each<[AttributeDeclaration, string]>([
  [{ type: "string" }, "A text."],
  [{ type: "string", values: ["free", "pro", "team"] }, "A text: free, pro or team."],
  [{ type: "number", list: true, private: true }, "A list of numbers. Private: its values stay in the app."],
  [{ type: "colour" as DeclaredType }, "Colour."],
])("%j: %s", (declaration, said) => expect(sayDeclaration(declaration)).toBe(said));

const counts = { seen: 1_200, missing: 0, mistyped: 0, notAllowed: 0, values: [] };
test.each<[AttributeView["declared"], string, string]>([
  [undefined, "unknown", "No context"],
  [{ ...counts, seen: 0 }, "unknown", "No context"],
  [counts, "fits", "Of 1,200 contexts looked at this week, all fit."],
  [{ ...counts, missing: 3 }, "differs", "Of 1,200 contexts looked at this week, 3 without it."],
  [
    { ...counts, missing: 3, mistyped: 1, notAllowed: 12 },
    "differs",
    "3 without it, 1 of another type and 12 with a value that is not declared.",
  ],
])("%j", (declared, state, text) => {
  const said = sayFit(declared);
  expect(said.state).toBe(state);
  expect(said.text).toContain(text);
});

test("declared ones stand first, then those that were only seen", () => {
  const view = (path: string): AttributeView => ({ path, types: ["string"], lastSeen: "2026-01-01" });
  const rows = rowsOf({ attributes: { seats: { type: "number" }, plan: { type: "string" } } }, [
    view("zone"),
    view("plan"),
    view("app"),
  ]);
  expect(rows.map(({ path, declaration, seen }) => [path, declaration !== undefined, seen !== undefined])).toEqual([
    ["plan", true, true],
    ["seats", true, false],
    ["app", false, true],
    ["zone", false, true],
  ]);
  expect(rowsOf(null, [view("a")])).toHaveLength(1);
});

test("values are read by their type", () => {
  expect(readValues("1, 2\n2,x", "number")).toEqual([1, 2, "x"]);
  expect(readValues(" free ,pro\n\n", "string")).toEqual(["free", "pro"]);
});

test("what was seen", () => {
  expect(saySeen({ types: ["string", "number"], lastSeen: "2026-01-31" })).toBe("Seen as string or number, last on 2026-01-31.");
  expect(saySeen({ types: ["null"], lastSeen: null })).toBe("Seen as null.");
});
