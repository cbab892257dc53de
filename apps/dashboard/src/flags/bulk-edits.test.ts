/** One change over several flags touches only those that it changes. */

import { expect, test } from "vitest";
import type { FlagSummary } from "@dimmer/protocol";
import { countTags, ownerEdits, sayFlags, sortOut, tagEdits } from "./bulk-edits.ts";

const flag = (key: string, more: Partial<FlagSummary> = {}) =>
  ({ key, owner: "search", tags: [], state: "on", archived: false, ...more }) as FlagSummary;

const FLAGS = [flag("a", { tags: ["old", "web"] }), flag("b", { tags: ["web"] }), flag("c", { owner: "shop" })];
const edit = (key: string, ...tags: string[]) => ({ kind: "update-flag", flag: key, fields: { tags } });

test.each([
  ["a tag is added where it is not there yet", { add: "web", remove: "" }, [edit("c", "web")]],
  ["a tag is taken away where it is there", { add: "", remove: "web" }, [edit("a", "old"), edit("b")]],
  ["one for the other", { add: "new", remove: "old" }, [edit("a", "web", "new"), edit("b", "web", "new"), edit("c", "new")]],
  ["the same out and in", { add: "web", remove: "web" }, [edit("c", "web")]],
  ["nothing", { add: "", remove: "" }, []],
])("%s", (_name, asked, edits) => expect(tagEdits(FLAGS, asked)).toEqual(edits));

test("an owner is given to those who have another one", () => {
  expect(ownerEdits(FLAGS, "shop")).toEqual(
    ["a", "b"].map((key) => ({ kind: "update-flag", flag: key, fields: { owner: "shop" } })),
  );
});

test("tags are counted", () => {
  expect(countTags(FLAGS)).toEqual([
    { tag: "old", count: 1 },
    { tag: "web", count: 2 },
  ]);
});

test("what is archived is neither live nor killed", () => {
  const sorted = sortOut([
    flag("on"),
    flag("off", { state: "killed" }),
    flag("none", { state: "absent" }),
    flag("gone", { archived: true }),
  ]);
  const keys = Object.fromEntries(Object.entries(sorted).map(([name, flags]) => [name, flags.map(({ key }) => key)]));
  expect(keys).toEqual({ live: ["on"], killed: ["off"], inUse: ["on", "off", "none"], archived: ["gone"] });
});

test("numbers", () => expect([sayFlags(1), sayFlags(1_200)]).toEqual(["1 flag", "1,200 flags"]));
