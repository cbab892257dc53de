/** Values as they are edited. */

import { describe, expect, test } from "vitest";
import { promptTexts, readValue, sayValue, textOf, withText } from "./value-text.ts";

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

describe("as a prompt", () => {
  test("its texts in the order in which they are read", () => {
    expect(promptTexts(CONFIG).map(({ label, text }) => [label, text])).toEqual([
      ["Provider", "anthropic"],
      ["Model", "opus"],
      ["System message", "Be brief."],
      ["Person’s message", "{{ text }}"],
    ]);
  });
  test.each([
    [{ reply: "Later." }, 1],
    [{ instructions: "Be kind." }, 1],
    [{ maxTokens: 3 }, 0],
    ["opus", 0],
    [[1], 0],
  ])("%j has %i texts", (value, count) => expect(promptTexts(value)).toHaveLength(count));
  test("one text is changed, and nothing else", () => {
    const changed = withText(CONFIG, ["messages", 1, "content"], "{{ article }}");
    expect(changed).toEqual({ ...CONFIG, messages: [CONFIG.messages[0], { role: "user", content: "{{ article }}" }] });
    expect(Object.keys(changed as object)).toEqual(Object.keys(CONFIG));
  });
});

test.each([
  [CONFIG, "opus by anthropic"],
  [{ model: "opus" }, "opus"],
  [{ reply: "Later." }, "Always answers “Later.”"],
  [{ limit: 3 }, '{"limit":3}'],
  ["gpt", "gpt"],
  [true, "true"],
])("%j: %s", (value, said) => expect(sayValue(value)).toBe(said));
