/** Which flags are said to be stale, of which nobody can tell, and which are left in peace. */

import type { Audience, FlagEnvironment, Purpose } from "@dimmer/evaluation";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../telemetry/times.ts";
import { COVERAGE, type CountedUses } from "./counted-uses.ts";
import { decideStaleness, STALE_AFTER, type StaleEvidence, type StaleSubject } from "./decide-staleness.ts";

const NOW = Date.UTC(2026, 10, 28, 9);
const today = Date.UTC(2026, 10, 28);
const daysAgo = (days: number): number => NOW - days * DAY_MS;

const SPLIT: FlagEnvironment = { enabled: true, fallback: "plain", default: { split: { opus: 10, sonnet: 90 } } };
const SONNET: FlagEnvironment = { ...SPLIT, default: { variant: "sonnet" } };

interface Case {
  readonly created?: number;
  readonly changed?: number;
  readonly removeBy?: string;
  readonly purpose?: Purpose;
  readonly permanent?: true;
  readonly archived?: true;
  readonly blocks?: Readonly<Record<string, FlagEnvironment>>;
  readonly production?: readonly string[];
  readonly only?: readonly string[];
  readonly audience?: Audience;
}

function flagOf({ created = 400, changed = 20, blocks = { production: SPLIT }, only = [], ...more }: Case): StaleSubject {
  const { purpose = "release", removeBy = "2099-12-31", audience = "server" } = more;
  const life = more.permanent === undefined ? { removeBy } : { permanent: more.permanent };
  const variant = (name: string) => ({ latest: 1, ...(only.includes(name) ? { only: { plan: "pro" } } : {}) });
  return {
    key: "summarizer",
    definition: { type: "object", purpose, owner: "search-team", audience, ...life },
    variants: Object.fromEntries(["opus", "sonnet", "plain"].map((name) => [name, variant(name)])),
    environments: Object.fromEntries(Object.entries(blocks).map(([name, config]) => [name, { revision: 1, config }])),
    archivedAt: more.archived === undefined ? null : NOW,
    createdAt: daysAgo(created),
    updatedAt: daysAgo(changed),
  };
}

/** Counted on every one of the last `days`, today included unless it ended `until` days ago. */
function countedFor(days: number, lastUse?: number, more: Partial<CountedUses> & { until?: number } = {}): CountedUses {
  const { until = 0, ...rest } = more;
  return {
    days: Array.from({ length: days }, (_, at) => today - (until + days - 1 - at) * DAY_MS),
    lastUses: new Map(lastUse === undefined ? [] : [["summarizer", daysAgo(lastUse)]]),
    isWhole: true,
    ...rest,
  };
}

type Counted = Readonly<Record<string, CountedUses | undefined>>;
const USED: Counted = { production: countedFor(100, 0.5) };

function judge(about: Case, counted: Counted, more: Partial<StaleEvidence> = {}): string[] {
  const production = about.production ?? ["production"];
  const evidence = { production, counted: new Map(Object.entries(counted)), required: new Set<string>(), ...more };
  const { state, reasons } = decideStaleness(flagOf(about), evidence, NOW);
  return [state, ...reasons.map(({ code, text }) => `${code}: ${text}`)];
}

