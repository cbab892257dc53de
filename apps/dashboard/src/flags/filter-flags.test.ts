/** Which flags a search leaves. */

import { describe, expect, test } from "vitest";
import type { FlagSummary } from "@dimmer/protocol";
import type { FlagFilter } from "../routes.tsx";
import { filterFlags } from "./filter-flags.ts";

const base: FlagSummary = {
  key: "summarizer",
  description: "Which model writes Summaries",
  type: "string",
  purpose: "release",
  owner: "search-team",
  tags: ["ai"],
  audience: "server",
  variants: ["opus", "sonnet"],
  removeBy: "2027-01-01",
  permanent: false,
  archived: false,
  file: null,
  hasDraft: false,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  state: "on",
  stopped: [],
  serving: ["10 % Opus and 90 % sonnet for everyone"],
  brightness: 0.1,
};
const flags: readonly FlagSummary[] = [
  base,
  { ...base, key: "off", description: null, state: "killed", owner: "platform", tags: [], serving: ["off: everyone gets plain"] },
  { ...base, key: "gone", archived: true },
  { ...base, key: "elsewhere", state: "absent", serving: [], brightness: 0, hasDraft: true, stopped: ["opus"] },
];

describe("a filter", () => {
  test.each<[FlagFilter, readonly string[]]>([
    [{}, ["summarizer", "off", "elsewhere"]],
    [{ q: "summ" }, ["summarizer", "elsewhere"]],
    [{ q: "OPUS 90" }, ["summarizer"]],
    [{ q: "plain" }, ["off"]],
    [{ q: "nothing" }, []],
    [{ owner: "platform" }, ["off"]],
    [{ tag: "ai" }, ["summarizer", "elsewhere"]],
    [{ purpose: "experiment" }, []],
    [{ state: "on" }, ["summarizer"]],
    [{ state: "killed" }, ["off"]],
    [{ state: "absent" }, ["elsewhere"]],
    [{ state: "stopped" }, ["elsewhere"]],
    [{ state: "draft" }, ["elsewhere"]],
    [{ state: "partial" }, ["summarizer", "off"]],
    [{ state: "archived" }, ["gone"]],
    [{ state: "overdue" }, []],
  ])("%j leaves %j", (filter, keys) => {
    expect(filterFlags(flags, filter, "2026-12-31").map(({ key }) => key)).toEqual(keys);
  });

  test("is overdue from the day after", () => {
    const overdue = (today: string) => filterFlags(flags, { state: "overdue" }, today).length;
    expect([overdue("2027-01-01"), overdue("2027-01-02")]).toEqual([0, 3]);
  });
});
