/** How snippets and their uses are said. */

import { expect, test } from "vitest";
import type { SnippetUseView } from "@dimmer/protocol";
import { beginningOf, checkName, groupUses, insertAt, sayUse } from "./say-snippet.ts";

const use = (more: Partial<SnippetUseView>): SnippetUseView => ({
  flag: "chat",
  variant: "a",
  valueVersion: 3,
  snippetVersion: 2,
  environments: [],
  ...more,
});
const nameOf = (key: string) => ({ production: "Production", staging: "Staging" })[key] ?? key;

test.each<[Partial<SnippetUseView>, string]>([
  [{}, "version 3: the newest text"],
  [{ environments: ["production"], snippetVersion: 1 }, "version 3, which Production serves: the text of version 1"],
  [{ environments: ["production", "staging"] }, "version 3, which Production and Staging serve: the newest text"],
  [{ valueVersion: null }, "the draft: the newest text"],
])("%j", (more, said) => expect(sayUse(use(more), 2, nameOf)).toBe(said));

test("uses of one variant stand together", () => {
  const uses = [use({}), use({ variant: "b" }), use({ valueVersion: null })];
  expect(groupUses(uses)).toEqual([[uses[0], uses[2]], [uses[1]]]);
});

test("a text begins with its first line, as far as that fits", () => {
  expect(beginningOf("\n  Be brief.\nBe kind.")).toBe("Be brief.");
  expect(beginningOf("x".repeat(200))).toMatch(/^x{109}…$/u);
});

test("a name is one, or it is said what it needs", () => {
  expect(checkName("tone.of-voice_2")).toBeUndefined();
  expect(checkName("Tone")).toMatch(/begins with a letter/u);
});

test("a tag takes the place of what is chosen", () =>
  expect(insertAt("Be brief now.", 3, 8, "{% snippet 'tone' %}")).toEqual({ text: "Be {% snippet 'tone' %} now.", cursor: 23 }));