describe("nobody asks for it", () => {
  const never = "never-evaluated: never evaluated in production since it was created 20 days ago";
  const silent = (days: number) => `not-evaluated: not evaluated in production for ${days} days`;
  const staging = { production: SPLIT, staging: SPLIT };
  test.each<[string, Case, Counted, string[]]>([
    ["never", { created: 20 }, { production: countedFor(100) }, ["stale", never]],
    ["never, and counted from the day it was made", { created: 20 }, { production: countedFor(21) }, ["stale", never]],
    ["not lately", {}, { production: countedFor(100, 45.5) }, ["stale", silent(45)]],
    ["just not lately", {}, { production: countedFor(31, 30) }, ["stale", silent(30)]],
    ["just lately enough", {}, { production: countedFor(100, 29.9) }, ["active"]],
    [
      "not since anything is counted, which is shorter than it is there",
      {},
      { production: countedFor(40) },
      ["stale", silent(30)],
    ],
    ["made a while ago", { created: 13, changed: 13 }, { production: countedFor(100) }, ["active"]],
    ["made long ago and changed lately", { changed: 13 }, { production: countedFor(100) }, ["active"]],
    [
      "on its way: others ask for it",
      { blocks: staging },
      { production: countedFor(100), staging: countedFor(3, 1) },
      ["active"],
    ],
    [
      "gone from production, and others lag behind",
      { blocks: staging },
      { production: countedFor(100, 50), staging: countedFor(100, 1) },
      ["stale", silent(50)],
    ],
    ["not launched, and asked for where it is", { blocks: { staging: SPLIT } }, { staging: countedFor(100, 2) }, ["active"]],
    [
      "not launched, and not asked for where it is",
      { blocks: { staging: SPLIT }, created: 20 },
      { production: countedFor(100), staging: countedFor(100) },
      ["stale", never.replace("production", "staging")],
    ],
    ["nowhere at all", { blocks: {} }, { production: countedFor(100) }, ["active"]],
    [
      "in two of production, and one asks",
      { blocks: { eu: SPLIT, us: SPLIT }, production: ["eu", "us"] },
      { eu: countedFor(100, 50), us: countedFor(100, 1) },
      ["active"],
    ],
    [
      "in two of production, and none asks",
      { blocks: { eu: SPLIT, us: SPLIT }, production: ["eu", "us"] },
      { eu: countedFor(100, 50), us: countedFor(100) },
      ["stale", silent(50).replace("production", "eu and us")],
    ],
  ])("%s", (_what, about, counted, expected) => expect(judge(about, counted)).toEqual(expected));

  test("a flag that another requires decides something all the same", () =>
    expect(judge({}, { production: countedFor(100) }, { required: new Set(["summarizer"]) })).toEqual(["active"]));
});

describe("[stale-unknown] a check that cannot tell does not accuse", () => {
  const gaps = countedFor(40).days.filter((_, at) => at % 3 === 0);
  test.each<[string, CountedUses | undefined, string]>([
    ["telemetry is away", undefined, "what was counted in production cannot be read just now"],
    ["telemetry is off", countedFor(0), "no evaluation was ever counted in production"],
    [
      "telemetry was turned off",
      countedFor(90, 45, { until: 5 }),
      "no evaluation of any flag was counted in production since 2026-11-23",
    ],
    ["telemetry is young", countedFor(30), "evaluations in production are counted only since 2026-10-30"],
    [
      "telemetry has holes",
      countedFor(40, 35, { days: gaps }),
      "evaluations in production were counted on only 11 of the last 31 days",
    ],
    [
      "there is too much of it",
      countedFor(40, 35, { isWhole: false }),
      "more flags are asked for in production than are read at once",
    ],
  ])("%s", (_what, production, doubt) => expect(judge({}, { production })).toEqual(["unknown", `no-telemetry: ${doubt}`]));

  test("browsers, which fetch all of their flags at once; what else asks for one counts", () => {
    const why = "no-telemetry: browsers fetch all of their flags at once, which tells of none that it is used";
    const browser = { audience: "browser" } as const;
    expect(judge(browser, { production: countedFor(100) })).toEqual(["unknown", why]);
    expect(judge(browser, USED)).toEqual(["active"]);
    expect(judge({ ...browser, changed: 60, blocks: { production: SONNET } }, { production: countedFor(100) })[0]).toBe("stale");
  });

  test("one of two places where nobody can tell is enough", () => {
    const about = { blocks: { eu: SPLIT, us: SPLIT }, production: ["eu", "us"] };
    expect(judge(about, { eu: countedFor(100, 50), us: countedFor(10) })[0]).toBe("unknown");
  });

  test("a long weekend is no hole, and five days of seven are enough", () => {
    const { heardWithinDays } = COVERAGE;
    const working = countedFor(100).days.filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
    expect(judge({}, { production: countedFor(90, 45, { until: heardWithinDays }) })[0]).toBe("stale");
    expect(judge({}, { production: countedFor(0, 45, { days: working }) })[0]).toBe("stale");
  });

  test("what needs no telemetry is said all the same", () =>
    expect(judge({ removeBy: "2026-11-27" }, {})).toEqual(["stale", "overdue: to be removed by 2026-11-27, 1 day ago"]));
});

