/** What the form has a field for, and that it keeps what it has none for. */

import { describe, expect, test } from "vitest";
import type { JsonValue } from "@dimmer/evaluation";
import { isObject, moveItem, withField } from "../ui/json-object.ts";
import { isConfig, isTextMessage, isTool, otherFields, promptTexts, withOtherFields } from "./config-shape.ts";
import { offerModels } from "./known-models.ts";
import { placeIssues } from "./place-issues.ts";
import { placesOf } from "./places-of.ts";
import { sayBytes } from "./say-bytes.ts";

const CONFIG = {
  future: { kept: [1] },
  provider: "anthropic",
  model: "opus",
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "{{ text }}" },
        { type: "image", url: "https://a.example/{{ id }}" },
      ],
    },
    { role: "user", content: [{ type: "audio", data: "x" }] },
  ],
  parameters: { topP: 3, extra: { "a/b": 1 } },
  tools: [
    { name: "search", parameters: {} },
    { name: "odd", since: 2 },
  ],
  responseFormat: { type: "json_schema", schema: {} },
} satisfies JsonValue;

describe("a form", () => {
  test.each<[JsonValue, unknown, boolean]>([
    [CONFIG, undefined, true],
    [{ reply: "Later." }, undefined, true],
    [{}, "ai-config", true],
    [{ limit: 3 }, undefined, false],
    [[1], "ai-config", false],
    ["opus", "ai-config", false],
  ])("%j of schema %s: %s", (value, schema, is) => expect(isConfig(value, schema)).toBe(is));

  test("edits one field and leaves all others where they were", () => {
    const changed = withField(CONFIG, "model", "sonnet");
    expect(Object.keys(changed)).toEqual(Object.keys(CONFIG));
    expect(withField(changed, "model", "opus")).toEqual(CONFIG);
    expect(Object.keys(withField(withField(CONFIG, "region", "eu"), "provider", undefined))).toEqual([
      ...Object.keys(CONFIG).filter((name) => name !== "provider"),
      "region",
    ]);
    expect(moveItem(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moveItem(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  });

  test("has the fields that it does not know as one object, which is edited as a whole", () => {
    expect(otherFields(CONFIG)).toEqual({ future: { kept: [1] } });
    expect(otherFields({ reply: "Later.", model: "opus" })).toEqual({ model: "opus" });
    const { future: _gone, ...rest } = CONFIG;
    expect(withOtherFields(CONFIG, { later: true })).toEqual({ ...rest, later: true });
    expect(withOtherFields(CONFIG, otherFields(CONFIG))).toEqual(CONFIG);
  });

  test("has a card for what a card can say", () => {
    expect(CONFIG.messages.map(isTextMessage)).toEqual([true, true, false]);
    expect(isTextMessage({ role: "user", content: "", cache: true })).toBe(false);
    expect(isTextMessage({ content: "" })).toBe(false);
    expect(CONFIG.tools.map(isTool)).toEqual([true, false]);
  });

  test("reads texts in the order in which a model does", () => {
    expect(promptTexts(CONFIG)).toEqual([
      { pointer: "/messages/0/content", label: "System", text: "Be brief." },
      { pointer: "/messages/1/content/0", label: "Person", text: "{{ text }}" },
      { pointer: "/messages/1/content/1", label: "Person, image", text: "https://a.example/{{ id }}", isAddress: true },
    ]);
    expect(promptTexts({ reply: "Later.", instructions: "no" }).map(({ label }) => label)).toEqual(["Reply"]);
    expect(promptTexts({ messages: ["x", { role: 1, content: 2 }], instructions: 3 })).toEqual([]);
  });
});

describe("what the server says", () => {
  const issue = (path: string, message: string, severity: "error" | "warning" = "error") => ({
    path,
    message,
    severity,
    code: "schema",
    mend: "Name the dated model.",
  });
  const said = placeIssues(
    [
      issue("", "The value does not satisfy the flag's schema: must have required property 'model'."),
      issue("/model", `opus (draft): "x-latest" moves.`, "warning"),
      issue("/parameters/topP", "The value does not satisfy the flag's schema: must be <= 1."),
      issue("/parameters/extra/a~1b", "odd"),
      issue("/messages/2/content/0", "no audio"),
      issue("/future/kept", "nobody knows"),
    ],
    placesOf(CONFIG),
    "opus",
  );
  test.each([
    ["/model", { problem: undefined, warning: `"x-latest" moves. Name the dated model.` }],
    ["/parameters/topP", { problem: "Must be <= 1.", warning: undefined }],
    ["/parameters/extra/a~1b", { problem: "Odd.", warning: undefined }],
    ["/messages/2", { problem: "Content › 0: no audio.", warning: undefined }],
    ["", { problem: "Must have required property 'model'. Future › kept: nobody knows.", warning: undefined }],
    ["/provider", { problem: undefined, warning: undefined }],
  ])("stands at its field: %s", (place, words) => expect(said(place)).toEqual(words));

  test("has a place for each field that is shown", () => {
    expect(placesOf(CONFIG)).toEqual(
      expect.arrayContaining(["/region", "/messages/1/content/1", "/tools/0/parameters", "/tools/1", "/responseFormat/schema"]),
    );
    expect(placesOf(CONFIG)).not.toContain("/future");
    expect(placesOf({ parameters: 3, tools: "none", messages: {} })).not.toContain("/messages/0");
  });
});

test("models are offered by their provider, and all of them before there is one", () => {
  const use = (provider: string | null, model: string | null) =>
    ({ provider, model }) as Parameters<typeof offerModels>[0][number];
  const uses = [
    use("openai", "gpt"),
    use("anthropic", "opus"),
    use(null, "text"),
    use("anthropic", "haiku"),
    use("anthropic", null),
  ];
  const namesOf = (provider: string) => {
    const { providers, models } = offerModels(uses, undefined, provider);
    return [providers.map(({ name }) => name), models.map(({ name }) => name)];
  };
  expect(namesOf("anthropic")).toEqual([
    ["anthropic", "openai"],
    ["haiku", "opus", "text"],
  ]);
  expect(namesOf("anth")[1]).toEqual(["gpt", "haiku", "opus", "text"]);
  const known = { inputUsd: 1, outputUsd: 5, isMoving: false, isLeaving: false };
  const items = [
    { ...known, model: "claude-2", isLeaving: true },
    { ...known, model: "sonnet" },
  ];
  const { providers, models } = offerModels(uses, { providers: ["xai"], items }, "anthropic");
  expect(providers.map(({ name }) => name)).toEqual(["anthropic", "openai", "xai"]);
  expect(models.slice(-2)).toEqual([
    { name: "text", about: "" },
    { name: "claude-2", about: "$1.00 in, $5.00 out, being withdrawn" },
  ]);
});

test.each([
  [842, "842 B"],
  [1_001, "1.1 kB"],
  [256_000, "256 kB"],
  [256_001, "256.1 kB"],
])("%i is %s", (bytes, words) => expect(sayBytes(bytes)).toBe(words));

test("only objects are objects", () => expect([{}, [], null, "x"].map(isObject)).toEqual([true, false, false, false]));
