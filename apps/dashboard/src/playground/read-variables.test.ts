/** What was typed for variables. */

import { expect, test } from "vitest";
import { readVariables } from "./read-variables.ts";

test("texts as they are, JSON where it begins so, nothing for nothing", () => {
  const typed = { text: "one {two}", user: ' {"plan": "pro"}', items: "[1, 2]", empty: "", other: "not asked for", count: "3" };
  expect(readVariables(["text", "user", "items", "empty", "absent", "count"], typed)).toEqual({
    variables: { text: "one {two}", user: { plan: "pro" }, items: [1, 2], count: "3" },
    problems: {},
  });
});

test("says what is no JSON, and reads the rest", () => {
  const { variables, problems } = readVariables(["a", "b"], { a: "{oops", b: "fine" });
  expect(variables).toEqual({ b: "fine" });
  expect(problems["a"]).toContain("is none");
});
