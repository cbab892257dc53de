/** The words of the command: flags, conditions, moves, percentages, suggestions and tables. */

import { type Condition, type FlagEnvironment, listOf, sayCondition, sayPercent } from "@dimmer/evaluation";
import type { Move, PeopleView } from "@dimmer/protocol";
import { describe, expect, test, vi } from "vitest";
import { describeServing, summarizeServing } from "./describe-flag.ts";
import { describeMoves } from "./describe-moves.ts";
import { describeSeen, roundPeople } from "./describe-people.ts";
import { checkPercent, readPercent } from "./percent.ts";
import { describeUnknown } from "./describe-staleness.ts";
import { didYouMean, suggestNames } from "./suggest.ts";
import { renderTable } from "./table.ts";

const base: FlagEnvironment = { enabled: true, fallback: "plain", default: { variant: "sonnet" } };

describe("what a flag serves", () => {
  const check = (config: Partial<FlagEnvironment>, words: string) => expect(describeServing({ ...base, ...config })).toBe(words);

  test("one variant", () => check({}, "everyone gets sonnet; plain when killed"));
  test("a split", () =>
    check({ default: { split: { opus: 10, sonnet: 90 } } }, "10 % of everyone gets opus, 90 % sonnet; plain when killed"));
  test("a split at 100 %", () =>
    check({ default: { split: { opus: 100, sonnet: 0 } } }, "everyone gets opus; plain when killed"));
  test("a split by another attribute, with a rest", () =>
    check(
      { default: { split: { opus: 0.125 }, by: "organization.id", rest: { variant: "sonnet" } } },
      "0.125 % of everyone gets opus, the rest sonnet (by organization.id); plain when killed",
    ));
  test("a split with nothing in it goes to its rest", () =>
    check({ default: { split: { opus: 0 }, rest: "next-rule" } }, "everyone gets what the next rule says; plain when killed"));
  test("rules, targets, requirements and stops in the order of evaluation", () =>
    check(
      {
        requires: [{ flag: "ai-enabled", variant: "on" }],
        targets: { opus: ["user-7"], sonnet: ["a", "b"], plain: [] },
        rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "sonnet-eu" } }],
        stopped: ["opus"],
      },
      "only while ai-enabled serves on; 1 named person gets opus; 2 named people get sonnet; those whose region is eu get sonnet-eu; everyone else gets sonnet; opus is stopped and gives plain; plain when killed",
    ));
  test("killed", () => check({ enabled: false, default: { split: { opus: 10, sonnet: 90 } } }, "killed: everyone gets plain"));
  test("a list of fallbacks", () =>
    check(
      { enabled: false, fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }] },
      "killed: everyone gets sonnet where region is us, plain otherwise",
    ));
  test("a fallback that is stopped serves nobody", () => {
    const fallback = [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }];
    check({ enabled: false, fallback, stopped: ["sonnet"] }, "killed: everyone gets plain");
    check({ enabled: false, stopped: ["plain"] }, "killed: everyone gets the default in the code");
  });
  test("in a list, no more than a few lines of a flag with many rules", () => {
    const rules = Array.from({ length: 500 }, (_, at) => ({
      id: `r${at}`,
      when: { name: "🙂".repeat(at) },
      serve: base.default,
    }));
    const text = summarizeServing({ ...base, rules });
    expect(text).toMatch(/^those whose name is  get sonnet; .*…$/u);
    expect(text.length).toBeLessThanOrEqual(400);
    expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    expect(summarizeServing(base)).toBe(describeServing(base));
  });
  test("no fallback", () => check({ enabled: false, fallback: [] }, "killed: everyone gets the default in the code"));
});

