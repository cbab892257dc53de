/** What a save says of AI configs, and what it refuses in any value. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { FlagDefinition, JsonValue } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { create, openTestProject, type TestProject } from "./sample-project.contract.ts";

let project: TestProject;
beforeEach(async () => (project = await openTestProject(["production"])));
afterEach(() => project.ports.store.close());

const config = (provider: string, model: string) => ({ provider, model, instructions: "Summarise." });
const CLAUDE = config("anthropic", "claude-sonnet-4-5");

function flagOf(
  values: Readonly<Record<string, JsonValue>>,
  fallback: string,
  more: Partial<FlagDefinition> = {},
): FlagDefinition {
  const [first = ""] = Object.keys(values);
  return {
    type: "object",
    purpose: "release",
    owner: "search",
    permanent: true,
    schema: "ai-config",
    variants: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
    environments: { production: { enabled: true, fallback, default: { variant: first } } },
    ...more,
  };
}

const warningsOf = async (operations: readonly Operation[]) =>
  (await project.apply(operations)).issues.map(({ code, path, severity }) => [code, path, severity]);

test("a sound config with another provider, or a reply, behind it says nothing", async () => {
  expect(await warningsOf([create("one", flagOf({ a: CLAUDE, b: config("openai", "gpt-4o-mini") }, "b"))])).toEqual([]);
  expect(await warningsOf([create("two", flagOf({ a: CLAUDE, b: { reply: "Later." } }, "b"))])).toEqual([]);
});

test.each([
  ["moves when its provider likes", config("anthropic", "claude-3-5-sonnet-latest"), "moving-model"],
  ["has no known price", config("openai", "gpt-4o-minni-9"), "unknown-model"],
  ["is being withdrawn", config("moonshotai", "kimi-k2-0711-preview"), "leaving-model"],
])("a model that %s is warned of, by its place", async (_what, value, code) => {
  const operation = create("flag", flagOf({ a: value, b: { reply: "Later." } }, "b"));
  expect(await warningsOf([operation])).toEqual([[code, "/operations/0/definition/variants/a/value/model", "warning"]]);
});

test("a fallback that goes down with the provider of what it protects is warned of", async () => {
  const haiku = config("anthropic", "claude-haiku-4-5");
  expect(await warningsOf([create("flag", flagOf({ a: CLAUDE, b: haiku }, "b"))])).toEqual([
    ["fallback-shares-provider", "/operations/0/definition/environments/production/fallback", "warning"],
  ]);
});

test("a draft is looked at as it is saved; what is no AI config is not", async () => {
  await project.apply([create("flag", flagOf({ a: CLAUDE, b: { reply: "Later." } }, "b"))]);
  const draft: Operation = { kind: "draft-value", flag: "flag", variant: "a", value: config("anthropic", "claude-opus-latest") };
  expect(await warningsOf([draft])).toEqual([["moving-model", expect.stringContaining("/operations/0"), "warning"]]);
  const plain = flagOf({ a: { model: "any-latest" }, b: { model: "none" } }, "b");
  const { schema: _schema, ...free } = plain;
  expect(await warningsOf([create("plain", free)])).toEqual([]);
});

// Made here and belonging to nobody; written in parts, so that no scanner takes this file for a leak.
const SECRETS: readonly (readonly [what: string, ...parts: string[]])[] = [
  ["an Anthropic key", "sk-", "ant-api03-", "a1B2".repeat(10)],
  ["an OpenAI key", "sk-", "proj-", "a1B2".repeat(12)],
  ["an AWS access key", "AK", "IA", "ABCD2345".repeat(2)],
  ["a Google API key", "AI", "za", "a1B2c".repeat(7)],
  ["a GitHub token", "gh", "p_", "a1B2".repeat(9)],
  ["a Slack token", "xo", "xb-1234567890-", "a1B2".repeat(6)],
  ["a Stripe key", "sk_", "live_", "a1B2".repeat(6)],
  ["a Dimmer secret", "dm_", "server_", "a1B2".repeat(11)],
  ["a private key", "-----BEGIN ", "RSA PRIVATE", " KEY-----"],
];

test.each(SECRETS)(
  "[no-secrets-in-values] %s is refused wherever it stands in a value, and not repeated in the refusal",
  async (what, ...parts) => {
    const text = parts.join("");
    const value = { ...CLAUDE, metadata: { deep: [{ header: `Authorization: Bearer ${text} or so` }] } };
    const refused = project.apply([create("flag", flagOf({ a: value, b: { reply: "Later." } }, "b"))]);
    await expect(refused).rejects.toMatchObject({
      code: "invalid-document",
      issues: [
        {
          code: "secret",
          path: "/operations/0/definition/variants/a/value/metadata/deep/0/header",
          message: expect.stringContaining(what),
        },
      ],
    });
    const said: unknown = await refused.catch((error: unknown) => error);
    expect(JSON.stringify(said) + String(said)).not.toContain(text.slice(0, 20));
  },
);

test("prompts that speak of keys hold none", async () => {
  const talk =
    "Never show sk-... or AKIA keys, tokens like ghp_xxx, eyJhbGciOi…, or -----BEGIN PUBLIC KEY-----. skip-this-task-and-the-next-one-please. sk-is-the-code-of-a-small-country-in-europe-they-say.";
  expect(await warningsOf([create("flag", flagOf({ a: { ...CLAUDE, instructions: talk }, b: { reply: talk } }, "b"))])).toEqual(
    [],
  );
});
