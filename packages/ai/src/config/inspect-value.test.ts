/** Looking at templates without filling them: the names they ask for, and what is no template. */

import { describe, expect, test } from "vitest";
import { AI_LIMITS } from "../limits.ts";
import { openInspector } from "./inspect-value.ts";

const look = openInspector();
const inspect = (value: unknown, left = Number.POSITIVE_INFINITY) => look(value, { left });
const names = (text: string) => inspect({ reply: text })[0]?.names;
const model = { provider: "openai", model: "gpt-4o-mini" };

describe("the names that a text asks for", () => {
  test.each<[string, string[]]>([
    ["No braces at all.", []],
    ["{{ text }} and {{ text }} and {{ user.name }}", ["text", "user"]],
    [
      "{% if audience %}{{ audience }}{% elsif tone == 'dry' and long %}x{% else %}{{ other }}{% endif %}",
      ["audience", "tone", "long", "other"],
    ],
    ["{% for p in passages %}{{ forloop.index }}: {{ p.title }} {{ source }}{% endfor %}{{ p }}", ["passages", "source", "p"]],
    ["{% assign short = text | truncate: limit %}{{ short }}", ["text", "limit"]],
    ["{% capture both %}{{ a }}{{ b }}{% endcapture %}{{ both }}", ["a", "b"]],
    ["{{ a | default: b, allow_false: c }}", ["a", "b", "c"]],
    ["{{ list[index] }} {{ list['fixed'] }} {{ (1..count) | join }}", ["list", "index", "count"]],
    ["{% case kind %}{% when 'x', y %}1{% endcase %}{% cycle m, n %}", ["kind", "y", "m", "n"]],
    ["{% raw %}{{ no }}{% endraw %}{% comment %}{{ no }}{% endcomment %}{{ yes }}", ["yes"]],
    ["{% liquid\n assign x = y\n echo x %}", ["y"]],
    ["{% unless done or over %}x{% endunless %}", ["done", "over"]],
    ["{% tablerow i in rows %}{{ i }}{% endtablerow %}{% increment n %}{{ n }}", ["rows"]],
    ["{{ constructor }} {{ 'text' | upcase }} {{ 5 }} {{ nil }} {{ true }}", ["constructor"]],
  ])("%j", (text, expected) => expect([...(names(text) ?? [])].sort()).toEqual([...expected].sort()));

  test("stand where `ai.config` fills them, data left out", () => {
    const value = {
      ...model,
      messages: [
        { role: "system", content: "Be {{ tone }}." },
        {
          role: "user",
          content: [
            { type: "text", text: "{{ text }}" },
            { type: "image", url: "https://{{ host }}/x.png" },
            { type: "audio", data: "{{ no }}" },
          ],
        },
      ],
      metadata: { note: "{{ no }}" },
    };
    expect(inspect(value)).toEqual([
      { path: "/messages/0/content", names: ["tone"] },
      { path: "/messages/1/content/0/text", names: ["text"] },
      { path: "/messages/1/content/1/url", names: ["host"] },
    ]);
    expect(inspect({ ...model, instructions: "{{ text }}" })).toEqual([{ path: "/instructions", names: ["text"] }]);
    expect([inspect({ provider: 5 }), inspect(null)]).toEqual([[], []]);
  });
});

describe("what is no template", () => {
  const problem = (text: string) => inspect({ reply: text })[0]?.problem;
  test.each([
    ["{{ text", /not closed/u],
    ["{% if a %}x", /not closed/u],
    ["{{ a | uppercase }}", /undefined filter: uppercase/u],
    ["{% render 'other' %}", /tag "render" not found/u],
    [`{{ ${"a[".repeat(5_000)}0${"]".repeat(5_000)} }}`, /nested too deeply/u],
    ["x".repeat(AI_LIMITS.templateCharacters) + "{{ a }}", /limit/u],
  ])("%#", (text, expected) => expect(problem(text)).toMatch(expected));

  test("is a value with more tags than anybody writes, wherever in it they stand", () => {
    const content = "{{ a }}".repeat(AI_LIMITS.templateTags / 2);
    const inspected = inspect({ ...model, messages: [1, 2, 3].map(() => ({ role: "user", content })) });
    expect(inspected.map(({ problem: why }) => why)).toEqual([
      undefined,
      undefined,
      expect.stringMatching(/more than 1000 tags/u),
    ]);
  });

  test("is what comes after more than may be looked at in one go", () => {
    const budget = { left: 3 };
    const [first, second] = [0, 1].map(() => look({ reply: "{{ a }}{{ b }}" }, budget)[0]);
    expect([first?.problem, second?.problem]).toEqual([undefined, expect.stringMatching(/in one go/u)]);
  });

  test("is found in little time, however it is written", () => {
    const begin = performance.now();
    inspect({ reply: `{% if ${"a and ".repeat(40_000)}a %}{% endif %}` });
    inspect({ reply: "{{ a }}".repeat(37_000) });
    inspect({ reply: `{{ a${" | upcase".repeat(28_000)} }}` });
    // LiquidJS's own analysis takes a minute for these; nothing here is measured closely.
    expect(performance.now() - begin).toBeLessThan(15_000);
  });
});
