/** Questions and values survive the way there and back. */

import { expect, test } from "vitest";
import type { JsonValue } from "@dimmer/evaluation";
import { EMPTY_QUESTION, readQuestion, readValue, writeQuestion, writeValue } from "./question.ts";

test.each([
  { context: {} },
  { flag: "search", context: { targetingKey: "user-1", plan: "pro", seats: 3, beta: true, organization: { plan: null } } },
  { context: { name: "Zoë 日本 🌱", list: ["a", 1] } },
])("a link holds %j", (question) => {
  const hash = writeQuestion(question);
  expect(hash).toMatch(/^[\w-]+$/u);
  expect(readQuestion(hash)).toEqual(question);
});

test.each(["", "not base64!", btoa("no json"), btoa("null"), btoa('{"context":[1]}'), btoa('{"flag":"a"}')])(
  "%j is the empty question",
  (hash) => expect(readQuestion(hash)).toEqual(EMPTY_QUESTION),
);

test("a flag that is no text is left out", () =>
  expect(readQuestion(btoa('{"flag":7,"context":{"a":1}}'))).toEqual({ context: { a: 1 } }));

test.each<[string, JsonValue]>([
  ["pro", "pro"],
  ["42", 42],
  ["-1.5", -1.5],
  ["1.2.3", "1.2.3"],
  ["2026-01-01", "2026-01-01"],
  ["true", true],
  ["truely", "truely"],
  ["null", null],
  ['"42"', "42"],
  ['["a", "b"]', ["a", "b"]],
  ["[broken", "[broken"],
  ["", ""],
  [" padded ", " padded "],
])("%j is read as %j", (text, value) => expect(readValue(text)).toEqual(value));

test.each<JsonValue>(["pro", "42", "true", "", " x ", '"', 42, true, null, ["a"], { a: 1 }])("%j comes back", (value) =>
  expect(readValue(writeValue(value))).toEqual(value),
);
