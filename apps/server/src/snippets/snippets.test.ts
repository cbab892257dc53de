/** Snippets: what a save makes of them, and that an edit of one changes nothing that was saved. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FlagDefinition, JsonValue } from "@dimmer/evaluation";
import { type Operation, ProblemError, SNIPPET_LIMITS } from "@dimmer/protocol";
import { author } from "../access/sample-ports.contract.ts";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import { exportDocument } from "../flags/export-document.ts";
import { ANYONE, create, inEnvironment, openTestProject, PROJECT, type TestProject } from "../flags/sample-project.contract.ts";
import { planUndo } from "../flags/undo.ts";
import { createSchedule } from "../schedules/create-schedule.ts";
import { findSnippetUses } from "./find-snippet-uses.ts";
import { removeSnippet, setSnippet } from "./snippets.ts";

let project: TestProject;
beforeEach(async () => (project = await openTestProject()));
afterEach(() => project.ports.store.close());

const set = async (name: string, text: string) => await setSnippet(project.ports, ANYONE, { project: PROJECT, name, text });
const remove = async (name: string) => await removeSnippet(project.ports, ANYONE, { project: PROJECT, name });

const prompt = (instructions: string): JsonValue => ({ provider: "anthropic", model: "claude-opus-4-6", instructions });
const flagOf = (value: JsonValue, more: Partial<FlagDefinition> = {}): FlagDefinition => ({
  type: "object",
  purpose: "release",
  owner: "search",
  permanent: true,
  schema: "ai-config",
  variants: { a: { value }, rest: { value: { reply: "Later." } } },
  environments: {
    production: { enabled: true, fallback: "rest", default: { variant: "a" } },
    staging: { enabled: true, fallback: "rest", default: { variant: "a" } },
  },
  ...more,
});
const flag = "chat";
const draft = (value: JsonValue, more: object = {}): Operation => ({ kind: "draft-value", flag, variant: "a", value, ...more });
const publish: Operation = { kind: "publish", flag, variant: "a", environments: ["production"] };
const SAYS = prompt("{% snippet 'tone' %} Sum up.");

const versions = async () =>
  (await project.ports.store.listValueVersions(PROJECT, flag)).filter(({ variant }) => variant === "a");
const version = async (number: number) => (await versions()).find((one) => one.number === number);
const drafted = async () => (await project.flag(flag)).variants["a"]?.draft;

/** The issues of what is refused, in words. */
async function refused(work: Promise<unknown>) {
  const failed: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof ProblemError)) throw new Error("it was not refused", { cause: failed });
  return (failed.issues ?? []).map(({ code, path, message, mend }) => ({ code, path, text: `${message} ${mend}` }));
}

