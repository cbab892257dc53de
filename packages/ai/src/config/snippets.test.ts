/** Snippets in values: where their tags are found, and what stands in their place. */

import { describe, expect, test } from "vitest";
import { AI_LIMITS } from "../limits.ts";
import { fillSnippets, snippetsIn } from "./snippets.ts";

const model = { provider: "openai", model: "gpt-4o-mini" };
const texts = new Map([
  ["tone", "Be brief.\n"],
  ["rules", "Never name {{ person }}."],
]);
const fill = (reply: string) => fillSnippets({ reply }, texts).reply;

describe("found", () => {
  test("in every text that is filled, and nowhere else", () => {
    const value = {
      ...model,
      messages: [
        { role: "system", content: "{% snippet 'tone' %}{% snippet \"rules\" %}" },
        {
          role: "user",
          content: [
            { type: "text", text: "{%- snippet 'tone' -%}" },
            { type: "audio", data: "{% snippet 'no' %}" },
          ],
        },
      ],
      tools: [{ name: "t", description: "{% snippet 'no' %}" }],
    };
    expect(snippetsIn(value)).toEqual([
      { path: "/messages/0/content", name: "tone" },
      { path: "/messages/0/content", name: "rules" },
      { path: "/messages/1/content/0/text", name: "tone" },
    ]);
    expect(snippetsIn({ ...model, instructions: "{% snippet 'tone' %}" })).toEqual([{ path: "/instructions", name: "tone" }]);
    expect([snippetsIn(3), snippetsIn({ provider: 5 })]).toEqual([[], []]);
  });

  test.each<[string, (string | undefined)[]]>([
    ["{% snippet tone %}", [undefined]],
    ["{% snippet 'tone', x: 1 %}", [undefined]],
    ["{% snippet %}", [undefined]],
    ["{% snippets 'tone' %}{% assign snippet = 'tone' %}{{ snippet }}", []],
    ["{% raw %}{% snippet 'tone' %}{% endraw %}{% snippet 'rules' %}", ["rules"]],
    ["{% snippet 'tone' %}{{ not closed", []],
  ])("%s", (reply, names) => expect(snippetsIn({ reply }).map(({ name }) => name)).toEqual(names));
});

test("nobody looks at more tags than a value may have, or than are left of those of all values", () => {
  const reply = "{% snippet 'tone' %}".repeat(10);
  const budget = { left: 15 };
  expect([1, 2].map(() => snippetsIn({ reply }, budget).length)).toEqual([10, 0]);
  expect(budget.left).toBeLessThan(0);
  expect(snippetsIn({ reply: "No tag {{ a }}" }, { left: 0 })).toEqual([]);
  expect(snippetsIn({ reply: `${reply}${"{{ a }}".repeat(AI_LIMITS.templateTags)}` })).toEqual([]);
});

describe("filled", () => {
  test.each([
    ["No tag.", "No tag."],
    ["A {% snippet 'tone' %} B {% snippet 'rules' %}", "A Be brief.\n B Never name {{ person }}."],
    ["A  {%- snippet 'rules' -%}\n\n B", "ANever name {{ person }}.B"],
    ["{% raw %}{% snippet 'tone' %}{% endraw %}", "{% raw %}{% snippet 'tone' %}{% endraw %}"],
  ])("%j", (reply, expected) => expect(fill(reply)).toBe(expected));

  test("into a copy, all else as it was", () => {
    const value = {
      ...model,
      messages: [
        { role: "system", content: "As it was" },
        { role: "user", content: [{ type: "text", text: "{% snippet 'tone' %}" }] },
      ],
      public: { name: "x" },
    };
    const before = structuredClone(value);
    const filled = fillSnippets(value, texts);
    expect(filled.messages[1]).toEqual({ role: "user", content: [{ type: "text", text: "Be brief.\n" }] });
    expect([filled.public, filled.messages[0]]).toEqual([value.public, value.messages[0]]);
    expect(value).toEqual(before);
  });

  test("never longer than a value may be, and never with a hole", () => {
    const long = new Map([["long", "x".repeat(10_000)]]);
    const many = "{% snippet 'long' %}".repeat(AI_LIMITS.templateCharacters / 10_000 + 1);
    expect(() => fillSnippets({ reply: many }, long)).toThrow(RangeError);
    const messages = [1, 2, 3].map(() => ({ role: "user", content: "{% snippet 'long' %}".repeat(10) }));
    expect(() => fillSnippets({ ...model, messages }, long)).toThrow(RangeError);
    expect(() => fill("{% snippet 'absent' %}")).toThrow("no snippet absent");
  });
});
