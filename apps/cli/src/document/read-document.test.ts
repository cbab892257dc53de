/** Where things stand in a document: places of JSON Pointers, syntax errors, and what is no text. */

import { describe, expect, test } from "vitest";
import { parseSource, splitPointer } from "./read-document.ts";

const YAML = `version: 1
flags:
  a/b:
    type: boolean # why
    variants:
      - { x: 1 }
      -   y: 2
`;

describe("places", () => {
  const source = parseSource("dimmer.yaml", YAML);
  const check = (pointer: string, line: number, column: number) => expect(source.place(pointer)).toEqual({ line, column });

  test("the whole", () => check("", 1, 1));
  test("a scalar", () => check("/flags/a~1b/type", 4, 11));
  test("the key of a block", () => check("/flags/a~1b", 3, 3));
  test("an element of a list", () => check("/flags/a~1b/variants/1/y", 7, 14));
  test("what is missing stands at its parent", () => check("/flags/a~1b/owner", 3, 3));
  test("what is far from there as well", () => check("/segments/x/y/z", 1, 1));
  test("JSON has places too", () =>
    expect(parseSource("d.json", `{\n  "flags": { "a": 1 }\n}`).place("/flags/a")).toEqual({ line: 2, column: 19 }));
  test("an empty file", () => expect(parseSource("d.yaml", "").place("/flags")).toEqual({ line: 1, column: 1 }));
  test("pointers are unescaped", () => expect(splitPointer("/a~1b/c~0d/")).toEqual(["a/b", "c~d", ""]));
});

describe("syntax", () => {
  const check = (text: string, code: string, line: number) => {
    const source = parseSource("d.yaml", text);
    expect(source.data).toBeUndefined();
    expect(source.issues[0]).toMatchObject({ code, severity: "error" });
    expect(source.place("/anything").line).toBe(line);
  };
  test("a duplicate key", () => check("a: 1\nb: 2\na: 3\n", "syntax-duplicate-key", 3));
  test("a broken flow", () => check("a: [1, 2\n", "syntax-bad-indent", 2));
  test("a tab for indentation", () => check("a:\n\tb: 1\n", "syntax-tab-as-indent", 2));
  test("dates stay text, `on` stays text", () =>
    expect(parseSource("d.yaml", "removeBy: 2027-03-01\nfallback: on\n").data).toEqual({
      removeBy: "2027-03-01",
      fallback: "on",
    }));
  test("a bomb of aliases is refused", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(9)}*a]\nc: &c [${"*b,".repeat(9)}*b]\nd: [${"*c,".repeat(9)}*c]\n`;
    const source = parseSource("d.yaml", bomb);
    expect(source.data).toBeUndefined();
    expect(source.issues[0]?.code).toBe("syntax-too-many-aliases");
  });
});
