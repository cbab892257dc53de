/** Schemas of values: what passes, what is refused and where, and that no schema can hold the server up. */

import { describe, expect, it } from "vitest";
import type { FlagDefinition, JsonValue } from "@dimmer/evaluation";
import { compileValueSchema, SCHEMA_LIMITS } from "./value-schema.ts";

type Schema = NonNullable<FlagDefinition["schema"]>;

function check(schema: Schema, value: JsonValue): readonly string[] {
  const compiled = compileValueSchema(schema);
  if ("issues" in compiled) return compiled.issues.map((issue) => `schema${issue.path} ${issue.code}`);
  return compiled.check(value).map((issue) => `${issue.path} ${issue.code}`);
}

const claude = { provider: "anthropic", model: "claude-opus-4-6" };
const nested = (depth: number): JsonValue => (depth === 0 ? {} : { properties: { a: nested(depth - 1) } });

describe("compileValueSchema", () => {
  it.each<readonly [string, Schema, JsonValue, readonly string[]]>([
    [
      "a model",
      "ai-config",
      { ...claude, messages: [{ role: "user", content: "Hi" }], parameters: { maxTokens: 800 }, region: "eu" },
      [],
    ],
    ["a reply", "ai-config", { reply: "Later." }, []],
    ["neither", "ai-config", {}, [" schema", " schema", " schema"]],
    ["a misspelt parameter", "ai-config", { ...claude, parameters: { temprature: 1 } }, ["/parameters schema"]],
    ["messages and instructions", "ai-config", { ...claude, instructions: "x", messages: [] }, [" schema", " schema"]],
    ["a tool without a name", "ai-config", { ...claude, tools: [{}] }, ["/tools/0 schema"]],
    [
      "parts, an answer by a schema, and retrieval",
      "ai-config",
      {
        ...claude,
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "What is on it?" },
              { type: "image", url: "https://example.com/a.png" },
            ],
          },
        ],
        responseFormat: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true },
        retrieval: { index: "handbook", topK: 8, rerank: { provider: "cohere", model: "rerank-v3.5", topK: 3 } },
      },
      [],
    ],
    [
      "text without its text",
      "ai-config",
      { ...claude, messages: [{ role: "user", content: [{ type: "text" }] }] },
      ["/messages/0/content/0 schema"],
    ],
    [
      "an image's bytes",
      "ai-config",
      { ...claude, messages: [{ role: "user", content: [{ type: "image", data: "AA==" }] }] },
      ["/messages/0/content/0 schema"],
    ],
    ["no parts", "ai-config", { ...claude, messages: [{ role: "user", content: [] }] }, ["/messages/0/content schema"]],
    [
      "a format of no name",
      "ai-config",
      { ...claude, parameters: { responseFormat: "xml" } },
      ["/parameters/responseFormat schema"],
    ],
    [
      "a format without its schema",
      "ai-config",
      { ...claude, responseFormat: { type: "json_schema" } },
      ["/responseFormat schema"],
    ],
    ["a rerank without a model", "ai-config", { ...claude, retrieval: { rerank: {} } }, ["/retrieval/rerank schema"]],
    ["an unknown name", "no-such", 1, ["schema unknown-schema"]],
    ["a name of every object", "constructor", 1, ["schema unknown-schema"]],
    ["an own schema", { type: "integer", minimum: 3 }, 2, [" schema"]],
    ["formats", { type: "string", format: "uri" }, "not a uri", [" schema"]],
    ["the dialect named", { $schema: "https://json-schema.org/draft/2020-12/schema", type: "string" }, "x", []],
    ["references inside", { $ref: "#/$defs/a", $defs: { a: { const: 1 } } }, 2, [" schema"]],
    ["references outside", { $ref: "https://example.com/schema" }, 2, ["schema invalid-schema"]],
    [
      "what is no schema",
      { type: "strin" },
      "x",
      ["schema/type invalid-schema", "schema/type invalid-schema", "schema/type invalid-schema"],
    ],
    ["two patterns, told apart", { allOf: [{ pattern: "^a" }, { pattern: "b$" }] }, "ac", [" schema"]],
    ["a pattern that is not RE2", { pattern: "(?=a)" }, "a", ["schema invalid-schema"]],
    ["a pattern that is too long", { pattern: "a".repeat(SCHEMA_LIMITS.pattern + 1) }, "a", ["schema invalid-schema"]],
    ["nesting that is too deep", nested(SCHEMA_LIMITS.depth) as Schema, {}, ["schema schema-too-large"]],
    ["text that is too long", { description: "x".repeat(SCHEMA_LIMITS.text) }, {}, ["schema schema-too-large"]],
  ])("%s", (_name, schema, value, issues) => {
    expect(new Set(check(schema, value))).toEqual(new Set(issues));
  });

  it("runs patterns in linear time", () => {
    const started = process.cpuUsage().user;
    expect(check({ pattern: "^(a+)+$" }, `${"a".repeat(5_000)}!`)).toEqual([" schema"]);
    expect(process.cpuUsage().user - started).toBeLessThan(900_000);
  });

  it("gives up on a schema that would take for ever", () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [
        `d${at}`,
        { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
      ]),
    );
    const schema = { $ref: "#/$defs/d0", $defs: { ...doubling, d40: { type: ["string", "number"] } } };
    expect(check(schema, 1)).toEqual([" schema-gave-up"]);
  });
});
