/** Values read and filled: what passes, what is refused and how it is named, and that nothing is ever half filled. */

import { describe, expect, test } from "vitest";
import { AI_LIMITS } from "../limits.ts";
import { renderValue } from "./render.ts";
import { openTemplates } from "./template.ts";
import { openVariableFinder } from "./variable-paths.ts";

const fill = openTemplates();
const render = (value: unknown, variables: Record<string, unknown> = {}) => renderValue(value, variables, fill);
const model = { provider: "openai", model: "gpt-5-mini" };

describe("filled", () => {
  test("instructions, messages, text parts, addresses and replies; nothing else", () => {
    const value = {
      ...model,
      messages: [
        { role: "system", content: "You are {{ tone }}." },
        {
          role: "user",
          content: [
            { type: "text", text: "Sum up {{ text }}" },
            { type: "image", url: "{{ picture }}" },
            { type: "audio", data: "{{ kept }}" },
          ],
        },
      ],
      tools: [{ name: "search", description: "{{ kept }}" }],
    };
    const { value: filled } = render(value, { tone: "brief", text: "<b>&", picture: "https://pictures.example/1.png" });
    expect(filled).toEqual({
      ...model,
      messages: [
        { role: "system", content: "You are brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Sum up <b>&" },
            { type: "image", url: "https://pictures.example/1.png" },
            { type: "audio", data: "{{ kept }}" },
          ],
        },
      ],
      tools: [{ name: "search", description: "{{ kept }}" }],
    });
    expect(render({ reply: "Sorry, {{ name }}." }, { name: "Ann" }).value).toEqual({ reply: "Sorry, Ann." });
  });

  test("what a variable holds is no template", () => {
    expect(render({ reply: "{{ a }}" }, { a: "{{ b }}{% if %}" }).value).toEqual({ reply: "{{ b }}{% if %}" });
  });

  test("loops, tests and filters", () => {
    const reply =
      "{% for item in items %}{{ item.name | upcase }};{% endfor %}{% if hint %}{{ hint }}{% else %}no hint{% endif %}";
    expect(render({ reply }, { items: [{ name: "a" }, { name: "b" }] }).value).toEqual({ reply: "A;B;no hint" });
  });

  test("frozen all the way, a copy, and without what is for browsers", () => {
    const value = { ...model, instructions: "Hi", parameters: { stop: ["x"] }, public: { name: "Summary" } };
    const { value: filled } = render(value);
    expect(filled).not.toHaveProperty("public");
    expect(Object.isFrozen(filled)).toBe(true);
    expect(Object.isFrozen((filled as { parameters: { stop: object } }).parameters.stop)).toBe(true);
    expect(Object.isFrozen(value.parameters.stop)).toBe(false);
    expect(render({ reply: "a", public: {} }).value).toEqual({ reply: "a" });
  });

  test("a value that can no longer change is looked at once; one that can, each time", () => {
    const looked: string[] = [];
    const watched = (value: object) =>
      new Proxy(value, {
        getOwnPropertyDescriptor: (of, name) => (looked.push(String(name)), Reflect.getOwnPropertyDescriptor(of, name)),
      });
    const frozen = Object.freeze({ ...model, parameters: watched(Object.freeze({ seed: 1 })) });
    render(frozen);
    expect(looked).toContain("temperature");
    looked.length = 0;
    expect(render(frozen).value).toEqual(frozen);
    expect(looked).not.toContain("temperature");
    const shallow = Object.freeze({ ...model, parameters: { seed: 1 as number } });
    expect(render(shallow).value).toBeDefined();
    shallow.parameters.seed = 0.5;
    expect(render(shallow)).toMatchObject({ errorType: "invalid_value" });
  });
});

