/** Values as they are edited. */

import { describe, expect, test } from "vitest";
import { readValue, sayValue, textOf } from "./value-text.ts";

const CONFIG = {
  provider: "anthropic",
  model: "opus",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "{{ text }}" },
  ],
  parameters: { maxTokens: 800 },
};

describe("as one text", () => {
  test("a text stays as it is, with its quotes and breaks", () => {
    const text = 'Say "hello"\nand go.';
    expect(textOf("string", text)).toBe(text);
    expect(readValue("string", text)).toEqual({ value: text });
  });
  test("all else is JSON, and comes back", () => {
    for (const [type, value] of [
      ["object", CONFIG],
      ["number", 3],
      ["boolean", false],
    ] as const)
      expect(readValue(type, textOf(type, value))).toEqual({ value });
  });
  test("what is no JSON is said", () => expect(readValue("object", "{")).toHaveProperty("problem"));
});

test.each([
  [CONFIG, "opus by anthropic"],
  [{ model: "opus" }, "opus"],
  [{ reply: "Later." }, "Always answers “Later.”"],
  [{ limit: 3 }, '{"limit":3}'],
  ["gpt", "gpt"],
  [true, "true"],
])("%j: %s", (value, said) => expect(sayValue(value)).toBe(said));
