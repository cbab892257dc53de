/** What is unknown is counted on every path, holds nothing, and is read as JSON would carry it. */

import { describe, expect, it } from "vitest";
import { snapshotOf } from "./build-snapshot.ts";
import { compileSnapshot, type CompiledSnapshot } from "./compile-snapshot.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import type { FlagDefinition, FlagEnvironment } from "./flag.ts";

function flagOf(config: Partial<FlagEnvironment>): FlagDefinition {
  const production = { enabled: true, fallback: "off", default: { variant: "on" }, ...config } as FlagEnvironment;
  return { type: "boolean", purpose: "release", owner: "team", permanent: true, environments: { production } };
}

const flags = (configs: Record<string, Partial<FlagEnvironment>>): CompiledSnapshot =>
  compileSnapshot(
    snapshotOf(
      { version: 1, flags: Object.fromEntries(Object.entries(configs).map(([key, config]) => [key, flagOf(config)])) },
      "production",
    ),
  );

const HALF = { split: { on: 50, off: 50 } };

describe("what is unknown", () => {
  it("is counted in an answer with an error code", () => {
    const snapshot = flags({
      flag: { rules: [{ id: "r", when: { segment: "gone" }, serve: { variant: "off" } }], default: HALF },
    });
    expect(evaluate(snapshot, "flag", {})).toMatchObject({
      errorCode: "TARGETING_KEY_MISSING",
      flagMetadata: { unknowns: 1 },
    });
    expect(explain(snapshot, "flag", {}).unknowns).toBe(1);
  });

  it("is counted in a fallback list that is only carried along", () => {
    const snapshot = flags({ flag: { fallback: [{ when: { segment: "gone" }, variant: "on" }, { variant: "off" }] } });
    expect(evaluate(snapshot, "flag", {})).toMatchObject({ variant: "on", flagMetadata: { unknowns: 1 } });
  });

  it("holds no requirement above it: a circle of requires is off for everyone in it", () => {
    const snapshot = flags({ flag: { requires: [{ flag: "flag", variant: "off" }], default: { variant: "off" } } });
    expect(evaluate(snapshot, "flag", {})).toMatchObject({ reason: "DISABLED", variant: "off", flagMetadata: { unknowns: 1 } });
  });

  it("does not stay with a later evaluation", () => {
    const snapshot = flags({
      round: { requires: [{ flag: "round", variant: "on" }] },
      base: {},
      flag: { requires: [{ flag: "base", variant: "on" }] },
    });
    expect(evaluate(snapshot, "round", {}).reason).toBe("DISABLED");
    expect(evaluate(snapshot, "flag", {})).toMatchObject({ reason: "DEFAULT", variant: "on" });
  });
});

describe("what JSON would not carry", () => {
  it("is not read: the length of a list", () => {
    const rules = [{ id: "r", when: { "tags.length": 2 }, serve: { variant: "off" } }];
    expect(evaluate(flags({ flag: { rules } }), "flag", { tags: ["a", "b"] }).variant).toBe("on");
    const first = [{ id: "r", when: { "tags.0": "a" }, serve: { variant: "off" } }];
    expect(evaluate(flags({ flag: { rules: first } }), "flag", { tags: ["a", "b"] }).variant).toBe("off");
  });

  it("is not read: a targeting key that the context inherits", () => {
    const snapshot = flags({ flag: { targets: { off: ["u"] } } });
    expect(evaluate(snapshot, "flag", { targetingKey: "u" }).variant).toBe("off");
    expect(evaluate(snapshot, "flag", Object.create({ targetingKey: "u" })).variant).toBe("on");
  });
});

describe("a split whose slots have one holder", () => {
  it("needs no key, also where that is the next rule", () => {
    const stored = {
      algorithm: "sha1-slot-v1",
      slots: 100_000,
      salt: "s",
      by: "targetingKey",
      offset: 0,
      ranges: [],
      previous: null,
    };
    const serve = { split: { on: 0 }, rest: "next-rule", stored };
    const snapshot = flags({ flag: { rules: [{ id: "group", serve }], default: { variant: "off" } } as never });
    expect(evaluate(snapshot, "flag", {})).toMatchObject({ variant: "off", reason: "DEFAULT" });
  });
});
