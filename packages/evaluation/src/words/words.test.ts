/** What conditions and flags sound like. */

import { describe, expect, test } from "vitest";
import type { Condition, FlagEnvironment, Serve } from "../flag.ts";
import { sayCondition } from "./say-condition.ts";
import { sayCount, sayDollars, sayMilliseconds, sayShare } from "./say-measures.ts";
import { brightnessOf, sayFallback, sayServe, sayServing } from "./say-serving.ts";

describe("a condition", () => {
  test.each<[Condition, string]>([
    [{ plan: "pro" }, "plan is pro"],
    [{ plan: ["pro", "team", "enterprise"] }, "plan is pro, team or enterprise"],
    [{ plan: "pro", region: "eu" }, "plan is pro and region is eu"],
    [{ seats: { gte: 10, lt: 100 } }, "seats is at least 10 and seats is below 100"],
    [{ seats: { gt: 1, lte: 9 } }, "seats is above 1 and seats is at most 9"],
    [{ id: [1, 2, 3, 4, 5, 6] }, "id is one of 6 values"],
    [{ beta: true }, "beta is true"],
    [{ beta: null } as unknown as Condition, "beta is null"],
    [{ mail: { endsWith: ["@a.example", "@b.example"] } }, "mail ends with @a.example or @b.example"],
    [{ since: { before: "2027-01-01T00:00:00Z", after: 0 } }, "since is before 2027-01-01T00:00:00Z and since is after 0"],
    [{ app: { semver: { gte: "2.3.0", lt: "3.0.0" } } }, "app is at least version 2.3.0 and app is below version 3.0.0"],
    [{ app: { semver: { near: "2.3.0" } } } as Condition, "app near version 2.3.0"],
    [{ app: { semver: "2.3.0" } } as unknown as Condition, "app semver 2.3.0"],
    [{ ip: { cidr: "10.0.0.0/8" } }, "ip is in 10.0.0.0/8"],
    [{ mail: { exists: true } }, "mail is present"],
    [{ mail: { exists: false } }, "mail is missing"],
    [{ plan: { in: ["pro", "team"] } }, "plan is pro or team"],
    [{ plan: { resembles: "pro" } } as Condition, "plan resembles pro"],
    [{ segment: "beta" }, "in segment beta"],
    [{ segment: ["beta", "staff"] }, "in segment beta or staff"],
    [{ attribute: { segment: "x" } }, "segment is x"],
    [{ all: [{ a: 1 }, { b: 2 }] }, "a is 1 and b is 2"],
    [{ any: [{ a: 1 }, { b: 2 }], c: 3 }, "c is 3 and (a is 1 or b is 2)"],
    [{ not: { a: 1, b: 2 } }, "not (a is 1 and b is 2)"],
  ])("%j: %s", (condition, said) => expect(sayCondition(condition)).toBe(said));
});

describe("what is served", () => {
  test.each<[Serve, string]>([
    [{ variant: "opus" }, "opus"],
    [{ split: { opus: 10, sonnet: 90 } }, "10 % opus and 90 % sonnet"],
    [{ split: { opus: 0, sonnet: 100 } }, "sonnet"],
    [{ split: { opus: 10.5, sonnet: 20, haiku: 69.5 } }, "10.5 % opus, 20 % sonnet and 69.5 % haiku"],
    [{ split: { opus: 10 }, rest: { variant: "sonnet" } }, "10 % opus and the rest sonnet"],
    [{ split: { opus: 10 }, rest: "next-rule" }, "10 % opus and the rest as below"],
  ])("%j: %s", (serve, said) => expect(sayServe(serve)).toBe(said));
});

const base: FlagEnvironment = { enabled: true, fallback: "plain", default: { variant: "sonnet" } };

describe("a fallback", () => {
  test.each<[Pick<FlagEnvironment, "fallback" | "stopped">, string]>([
    [{ fallback: "plain" }, "plain"],
    [{ fallback: "plain", stopped: ["plain"] }, "the default in the code"],
    [
      { fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }] },
      "sonnet where region is us, plain otherwise",
    ],
    [
      { fallback: [{ when: { region: "us" }, variant: "sonnet" }] },
      "sonnet where region is us, the default in the code otherwise",
    ],
    [{ fallback: [{ variant: "plain" }, { variant: "never" }] }, "plain"],
  ])("%j: %s", (config, said) => expect(sayFallback(config)).toBe(said));
});

describe("a flag in an environment", () => {
  test.each<[Partial<FlagEnvironment>, string]>([
    [{}, "sonnet for everyone"],
    [{ enabled: false }, "off: everyone gets plain"],
    [
      {
        rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "sonnet-eu" } }],
        default: { split: { opus: 10, sonnet: 90 } },
      },
      "sonnet-eu where region is eu; 10 % opus and 90 % sonnet for everyone else",
    ],
    [{ rules: [{ id: "all", serve: { variant: "opus" } }] }, "opus for everyone; sonnet for everyone else"],
    [{ targets: { opus: ["user-7"], sonnet: [] } }, "opus for one named person; sonnet for everyone else"],
    [{ targets: { opus: ["user-7", "user-8"] } }, "opus for 2 named people; sonnet for everyone else"],
    [{ stopped: ["opus", "haiku"] }, "sonnet for everyone; opus and haiku stopped: plain instead"],
  ])("%j: %s", (config, said) => expect(sayServing({ ...base, ...config }).join("; ")).toBe(said));
});

describe("the lamp", () => {
  const variants = ["opus", "sonnet"];
  test.each<[string, Partial<FlagEnvironment>, number]>([
    ["nobody gets the first variant", {}, 0],
    ["everybody does", { default: { variant: "opus" } }, 1],
    ["a share does", { default: { split: { opus: 25, sonnet: 75 } } }, 0.25],
    ["the split has no such variant", { default: { split: { sonnet: 100 } } }, 0],
    ["killed", { default: { variant: "opus" }, enabled: false }, 0],
    ["stopped", { default: { variant: "opus" }, stopped: ["opus"] }, 0],
    ["another one stopped", { default: { variant: "opus" }, stopped: ["sonnet"] }, 1],
    ["a rule gives it to some", { rules: [{ id: "paid", when: { plan: "pro" }, serve: { variant: "opus" } }] }, 0.5],
    [
      "a rule keeps it from some",
      { default: { variant: "opus" }, rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "sonnet" } }] },
      1,
    ],
  ])("%s", (_what, config, light) => expect(brightnessOf(variants, { ...base, ...config })).toBe(light));

  test("is dark without variants", () => expect(brightnessOf([], base)).toBe(0));
});

test.each([
  [sayCount(0), "0"],
  [sayCount(9_999), "9,999"],
  [sayCount(178_800), "178.8K"],
  [sayShare(0.0341), "3.4 %"],
  [sayShare(0), "0 %"],
  [sayMilliseconds(null), ""],
  [sayMilliseconds(849.6), "850 ms"],
  [sayMilliseconds(1_340), "1.3 s"],
  [sayDollars(0), "$0"],
  [sayDollars(12_345_678), "$12.35"],
  [sayDollars(1_234_567_890), "$1,234.57"],
  [sayDollars(4_130), "$0.00413"],
  [sayDollars(520_000), "$0.520"],
  [sayDollars(1), "$0.00000100"],
])("says measures: %s", (said, expected) => expect(said).toBe(expected));
