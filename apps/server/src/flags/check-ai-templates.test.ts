/** What a save says of the templates of AI configs: those that cannot be filled, and names that the flag does not declare. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { FlagDefinition, JsonValue } from "@dimmer/evaluation";
import { ProblemError, type Operation } from "@dimmer/protocol";
import { create, openTestProject, type TestProject } from "./sample-project.contract.ts";

let project: TestProject;
beforeEach(async () => (project = await openTestProject(["production"])));
afterEach(() => project.ports.store.close());

const prompt = (content: string): JsonValue => ({
  provider: "openai",
  model: "gpt-4o-mini",
  messages: [{ role: "user", content }],
});
const flagOf = (value: JsonValue, more: Partial<FlagDefinition> = {}): FlagDefinition => ({
  type: "object",
  purpose: "release",
  owner: "search",
  permanent: true,
  schema: "ai-config",
  variants: { a: { value }, rest: { value: { reply: "Later." } } },
  environments: { production: { enabled: true, fallback: "rest", default: { variant: "a" } } },
  ...more,
});
const AT = "/operations/0/definition/variants/a/value";

/** The issues of a change, whether it was applied or refused. */
async function issuesOf(operations: readonly Operation[]) {
  try {
    return (await project.apply(operations)).issues.map(({ code, path, severity, message, mend }) => ({
      code,
      path,
      severity,
      text: `${message} ${mend}`,
    }));
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return (thrown.issues ?? []).map(({ code, path, severity, message, mend }) => ({
      code,
      path,
      severity,
      text: `${message} ${mend}`,
    }));
  }
}

test.each([
  ["{{ text", /not closed/u],
  ["{{ text | shout }}", /undefined filter: shout/u],
  ["{% render 'tone' %}", /tag "render" not found/u],
])("[templates-checked-at-save] a template that cannot be filled is refused at its place: %s", async (text, why) => {
  expect(await issuesOf([create("flag", flagOf(prompt(text)))])).toMatchObject([
    { code: "bad-template", severity: "error", path: `${AT}/messages/0/content`, text: expect.stringMatching(why) as string },
  ]);
});

test("[templates-checked-at-save] with declared inputs another name is refused, with the nearest", async () => {
  const inputs = ["text", "audience?"];
  const asks = (text: string) => issuesOf([create("flag", flagOf(prompt(text), { inputs }))]);
  expect(await asks("{{ text }} for {{ audiance }} in {{ tone }}")).toMatchObject([
    {
      code: "unknown-input",
      path: `${AT}/messages/0/content`,
      text: expect.stringContaining("Did you mean `audience`?") as string,
    },
    { code: "unknown-input", text: expect.stringContaining("add `tone` to the flag's `inputs`") as string },
  ]);
  expect(await asks("{% for word in text %}{{ word }}{% endfor %}{% if audience %}{{ audience }}{% endif %}")).toEqual([]);
});

test("without declared inputs the names are a remark", async () => {
  expect(await issuesOf([create("flag", flagOf(prompt("{{ text }} {{ tone }}")))])).toMatchObject([
    { code: "undeclared-inputs", severity: "warning", path: AT, text: expect.stringContaining("inputs: [text, tone]") as string },
  ]);
  expect(await issuesOf([create("other", flagOf(prompt("No template.")))])).toEqual([]);
});

test("a draft, and inputs that no longer fit what is served, are refused; another schema's braces are no template", async () => {
  await project.apply([create("flag", flagOf(prompt("{{ text }}"), { inputs: ["text"] }))]);
  const draft: Operation = { kind: "draft-value", flag: "flag", variant: "a", value: prompt("{{ txt }}") };
  expect(await issuesOf([draft])).toMatchObject([{ code: "unknown-input", path: "/operations/0/value/messages/0/content" }]);
  const fewer: Operation = { kind: "update-flag", flag: "flag", fields: { inputs: ["page"] } };
  expect(await issuesOf([fewer])).toMatchObject([{ code: "unknown-input", severity: "error" }]);
  const { schema: _schema, ...plain } = flagOf({ template: "{{ text" });
  expect(await issuesOf([create("plain", plain)])).toEqual([]);
});
