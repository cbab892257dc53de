/** Inputs of a flag: read, written, checked and said. */

import { expect, test } from "vitest";
import { checkInput, type InputRow, inputsOf, rowsOf, sayInputs, undeclared } from "./inputs.ts";

const rows: readonly InputRow[] = [
  { name: "text", isOptional: false },
  { name: "audience", isOptional: true },
];

test("both ways are the same", () => {
  expect(rowsOf(["text", "audience?"])).toEqual(rows);
  expect(inputsOf(rows)).toEqual(["text", "audience?"]);
});

test.each<[readonly string[], string]>([
  [[], "The app gives nothing: a prompt that asks for a variable is refused."],
  [["text", "name"], "The app gives text and name."],
  [["text", "audience?"], "The app gives text; and it may give audience, or leaves it out."],
  [["a?", "b?"], "The app may give a and b, or leaves them out."],
])("%j: %s", (inputs, said) => expect(sayInputs(rowsOf(inputs))).toBe(said));

const problemOf = (name: string) => checkInput([...rows, { name, isOptional: false }], 2);

test.each<[string, RegExp]>([
  ["", /Give it a name/u],
  ["2nd", /begins with/u],
  ["text", /there already/u],
])("%j is refused", (name, why) => expect(problemOf(name)).toMatch(why));

test("a good name is taken", () => expect(problemOf("product")).toBeUndefined());

test("what nobody declares is named", () => expect(undeclared(rows, ["text", "product"])).toEqual(["product"]));
