/** The preview: what is found in a prompt, what stands for it, and what an app would say. */

import { describe, expect, test } from "vitest";
import { fillPreview } from "./fill-preview.ts";

const CONFIG = {
  provider: "anthropic",
  model: "opus",
  messages: [
    {
      role: "system",
      content: "Write for {{ user.name }} of {{ user.team.name }}. {% for doc in docs %}({{ doc }}){% endfor %}",
    },
    { role: "user", content: "{{ text }}" },
  ],
};

describe("a prompt", () => {
  test("shows where each variable goes before anybody gives samples", () => {
    const { variables, texts, refused } = fillPreview(CONFIG, {});
    expect(variables).toEqual([
      { name: "user", standIn: `{"name":"[user.name]","team":{"name":"[user.team.name]"}}` },
      { name: "docs", standIn: "[docs]" },
      { name: "text", standIn: "[text]" },
    ]);
    expect(texts.map(({ text }) => text)).toEqual(["Write for [user.name] of [user.team.name]. ([docs])", "[text]"]);
    expect(refused).toBeUndefined();
  });

  test("is filled with what was typed: lists as JSON, texts as they are", () => {
    const { texts } = fillPreview(CONFIG, { docs: `["one","two"]`, text: "Long.", user: `{"name":"Ann","team":{"name":"B"}}` });
    expect(texts.map(({ text }) => text)).toEqual(["Write for Ann of B. (one)(two)", "Long."]);
  });

  test("says what an app gets that leaves one out, and shows the rest", () => {
    const { texts, refused } = fillPreview(CONFIG, { text: "" });
    expect(texts[1]).toMatchObject({
      text: "{{ text }}",
      problem: "text is missing: an app that does not give it passes this variant over and takes the fallback.",
    });
    expect([texts[0]?.problem, refused]).toEqual([undefined, undefined]);
    const optional = { reply: "{% if name %}Dear {{ name }}{% else %}Hello{% endif %}" };
    expect(fillPreview(optional, { name: "" }).texts).toEqual([
      { pointer: "/reply", label: "Reply", isAddress: false, text: "Hello", problem: undefined },
    ]);
  });

  test("that is no template yet is said in its line", () => {
    const [text] = fillPreview({ reply: "Dear\n{{ name " }, {}).texts;
    expect(text?.problem).toBe(`This is no template yet, in line 2: output "{{ name " not closed.`);
  });

  test("shows the texts of its snippets, and says which one is not there", () => {
    const value = { reply: "{% snippet 'tone' %} {{ text }}" };
    const snippets = new Map([["tone", "Be brief, {{ name }}."]]);
    const known = fillPreview(value, { text: "Long." }, snippets);
    expect(known.variables.map(({ name }) => name)).toEqual(["name", "text"]);
    expect(known).toMatchObject({ texts: [{ text: "Be brief, [name]. Long.", problem: undefined }], refused: undefined });
    const problemOf = (reply: string, texts?: ReadonlyMap<string, string>) => fillPreview({ reply }, {}, texts).texts[0]?.problem;
    expect(problemOf("{% snippet 'tonne' %}", snippets)).toBe("There is no snippet tonne: it would not be saved.");
    expect(problemOf("{% snippet tone %}", snippets)).toMatch(/in quotes/u);
    expect(problemOf("{% snippet 'tone' %}")).toMatch(/put in when it is saved/u);
    expect(problemOf("{% snippet 'long' %}".repeat(20), new Map([["long", "x".repeat(16_000)]]))).toMatch(/too long/u);
  });

  test("that is no config is refused as an app refuses it", () => {
    expect(fillPreview({ provider: "x", messages: [] }, {}).refused).toBe("The value is not an AI config: `model` is missing.");
  });
});