describe("a condition", () => {
  const check = (condition: Condition, words: string) => expect(sayCondition(condition)).toBe(words);

  test("equal", () => check({ plan: "pro" }, "plan is pro"));
  test("in", () => check({ plan: ["pro", "team"], beta: true }, "plan is pro or team and beta is true"));
  test("a long list is counted", () => check({ id: [1, 2, 3, 4, 5, 6] }, "id is one of 6 values"));
  test("operators", () => check({ age: { gte: 18, lt: 65 } }, "age is at least 18 and age is below 65"));
  test("semver", () => check({ app: { semver: { gte: "2.3.0" } } }, "app is at least version 2.3.0"));
  test("presence", () => check({ a: { exists: true }, b: { exists: false } }, "a is present and b is missing"));
  test("trees", () =>
    check(
      { any: [{ a: 1 }, { b: 2 }], not: { c: 3 }, all: [{ d: 4 }], segment: ["beta", "staff"] },
      "in segment beta or staff, d is 4, (a is 1 or b is 2) and not (c is 3)",
    ));
  test("an escaped attribute", () => check({ attribute: { segment: "x" } }, "segment is x"));
  test("an operator of a newer server", () => check({ a: { near: "b" } }, "a near b"));
});

describe("who moves", () => {
  const move = (from: string | null, to: string | null, percent: number, rule = "default"): Move => ({
    flag: "summarizer",
    environment: "production",
    rule,
    from,
    to,
    percent,
  });
  const check = (moves: readonly Move[], words: readonly string[]) => expect(describeMoves(moves)).toEqual(words);

  test("nobody", () => check([], ["Nobody changes variant."]));
  test("the default", () => check([move("sonnet", "opus", 15)], ["15 % of users change: 15 % sonnet → opus."]));
  test("several, summed without the dust of floats", () =>
    check([move("a", "c", 0.1), move("b", "c", 0.2)], ["0.3 % of users change: 0.1 % a → c, 0.2 % b → c."]));
  test("in a rule, from the next rule", () =>
    check([move(null, "opus", 5, "paid")], ["5 % of users in rule paid change: 5 % next rule → opus."]));
  test("in two splits", () =>
    check(
      [move("a", "b", 1), move("a", "b", 2, "paid")],
      [
        "summarizer in production: 1 % of users change: 1 % a → b.",
        "summarizer in production: 2 % of users in rule paid change: 2 % a → b.",
      ],
    ));
});

describe("people", () => {
  const move: Move = { flag: "summarizer", environment: "production", rule: "default", from: "sonnet", to: "opus", percent: 10 };
  const estimate = { people: 41_870, error: 0.016 };
  const seen: PeopleView = {
    today: { people: 8_712, error: 0.016 },
    week: estimate,
    addresses: [{ flag: "summarizer", rule: "default", people: 42_300 }],
    pinned: {},
    error: 0.033,
  };
  const check = (view: PeopleView, moves: readonly Move[], words: string) =>
    expect(describeMoves(moves, new Map([["production", view]]))[0]).toContain(words);

  test("that move", () => check(seen, [move], "opus. That is about 4,200 of the 42,000 people whom it answered this week."));
  test("that move, some of them pinned", () =>
    check({ ...seen, pinned: { summarizer: 3_000 } }, [move], "people whom it answered this week, about 300 of them pinned."));
  test("are not spoken of where nobody is known", () => {
    const plain = ["10 % of users change: 10 % sonnet → opus."];
    for (const people of [new Map<string, PeopleView>(), new Map([["production", { ...seen, addresses: [] }]])])
      expect(describeMoves([move], people)).toEqual(plain);
  });
  test("seen", () => expect(describeSeen(seen)).toBe("About 42,000 people were seen this week, about 8,700 of them today."));
  test.each([
    [0.4, "0"],
    [12, "12"],
    [99.4, "99"],
    [104, "100"],
    [996, "1,000"],
    [1_234_567, "1,200,000"],
  ])("%d people are %s", (people, text) => expect(roundPeople(people)).toBe(text));
});

