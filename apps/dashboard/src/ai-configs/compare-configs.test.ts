/** Two versions of a config beside each other, and two texts in one. */

import { describe, expect, test } from "vitest";
import { compareConfigs } from "./compare-configs.ts";
import { layDiff } from "./lay-diff.ts";

const message = (role: string, content: string) => ({ role, content });
const BEFORE = {
  provider: "anthropic",
  model: "opus",
  messages: [message("system", "Be brief."), message("user", "{{ text }}")],
  parameters: { maxTokens: 800, extra: { top_a: 0.3 } },
  tools: [{ name: "search", description: "Old" }],
};

describe("versions", () => {
  test("differ in their settings, by the names that people know", () => {
    const after = {
      ...BEFORE,
      model: "sonnet",
      parameters: { temperature: 0.2 },
      tools: [{ name: "fetch" }, { name: "search", description: "Old" }],
    };
    expect(compareConfigs(BEFORE, after).fields).toEqual([
      { label: "Model", before: "opus", after: "sonnet" },
      { label: "Longest answer", before: "800", after: undefined },
      { label: "Parameter top_a", before: "0.3", after: undefined },
      { label: "Temperature", before: undefined, after: "0.2" },
      { label: "Tool fetch", before: undefined, after: "{}" },
    ]);
    expect(compareConfigs(BEFORE, BEFORE)).toEqual({
      fields: [],
      texts: [
        { label: "System", before: "Be brief.", after: "Be brief." },
        { label: "Person", before: "{{ text }}", after: "{{ text }}" },
      ],
    });
  });

  test("a message that came in between leaves the others beside theirs, and one that changed is beside what it was", () => {
    const after = {
      ...BEFORE,
      messages: [message("system", "Be short."), message("developer", "Never lie."), message("user", "{{ text }}")],
    };
    expect(compareConfigs(BEFORE, after).texts).toEqual([
      { label: "System", before: "Be brief.", after: "Be short." },
      { label: "Developer", before: undefined, after: "Never lie." },
      { label: "Person", before: "{{ text }}", after: "{{ text }}" },
    ]);
    expect(compareConfigs(after, BEFORE).texts[1]).toEqual({ label: "Developer", before: "Never lie.", after: undefined });
  });

  test("parts are read as one text, and what is no config is not there", () => {
    const parts = [{ type: "text", text: "See" }, { type: "image", url: "https://a.example" }, { type: "odd" }];
    expect(compareConfigs("opus", { messages: [{ role: "user", content: parts }, "odd"], reply: 3 })).toEqual({
      fields: [{ label: "reply", before: undefined, after: "3" }],
      texts: [
        { label: "Person", before: undefined, after: `See\n[image] https://a.example\n{"type":"odd"}` },
        { label: "Message", before: undefined, after: `"odd"` },
      ],
    });
  });

  test("hundreds of messages are compared from their beginning", () => {
    const long = Array.from({ length: 400 }, (_, at) => message("user", String(at)));
    const { texts } = compareConfigs(
      { messages: long },
      { messages: [...long.slice(0, 399), message("user", "new"), message("user", "newer")] },
    );
    expect(texts.filter(({ before, after }) => before !== after)).toEqual([
      { label: "Person", before: "399", after: "new" },
      { label: "Person", before: undefined, after: "newer" },
    ]);
  });
});

test("changes are laid out in the order of the text", () => {
  const change = { fromA: 3, toA: 8, fromB: 3, toB: 8 };
  expect(layDiff("Be brief.", "Be short.", [change])).toEqual([
    { kind: "same", text: "Be " },
    { kind: "gone", text: "brief" },
    { kind: "new", text: "short" },
    { kind: "same", text: "." },
  ]);
  expect(layDiff("", "new", [{ fromA: 0, toA: 0, fromB: 0, toB: 3 }])).toEqual([{ kind: "new", text: "new" }]);
});