describe("everybody gets the same", () => {
  const rules = (variant: string) => [{ id: "paid", when: { plan: "pro" }, serve: { variant } }];
  const said = (variant: string, days = 60) =>
    `one-variant: serves only \`${variant}\` to everyone in production, unchanged for ${days} days`;
  const killed = "one-variant: killed, and serves everyone `plain` in production, unchanged for 60 days";
  test.each<[string, Partial<FlagEnvironment>, string | undefined]>([
    ["one variant", { default: { variant: "sonnet" } }, said("sonnet")],
    ["100 % of a split", { default: { split: { opus: 100, sonnet: 0 } } }, said("opus")],
    ["a split", { default: { split: { opus: 99.999, sonnet: 0.001 } } }, undefined],
    ["a rest of the same", { default: { split: { opus: 20 }, rest: { variant: "opus" } } }, said("opus")],
    ["a rest of another", { default: { split: { opus: 20 }, rest: { variant: "plain" } } }, undefined],
    ["an else of another", { default: { split: { opus: 100 }, else: "plain" } }, undefined],
    ["rules that say the same", { ...SONNET, rules: rules("sonnet"), targets: { opus: [], sonnet: ["ada"] } }, said("sonnet")],
    ["a rule that says otherwise", { ...SONNET, rules: rules("opus") }, undefined],
    ["a named person", { ...SONNET, targets: { opus: ["ada"] } }, undefined],
    ["another flag first", { ...SONNET, requires: [{ flag: "ai-enabled", variant: "on" }] }, undefined],
    ["stopped", { ...SONNET, stopped: ["sonnet"] }, said("plain")],
    ["stopped, and the caller's default", { ...SONNET, stopped: ["sonnet", "plain"] }, undefined],
    ["killed", { enabled: false }, killed],
    [
      "killed, with one fallback in the end",
      { enabled: false, fallback: [{ when: { a: 1 }, variant: "plain" }, { variant: "plain" }] },
      killed,
    ],
    ["killed, with a second after the last", { enabled: false, fallback: [{ variant: "plain" }, { variant: "opus" }] }, killed],
    ["killed, with two", { enabled: false, fallback: [{ when: { a: 1 }, variant: "sonnet" }, { variant: "plain" }] }, undefined],
    ["killed, with a condition", { enabled: false, fallback: [{ when: { a: 1 }, variant: "plain" }] }, undefined],
  ])("%s", (_what, config, expected) =>
    expect(judge({ changed: 60, blocks: { production: { ...SPLIT, ...config } } }, USED)).toEqual(
      expected === undefined ? ["active"] : ["stale", expected],
    ),
  );

  test.each<[string, Case, string[]]>([
    ["not for long", { changed: STALE_AFTER.oneVariant - 1 }, ["active"]],
    ["of a kill switch", { changed: 90, purpose: "kill-switch" }, ["active"]],
    ["to whom `only` allows it", { changed: 90, only: ["sonnet"] }, ["active"]],
    [
      "in production, whatever staging does",
      { changed: 90, blocks: { production: SONNET, staging: SPLIT } },
      ["stale", said("sonnet", 90)],
    ],
    [
      "in each of two, and not the same",
      { changed: 90, blocks: { production: SONNET, eu: { ...SONNET, enabled: false } }, production: ["production", "eu"] },
      ["active"],
    ],
  ])("%s", (_what, about, expected) =>
    expect(judge({ blocks: { production: SONNET }, ...about }, { ...USED, eu: countedFor(100, 1) })).toEqual(expected),
  );
});

describe("its time is over", () => {
  test.each<[string, Case, string[]]>([
    ["today it may still be there", { removeBy: "2026-11-28" }, ["active"]],
    ["long ago", { removeBy: "2026-10-01" }, ["stale", "overdue: to be removed by 2026-10-01, 58 days ago"]],
  ])("%s", (_what, about, expected) => expect(judge(about, USED)).toEqual(expected));
});

test("every reason is said", () =>
  expect(
    judge({ removeBy: "2026-10-01", changed: 70, blocks: { production: SONNET } }, { production: countedFor(100, 40) }),
  ).toEqual([
    "stale",
    "overdue: to be removed by 2026-10-01, 58 days ago",
    "not-evaluated: not evaluated in production for 40 days",
    "one-variant: serves only `sonnet` to everyone in production, unchanged for 70 days",
  ]));

test.each<[string, Case]>([
  ["permanent", { permanent: true }],
  ["archived", { archived: true, removeBy: "2026-01-01" }],
])("a flag that is %s is left in peace", (_what, about) =>
  expect(judge({ ...about, changed: 90, blocks: { production: SONNET } }, { production: countedFor(100) })).toEqual(["active"]),
);