describe("a value that uses a snippet", () => {
  beforeEach(async () => void (await set("tone", "Be brief.")));

  test("[snippets-resolved] is complete when it is saved: what is served and exported holds the text, and an edit of the snippet changes nothing", async () => {
    await project.apply([create(flag, flagOf(SAYS))]);
    const whole = prompt("Be brief. Sum up.");
    expect(await version(1)).toMatchObject({ value: whole, written: { value: SAYS, snippets: { tone: 1 } } });
    const served = async () => (await buildSnapshot(project.ports.store, PROJECT, "production")).values;
    const before = await served();
    expect(Object.values(before)).toContain(JSON.stringify(whole));
    const exported = await exportDocument(project.ports.store, PROJECT);
    expect(exported.flags[flag]?.variants?.["a"]?.value).toEqual(whole);
    expect((await set("tone", "Be kind.")).latest).toBe(2);
    expect(await served()).toEqual(before);
    expect(await versions()).toHaveLength(1);
  });

  test("[snippets-resolved] takes the newest when it is drafted; what is published is what was drafted, and a newer text is a warning", async () => {
    await project.apply([create(flag, flagOf(prompt("Plain.")))]);
    await project.apply([draft(SAYS)]);
    await set("tone", "Be kind.");
    const { issues } = await project.apply([publish]);
    expect(issues.filter(({ code }) => code === "older-snippet")).toMatchObject([
      { severity: "warning", message: "The draft of chat:a was made with version 1 of snippet tone; 2 is the newest." },
    ]);
    expect(await version(2)).toMatchObject({ value: prompt("Be brief. Sum up."), written: { snippets: { tone: 1 } } });
    const again = await project.apply([draft(SAYS), publish]);
    expect(again.issues.map(({ code }) => code)).not.toContain("older-snippet");
    expect(await version(3)).toMatchObject({ value: prompt("Be kind. Sum up."), written: { snippets: { tone: 2 } } });
    expect((await project.config(flag)).published).toMatchObject({ a: 3 });
  });

  test("of the same text as before is a version of its own only where nobody wrote the tag yet", async () => {
    await project.apply([create(flag, flagOf(prompt("Be brief. Sum up.")))]);
    await project.apply([draft(SAYS), publish]);
    await project.apply([draft(SAYS), publish]);
    await project.apply([draft(prompt("Be brief. Sum up.")), publish]);
    expect((await versions()).map(({ written }) => written?.snippets)).toEqual([undefined, { tone: 1 }]);
  });

  test("[snippets-resolved] is undone, reviewed and repeated with the text that was seen, also of a snippet that is gone", async () => {
    await project.apply([create(flag, flagOf(prompt("Plain.")))]);
    const { change: draftChange } = await project.apply([draft(SAYS)]);
    expect(draftChange?.operations).toEqual([draft(SAYS, { snippets: { tone: 1 } })]);
    const { change } = await project.apply([publish]);
    await set("tone", "Be kind.");
    await remove("tone");
    const undo = await planUndo(project.ports.store, { project: PROJECT, change: change?.id ?? "", reason: null }, 9e9);
    await project.apply(undo.operations);
    expect(await drafted()).toMatchObject({
      value: prompt("Be brief. Sum up."),
      written: { value: SAYS, snippets: { tone: 1 } },
    });
    expect(await refused(project.apply([draft(SAYS)]))).toMatchObject([{ code: "unknown-snippet" }]);
  });

  test("[snippets-resolved] at a time to come has the text of when it was planned", async () => {
    await project.apply([create(flag, flagOf(prompt("Plain.")))]);
    const request = { at: "1970-01-02T00:00:00Z", operations: [draft(SAYS), publish] };
    const { record } = await createSchedule(project.ports, ANYONE, PROJECT, request);
    expect(record.operations[0]).toEqual(draft(SAYS, { snippets: { tone: 1 } }));
  });

  test("a removed variant comes back as it was, draft and all", async () => {
    await project.apply([create(flag, flagOf(SAYS)), { kind: "add-variant", flag, variant: "b", value: SAYS }]);
    await project.apply([{ ...draft(prompt("{% snippet 'tone' %}")), variant: "b" } as Operation]);
    const before = (await project.flag(flag)).variants["b"];
    const { change } = await project.apply([{ kind: "remove-variant", flag, variant: "b" }]);
    await set("tone", "Be kind.");
    const undo = await planUndo(project.ports.store, { project: PROJECT, change: change?.id ?? "", reason: null }, 9e9);
    await project.apply(undo.operations);
    expect((await project.flag(flag)).variants["b"]).toEqual(before);
  });

  test.each<[string, string, RegExp]>([
    ["{% snippet 'tonne' %}", "unknown-snippet", /no snippet `tonne`.*Did you mean `tone`/u],
    ["{% snippet 'refunds' %}", "unknown-snippet", /Write it: dimmer snippets set refunds/u],
    ["{% snippet tone %}", "unknown-snippet", /in quotes/u],
  ])("[snippets-resolved] is refused at its place where there is none: %s", async (text, code, why) => {
    await project.apply([create(flag, flagOf(prompt("Plain.")))]);
    expect(await refused(project.apply([draft(prompt(text))]))).toEqual([
      { code, path: "/operations/0/value/instructions", text: expect.stringMatching(why) as string },
    ]);
    expect(await refused(project.apply([create("other", flagOf(prompt(text)))]))).toMatchObject([
      { code, path: "/operations/0/definition/variants/a/value/instructions" },
    ]);
    const add = { kind: "add-variant", flag, variant: "b", value: prompt(text) } as const;
    expect(await refused(project.apply([add]))).toMatchObject([{ code, path: "/operations/0/value/instructions" }]);
  });

  test("is checked as it will be filled: names of the snippet are inputs, too, and its length counts", async () => {
    await set("user", "Write for {{ audiance }}.");
    const declared = flagOf(prompt("{% snippet 'user' %}"), { inputs: ["audience"] });
    expect(await refused(project.apply([create(flag, declared)]))).toMatchObject([
      { code: "unknown-input", path: "/operations/0/definition/variants/a/value/instructions" },
    ]);
    await set("long", "x".repeat(SNIPPET_LIMITS.textChars));
    expect(await refused(project.apply([create(flag, flagOf(prompt("{% snippet 'long' %}".repeat(17))))]))).toMatchObject([
      { code: "too-long" },
    ]);
  });

  test("is refused before it takes long: a change has so many tags, and says of so many what is wrong", async () => {
    await project.apply([create(flag, flagOf(prompt("Plain.")))]);
    const many = prompt("{% snippet 'absent' %}".repeat(1_000));
    expect(await refused(project.apply([draft(many)]))).toHaveLength(20);
    expect(await refused(project.apply(Array.from({ length: 11 }, () => draft(many))))).toMatchObject([
      { path: "/operations/10", text: expect.stringMatching(/in one go/u) as string },
    ]);
  });

  test("names a version where it must not be the newest, and one that is there", async () => {
    await set("tone", "Be kind.");
    await project.apply([create(flag, flagOf(prompt("Plain."))), draft(SAYS, { snippets: { tone: 1 } })]);
    expect(await drafted()).toMatchObject({ value: prompt("Be brief. Sum up."), written: { snippets: { tone: 1 } } });
    expect(await refused(project.apply([draft(SAYS, { snippets: { tone: 9 } })]))).toMatchObject([
      { code: "unknown-snippet", text: expect.stringContaining("no version 9") as string },
    ]);
  });

  test("of a flag that a file owns may be drafted with a newer text, as the file owns its tags; what the file does not say may not", async () => {
    await project.apply([create(flag, flagOf(SAYS)), { kind: "own-flag", flag, file: "dimmer.yaml" }]);
    await set("tone", "Be kind.");
    await project.apply([draft(SAYS)]);
    expect(await drafted()).toMatchObject({ value: prompt("Be kind. Sum up.") });
    await expect(project.apply([draft(prompt("{% snippet 'tone' %}"))])).rejects.toMatchObject({ code: "owned-by-file" });
  });

  test("of another schema is text", async () => {
    const value = { reply: "{% snippet 'absent' %}" };
    const { schema: _schema, ...rest } = flagOf(value);
    await project.apply([create(flag, rest)]);
    expect(await version(1)).toMatchObject({ value });
  });
});

