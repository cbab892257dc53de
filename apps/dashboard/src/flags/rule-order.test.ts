/** An order that somebody arranges becomes few operations, and says whom it may move. */

import { expect, test } from "vitest";
import type { Rule } from "@dimmer/evaluation";
import { moved, orderEdits, type RuleOrder, sayOrder, sayWhoMoves, toggled } from "./rule-order.ts";

const RULES: readonly Rule[] = [
  { id: "staff", name: "Staff", serve: { variant: "opus" } },
  { id: "paid", serve: { split: { opus: 10, sonnet: 90 } } },
  { id: "old", serve: { variant: "opus" } },
];
const IDS = RULES.map(({ id }) => id);
const AS_SAVED: RuleOrder = { order: IDS, removed: [] };
const here = { flag: "writer", environment: "production" };
const editsOf = (draft: RuleOrder) => orderEdits(IDS, draft, here);
const movesOf = (draft: RuleOrder) =>
  editsOf(draft).map((edit) =>
    edit.kind === "move-rule" ? [edit.rule, edit.to] : edit.kind === "remove-rule" ? edit.rule : "?",
  );

test("nothing is sent for what stays", () => {
  expect(editsOf(AS_SAVED)).toEqual([]);
  expect(editsOf(toggled(toggled(AS_SAVED, "paid"), "paid"))).toEqual([]);
  expect(editsOf(moved(moved(AS_SAVED, "staff", 2), "staff", 0))).toEqual([]);
});

test.each<[string, RuleOrder, unknown]>([
  ["one place down", moved(AS_SAVED, "staff", 1), [["paid", 0]]],
  ["to the end", moved(AS_SAVED, "staff", 2), [["staff", 2]]],
  ["to the front", moved(AS_SAVED, "old", 0), [["old", 0]]],
  [
    "turned round",
    { order: ["old", "paid", "staff"], removed: [] },
    [
      ["old", 0],
      ["paid", 1],
    ],
  ],
  ["removed", toggled(AS_SAVED, "paid"), ["paid"]],
  ["removed, and another moved", toggled(moved(AS_SAVED, "old", 0), "paid"), ["paid", ["old", 0]]],
])("%s", (_name, draft, moves) => expect(movesOf(draft)).toEqual(moves));

test("the edits lead to the order, whatever it is", () => {
  const orders = [
    ["a", "b", "c", "d"],
    ["d", "c", "b", "a"],
    ["b", "d", "a", "c"],
    ["c", "a", "d", "b"],
  ];
  for (const saved of orders) {
    for (const order of orders) {
      let present: readonly string[] = saved;
      for (const edit of orderEdits(saved, { order, removed: [] }, here)) {
        if (edit.kind === "move-rule") present = moved({ order: present, removed: [] }, edit.rule, edit.to).order;
      }
      expect(present).toEqual(order);
    }
  }
});

test("it is said by the rules' names", () => {
  const draft = toggled(moved(AS_SAVED, "old", 0), "staff");
  expect(sayOrder(RULES, editsOf(draft))).toBe("Removes Staff; rule old becomes rule 1");
  expect(sayOrder(RULES, [{ kind: "kill", ...here }])).toBe("");
});

test("whom it may move is said as far as it is known", () => {
  const people = (rule: string) => (rule === "staff" ? 1_200 : undefined);
  expect(sayWhoMoves(RULES, AS_SAVED, people)).toEqual([]);
  expect(sayWhoMoves(RULES, toggled(toggled(AS_SAVED, "staff"), "old"), people)).toEqual([
    "About 1,200 people came to Staff this week; the next rule that holds decides for them.",
    "For whoever matches rule old, the next rule that holds decides.",
  ]);
  expect(sayWhoMoves(RULES, moved(AS_SAVED, "old", 0), people)).toEqual([
    "Whoever matches both rule old and Staff gets opus as before.",
    "Whoever matches both rule old and rule paid gets opus instead of 10 % opus and 90 % sonnet.",
  ]);
  const many: Rule[] = Array.from({ length: 6 }, (_, at) => ({ id: `r${at}`, serve: { variant: `v${at}` } }));
  const said = sayWhoMoves(many, moved({ order: many.map(({ id }) => id), removed: [] }, "r5", 0), people);
  expect(said).toHaveLength(4);
  expect(said.at(-1)).toBe("And 2 more. How many people that is shows once it runs.");
});
