/** Only what somebody changed is sent. */

import { expect, test } from "vitest";
import { editedFields, type FlagFacts, factsOf, monthsAfter } from "./flag-facts.ts";

const facts = factsOf({ type: "string", purpose: "release", owner: "search", tags: ["ai"], removeBy: "2027-01-01" });

test.each<[Partial<FlagFacts>, object]>([
  [{}, {}],
  [{ owner: " chat " }, { owner: "chat" }],
  [{ description: "Which model" }, { description: "Which model" }],
  [{ tags: [] }, { tags: null }],
  [{ tags: ["ai", "chat"] }, { tags: ["ai", "chat"] }],
  [{ removeBy: null }, { permanent: true }],
  [{ removeBy: "2027-06-01" }, { removeBy: "2027-06-01" }],
  [{ audience: "browser" }, { audience: "browser" }],
  [{ purpose: "config" }, { purpose: "config" }],
])("%j", (edit, fields) => expect(editedFields(facts, { ...facts, ...edit })).toEqual(fields));

test("an emptied description and the servers are what is there without a word", () => {
  const told: FlagFacts = { ...facts, description: "Which model", audience: "browser" };
  expect(editedFields(told, { ...told, description: " ", audience: "server" })).toEqual({ description: null, audience: null });
});

test("months are of the calendar", () => expect(monthsAfter("2026-11-28", 3)).toBe("2027-02-28"));