describe("a snippet", () => {
  test.each([
    ["A {% snippet 'other' %}", /cannot use another/u],
    ["{% if a %}", /not closed/u],
    ["sk-ant-" + "a1".repeat(20), /an Anthropic key/u],
  ])("is refused where it could not stand in a prompt: %s", async (text, why) => {
    expect(await refused(set("tone", text))).toMatchObject([{ path: "/text", text: expect.stringMatching(why) as string }]);
  });

  test("has a row in the audit for each version and its end; the same text makes none", async () => {
    await set("tone", "Be brief.");
    await set("tone", "Be brief.");
    await set("tone", "Be kind.");
    await remove("tone");
    expect(await project.auditRows()).toBe(3);
    expect((await set("tone", "Be brief.")).latest).toBe(3);
  });

  test("takes the right to edit prompts in the whole project, a good name, and room", async () => {
    const order = { project: PROJECT, name: "tone", text: "x" };
    for (const who of [inEnvironment("staging"), author(PROJECT, null, "viewer")])
      await expect(setSnippet(project.ports, who, order)).rejects.toMatchObject({ code: "forbidden" });
    await expect(setSnippet(project.ports, ANYONE, { ...order, name: "To ne" })).rejects.toMatchObject({
      code: "invalid-request",
    });
    await expect(setSnippet(project.ports, ANYONE, { ...order, project: "absent" })).rejects.toMatchObject({ code: "not-found" });
    for (let at = 0; at < SNIPPET_LIMITS.snippets; at++) await set(`s${at}`, "x");
    await expect(set("more", "x")).rejects.toMatchObject({ code: "conflict" });
    await set("s1", "y");
  });

  test("[snippets-resolved] is not removed while a draft uses it, and says where it is used", async () => {
    await set("tone", "Be brief.");
    await project.apply([create(flag, flagOf(SAYS))]);
    await set("tone", "Be kind.");
    await project.apply([draft(SAYS)]);
    const { store } = project.ports;
    const uses = async () =>
      findSnippetUses("tone", await store.listFlags(PROJECT, { archived: false }), await store.listSnippetUses(PROJECT));
    const first = { flag, variant: "a", valueVersion: 1, snippetVersion: 1, environments: ["production", "staging"] };
    expect(await uses()).toEqual([first, { ...first, valueVersion: null, snippetVersion: 2, environments: [] }]);
    await expect(remove("tone")).rejects.toThrow("Drafts use snippet tone: chat:a.");
    await project.apply([publish]);
    expect(await uses()).toEqual([
      { ...first, environments: ["staging"] },
      { ...first, valueVersion: 2, snippetVersion: 2, environments: ["production"] },
    ]);
    await remove("tone");
    await expect(remove("tone")).rejects.toMatchObject({ code: "not-found" });
    await project.apply([draft(prompt("No tag.")), publish]);
    expect(await uses()).toEqual([{ ...first, environments: ["staging"] }]);
  });
});