describe("percentages", () => {
  const read = (text: string, percent: number | undefined) => expect(readPercent(text)).toBe(percent);
  test.each([
    ["25", 25],
    ["25%", 25],
    ["0.125", 0.125],
    ["100", 100],
    ["opus", undefined],
    ["1e1", undefined],
    ["-5", undefined],
    ["", undefined],
  ] as const)("%s", (text, percent) => read(text, percent));
  test.each(["101", "0.0001", "x", "12.3456"])("%s is refused", (text) =>
    expect(() => checkPercent(text)).toThrow(/is not a percentage|is finer than/u),
  );
  test("the sum of float shares is written plainly", () => expect(sayPercent(0.1 + 0.2)).toBe("0.3 %"));
});

describe("did you mean", () => {
  test.each([
    ["sumarizer", ["summarizer", "ai-enabled"], ["summarizer"]],
    ["chat", ["chat-model", "summarizer"], ["chat-model"]],
    ["SUMMARIZER", ["summarizer"], ["summarizer"]],
    ["zzz", ["summarizer"], []],
    ["", ["ab", "summarizer"], []],
  ] as const)("%s", (given, known, near) => expect(suggestNames(given, known)).toEqual(near));
  test("says what there is where nothing is near", () =>
    expect(didYouMean("zzz", ["a-flag", "b-flag"])).toBe("There is a-flag and b-flag."));
  test("stays silent about long lists", () =>
    expect(
      didYouMean(
        "zzz",
        Array.from({ length: 13 }, (_, at) => `flag-${at}`),
      ),
    ).toBeUndefined());
  test("joins words", () => expect(listOf(["a", "b", "c"], "or")).toBe("a, b or c"));
});

describe("tables", () => {
  const head = (text: string) => text;
  const rows = [
    ["a", "first 🙂"],
    ["longer", "second, and rather long"],
  ];
  test("aligned, whole where there is no terminal", () =>
    expect(renderTable(["flag", "serves"], rows, { head, width: undefined })).toBe(
      "flag    serves\na       first 🙂\nlonger  second, and rather long",
    ));
  test("the last column is cut to the terminal, never below its minimum", () =>
    expect(renderTable(["flag", "serves"], [["longer", "0123456789012345678901234567890"]], { head, width: 20 })).toBe(
      "flag    serves\nlonger  01234567890123456789012…",
    ));
  test("a huge cell is looked at no further than it is shown", () => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, "segment");
    try {
      const huge = "value ".repeat(1_000_000);
      for (const width of [80, undefined]) {
        const lines = renderTable(["flag", "name", "serves"], [["a", huge, huge]], { head, width }).split("\n");
        expect(lines[1]?.startsWith("a     value value")).toBe(true);
        expect(lines[1]?.endsWith(width === undefined ? "value value" : "…")).toBe(true);
      }
      expect(Math.max(...segment.mock.calls.map(([text]) => text.length))).toBeLessThan(4_000);
    } finally {
      segment.mockRestore();
    }
  });
  test("a cell before the last is cut, so that one name does not push all others away", () => {
    const [title, row] = renderTable(["name", "id"], [["n".repeat(1_000), "x"]], { head, width: undefined }).split("\n");
    expect(row).toBe(`${"n".repeat(119)}…  x`);
    expect(title).toBe(`name${" ".repeat(118)}id`);
  });
  test("what joins into one sign counts as one, however long", () =>
    expect(renderTable(["a", "b"], [[`👩‍👩‍👧‍👦${"e\u0301".repeat(3)}`, "x"]], { head, width: 80 })).toBe(
      `a     b\n👩‍👩‍👧‍👦${"e\u0301".repeat(3)}  x`,
    ));
});

describe("flags of which nobody can tell", () => {
  const flag = (key: string, text: string) => {
    const reasons = [{ code: "no-telemetry" as const, text }];
    return { key, staleness: { state: "unknown" as const, reasons } };
  };
  test("each doubt is said once", () =>
    expect(describeUnknown([flag("a", "nothing was counted"), flag("b", "nothing was counted")])).toBe(
      "Whether anybody asks for 2 flags cannot be told (a, b):\n  nothing was counted.",
    ));
  test("and only some are named", () =>
    expect(describeUnknown(Array.from({ length: 12 }, (_, at) => flag(`f${at}`, "why")))).toContain("f8, f9 and 2 more):"));
});
