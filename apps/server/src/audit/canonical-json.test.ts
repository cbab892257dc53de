/** Canonical JSON: one text for equal values. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonicalJson", () => {
  it.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ 10: "ten", 9: "nine", a: [] }, '{"10":"ten","9":"nine","a":[]}'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [["é", { z: { y: 1, x: 2 } }], '["é",{"z":{"x":2,"y":1}}]'],
  ])("%j → %s", (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it("is the same whatever the order of keys, and reads back equal", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.stringify(JSON.parse(canonicalJson(value)))).toBe(JSON.stringify(JSON.parse(canonicalJson(reversed))));
      }),
    );
  });
});