describe("not filled", () => {
  const CASES: readonly (readonly [string, object, Record<string, unknown>, RegExp])[] = [
    ["a missing variable", { reply: "Hi {{ name }}" }, {}, /`reply`: undefined variable: name/],
    ["one that is null", { reply: "Hi {{ name }}" }, { name: null }, /undefined variable: name/],
    ["a missing field", { reply: "{{ user.name }}" }, { user: {} }, /undefined variable: user.name/],
    ["an inherited field", { reply: "{{ user.constructor }}" }, { user: {} }, /undefined variable/],
    ["a variable of Object.prototype", { reply: "{{ toString }}" }, {}, /undefined variable/],
    ["an unknown filter", { reply: "{{ a | nope }}" }, { a: 1 }, /undefined filter: nope/],
    ["an open tag", { reply: "{% if a %}" }, { a: 1 }, /not closed/],
    ["a file", { reply: "{% include 'secret' %}" }, {}, /tag "include" not found/],
    ["another template", { reply: "{% render 'secret' %}" }, {}, /tag "render" not found/],
    ["a layout", { reply: "{% layout 'secret' %}" }, {}, /tag "layout" not found/],
    ["the place", { ...model, messages: [{ role: "user", content: "{{ a }}" }] }, {}, /`messages\[0\].content`/],
    ["too much memory", { reply: "{% for i in (1..100000000) %}{% endfor %}" }, {}, /memory alloc limit/],
    ["too long a text", { reply: `{{ a }}${" ".repeat(AI_LIMITS.templateCharacters)}` }, { a: 1 }, /parse length limit/],
  ];
  test.each(CASES)("%s", (_name, value, variables, message) => {
    const rendered = render(value, variables);
    expect(rendered.errorType).toBe("template");
    expect((rendered as { message: string }).message).toMatch(message);
  });

  test("too long a result", () => {
    const rendered = render({ reply: "{{ a }}" }, { a: "x".repeat(AI_LIMITS.renderedCharacters + 1) });
    expect(rendered).toMatchObject({
      errorType: "template",
      message: expect.stringContaining("the text became too long") as string,
    });
  });

  test("too much time", () => {
    const reply = "{% for i in (1..20000) %}{% for j in (1..20000) %}{{ i | times: j }}{% endfor %}{% endfor %}";
    expect(render({ reply }).errorType).toBe("template");
  });

  test("a message has nothing of the variables", () => {
    const rendered = render({ reply: "{{ secret }}{{ missing }}" }, { secret: "hunter2" });
    expect(JSON.stringify(rendered)).not.toContain("hunter2");
  });
});

describe("not an AI config", () => {
  const CASES: readonly (readonly [unknown, string])[] = [
    [null, "the value is no object"],
    [[], "the value is no object"],
    ["gpt-5", "the value is no object"],
    [{ reply: 3 }, "`reply` is not a text"],
    [{ provider: "openai" }, "`model` is missing"],
    [{ provider: "", model: "m" }, "`provider` is not a text with something in it"],
    [{ ...model, messages: {} }, "`messages` is not a list"],
    [
      { ...model, messages: [{ role: "robot", content: "" }] },
      "`messages[0].role` is not one of system, developer, user, assistant",
    ],
    [{ ...model, messages: [{ role: "user" }] }, "`messages[0].content` is missing"],
    [{ ...model, messages: [{ role: "user", content: 3 }] }, "`messages[0].content` is neither a text nor a list"],
    [{ ...model, messages: [{ role: "user", content: [{ type: "text" }] }] }, "`messages[0].content[0].text` is missing"],
    [{ ...model, messages: [3] }, "`messages[0]` is not an object"],
    [{ ...model, messages: [], instructions: "" }, "it has `messages` and `instructions`; only one of them may be there"],
    [{ ...model, parameters: { maxTokens: 0 } }, "`parameters.maxTokens` is not a whole number from 1"],
    [{ ...model, parameters: { temperature: "1" } }, "`parameters.temperature` is not a number from 0 to 2"],
    [{ ...model, parameters: { temperature: Number.NaN } }, "`parameters.temperature` is not a number from 0 to 2"],
    [{ ...model, tools: [{}] }, "`tools[0].name` is missing"],
    [{ ...model, responseFormat: { type: "xml" } }, "`responseFormat.type` is not one of json_schema"],
    [{ ...model, messages: Array.from({ length: 1_001 }, () => ({})) }, "`messages` has more than 1000 entries"],
  ];
  test.each(CASES)("%#", (value, problem) => {
    expect(render(value)).toEqual({ errorType: "invalid_value", message: `The value is not an AI config: ${problem}.` });
  });

  test("fields of a newer schema pass, inherited ones do not count", () => {
    expect(render({ ...model, brandNew: { a: 1 } }).value).toEqual({ ...model, brandNew: { a: 1 } });
    expect(render(Object.create(model))).toMatchObject({ errorType: "invalid_value" });
  });
});

describe("variables of a text", () => {
  const find = openVariableFinder();
  test.each([
    ["plain", []],
    ["{{ text }} {{ user.name }} {{ text }} {{ a[b] }}", [["text"], ["user", "name"], ["a"], ["b"]]],
    ["{% for doc in docs %}{{ doc.title }} {{ forloop.index }}{% endfor %}{{ docs[0].title }}", [["docs"]]],
    ["{% if name %}{{ name }}{% endif %}{% assign made = tone | default: other %}{{ made }}", [["name"], ["tone"], ["other"]]],
    ["{% raw %}{{ meant }}{% endraw %}", []],
  ])("%s", (text, paths) => expect(find(text)).toEqual(paths));

  test("what is no template is said", () => expect(() => find("{{ text ")).toThrow("not closed"));
});
