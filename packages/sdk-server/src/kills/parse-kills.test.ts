/** Kills as people write them. */

import { nameOfKill } from "@dimmer/sdk-core";
import { expect, test } from "vitest";
import { KILLS_LIMIT, parseKills } from "./parse-kills.ts";

test.each<[string, readonly string[]]>([
  ["summarizer,search:new", ["summarizer", "search:new"]],
  [" summarizer , search : new,, ", ["summarizer", "search:new"]],
  ["\uFEFFsummarizer # since the outage\r\n# search\n\nsearch:new\n", ["summarizer", "search:new"]],
  ["", []],
])("%j", (text, kills) => expect(parseKills(text)).toMatchObject({ kills: kills.map((name) => partsOf(name)), problems: [] }));

test.each(["Summarizer", "a b", "a:b:c", ":new", "a:", "__proto__", "a:-", "*", "flag=variant", "x".repeat(200)])(
  "%s is named, and the others count",
  (entry) => {
    const { kills, problems } = parseKills(`one,${entry}\ntwo`);
    expect(kills.map(nameOfKill)).toEqual(["one", "two"]);
    expect(problems).toEqual([expect.stringMatching(/^".*" is neither flag nor flag:variant\.$/)]);
  },
);

test("as many count as there is room for", () => {
  const { kills, problems } = parseKills(Array.from({ length: KILLS_LIMIT + 1 }, (_, at) => `f${at}`).join());
  expect([kills.length, problems]).toEqual([KILLS_LIMIT, [`Only the first ${KILLS_LIMIT} count.`]]);
});

function partsOf(name: string) {
  const [flagKey, variant] = name.split(":");
  return variant === undefined ? { flagKey } : { flagKey, variant };
}
