/** An issue's pointer leads to the text that it is about. */

import { expect, test } from "vitest";
import { placeInJson } from "./json-place.ts";

const TEXT = `{ "model": "opus", "messages": [{ "role": "system" }, { "role": "user" }], "a/b": { "~": 1 } }`;

test.each([
  ["", TEXT],
  ["/model", `"opus"`],
  ["/messages/1/role", `"user"`],
  ["/messages/0", `{ "role": "system" }`],
  ["/a~1b/~0", "1"],
  ["/messages/7", `[{ "role": "system" }, { "role": "user" }]`],
  ["/parameters/maxTokens", TEXT],
])("%s", (pointer, found) => {
  const { from, to } = placeInJson(TEXT, pointer);
  expect(TEXT.slice(from, to)).toBe(found);
});

test("a text that is no JSON is one place", () => {
  expect(placeInJson("", "/model")).toEqual({ from: 0, to: 0 });
});
