/** The parts for callers without a flag client: what a value's templates ask for, and the same filling. */

import { expect, test } from "vitest";
import { openPrompts } from "./parts.ts";

const prompts = openPrompts({ renderMs: 1_000, totalMs: 1_000, clock: () => 0 });
const model = { provider: "openai", model: "m" };

test("finds what the texts ask for, each once, and not what they make themselves", () => {
  const messages = [
    { role: "system", content: "{% assign tone = 'brief' %}{{ tone }} {{ user.name }} {% if hint %}{{ hint }}{% endif %}" },
    {
      role: "user",
      content: [
        { type: "text", text: "{% for item in items %}{{ item.title }}{% endfor %}{{ user.plan }}" },
        { type: "image", url: "{{ picture }}" },
      ],
    },
  ];
  expect(prompts.variablesOf({ ...model, messages })).toEqual({ names: ["user", "hint", "items", "picture"] });
  expect(prompts.variablesOf({ reply: "Sorry, {{ name }}." })).toEqual({ names: ["name"] });
  expect(prompts.variablesOf({ ...model, instructions: "Plain." })).toEqual({ names: [] });
});

test("says why where it cannot", () => {
  expect(prompts.variablesOf(3)).toEqual({ problem: "the value is no object" });
  expect(prompts.variablesOf({ reply: "{% if a %}" })).toMatchObject({
    problem: expect.stringContaining("not closed") as string,
  });
});

test("fills as a run does", () => {
  expect(prompts.render({ ...model, instructions: "Hi {{ name }}" }, { name: "Ann" }).value).toEqual({
    ...model,
    instructions: "Hi Ann",
  });
  expect(prompts.render({ reply: "{{ name }}" }, {}).errorType).toBe("template");
});

test("all texts together take no longer than was said", () => {
  let readings = 0;
  const slow = openPrompts({ renderMs: 1_000, totalMs: 50, clock: () => (readings += 20) });
  const texts = (count: number) => ({
    ...model,
    messages: Array.from({ length: count }, () => ({ role: "user", content: "{{ a }}" })),
  });
  expect(slow.render(texts(2), { a: "x" }).errorType).toBeUndefined();
  expect(slow.render(texts(2), { a: "x" })).toMatchObject({
    errorType: "template",
    message: "The prompt cannot be filled: `messages[1].content`: the prompts took too long together.",
  });
});
