/** Bodies are read exactly or refused. */

import { describe, expect, test } from "vitest";
import { ProblemError } from "@dimmer/protocol";
import { HTTP_LIMITS } from "./limits.ts";
import { countNames, readJson, type JsonRigour } from "./read-json.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** What was read, or the code of the refusal. */
function check(body: string | Uint8Array, rigour: JsonRigour, expected: unknown): void {
  expect(outcomeOf(() => readJson(typeof body === "string" ? bytes(body) : body, rigour))).toEqual(expected);
}

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof ProblemError ? { refused: error.code } : error;
  }
}

const invalid = { refused: "invalid-request" };
const tooDeep = { refused: "body-too-deep" };
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("a body is read exactly or refused", () => {
  test.each<[string, string | Uint8Array, JsonRigour, unknown]>([
    ["plain", '{"a":[1,-2.5e3,"x",null,true]}', "exact", { a: [1, -2500, "x", null, true] }],
    ["as deep as may be", nested(HTTP_LIMITS.jsonDepth), "exact", JSON.parse(nested(HTTP_LIMITS.jsonDepth))],
    ["a level deeper", nested(HTTP_LIMITS.jsonDepth + 1), "exact", tooDeep],
    ["5,000 deep", nested(5_000), "tolerant", tooDeep],
    ["200 kB of unclosed brackets", "[".repeat(200_000), "exact", tooDeep],
    ["brackets in strings are no depth", JSON.stringify("[".repeat(500)), "exact", "[".repeat(500)],
    ["an escaped quote does not end a string", '{"a":"\\"[[[","b":1}', "exact", { a: '"[[[', b: 1 }],
    ["truncated", '{"a":', "exact", invalid],
    ["byte order mark", "\uFEFF{}", "exact", invalid],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "exact", invalid],
    ["NaN", '{"a":NaN}', "exact", invalid],
    ["1e999", '{"a":1e999}', "exact", invalid],
    ["2^53+1", '{"a":9007199254740993}', "exact", invalid],
    ["2^53+2 is exact", '{"a":9007199254740994}', "exact", { a: 9007199254740994 }],
    ["2^53+1 in a context", '{"a":9007199254740993}', "tolerant", { a: 9007199254740992 }],
    ["a number in a string is text", '{"a":"9007199254740993"}', "exact", { a: "9007199254740993" }],
    ["half a surrogate pair", '{"a":"\\ud800"}', "exact", invalid],
    ["a whole pair, escaped", '{"a":"\\ud83d\\ude00"}', "exact", { a: "😀" }],
    ["NUL", '{"a":"\\u0000"}', "exact", invalid],
    ["one name twice", '{"on":false,"on":true}', "exact", invalid],
    ["one name twice, once escaped", '{"on":false,"\\u006fn":true}', "exact", invalid],
    ["one name twice, once escaped otherwise", '{"a/b":1,"a\\/b":2}', "exact", invalid],
    ["an integer beyond a double, deep inside", '[{"a":[1e400]}]', "exact", invalid],
    ["__proto__ deep inside", '[{"a":{"__proto__":1}}]', "exact", invalid],
    ["colons in strings are no names", '{"a:b":":","c":[":"]}', "exact", { "a:b": ":", c: [":"] }],
    ["one name twice, deep inside", '{"a":[{"b":1,"c":{"d":1,"d":2}}]}', "exact", invalid],
    ["one name in two objects", '[{"a":1},{"a":2}]', "exact", [{ a: 1 }, { a: 2 }]],
    ["a value equal to a name", '{"a":"b","b":"a"}', "exact", { a: "b", b: "a" }],
    ["__proto__ as a name", '{"__proto__":{"isAdmin":true}}', "exact", invalid],
    ["__proto__ as a value", '["__proto__"]', "exact", ["__proto__"]],
  ])("%s", (_name, body, rigour, expected) => check(body, rigour, expected));

  test("a context may name __proto__: it is an own attribute and no prototype", () => {
    const read = readJson(bytes('{"__proto__":{"isAdmin":true}}'), "tolerant");
    expect(Object.hasOwn(Object(read), "__proto__")).toBe(true);
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });

  test("a refusal quotes nothing of the body", () => {
    expect(() => readJson(bytes('{"secret-canary":'), "exact")).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("canary") }),
    );
  });

  test("depth is counted before parsing, for any bytes", () => {
    expect(countNames(bytes("[{".repeat(32)), 64)).toBe(0);
    expect(countNames(bytes(`${"[{".repeat(32)}[`), 64)).toBeUndefined();
    expect(countNames(bytes('{"a:":[{"b":"c:\\":"}]'), 64)).toBe(2);
  });
});
