/** What counts for `only` where whoever asks is not to be believed. */

import { describe, expect, test } from "vitest";
import { snapshotOf } from "./build-snapshot.ts";
import { compileSnapshot } from "./compile-snapshot.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import type { Condition, FlagDefinition } from "./flag.ts";

const flagWith = (only: Condition): FlagDefinition => ({
  type: "string",
  purpose: "entitlement",
  owner: "team",
  permanent: true,
  variants: { best: { value: "best", only }, plain: { value: "plain" } },
  environments: {
    production: {
      enabled: true,
      fallback: "plain",
      rules: [{ id: "eu", when: { region: "eu" }, serve: { variant: "best" } }],
      default: { split: { best: 50, plain: 50 } },
    },
  },
});
const segments = {
  staff: { environments: { production: { include: ["ada"] } } },
  nobody: { environments: { production: { include: [] } } },
  paying: { environments: { production: { when: { plan: "pro" } } } },
};
const snapshotWith = (only: Condition) =>
  compileSnapshot(snapshotOf({ version: 1, flags: { model: flagWith(only) }, segments }, "production", { project: "shop" }));

/** A rule that holds on claims leads to the variant; whether it may be had is asked of the proof. */
function check(only: Condition, claimed: object, proven: object, variant: string): void {
  const details = evaluate(snapshotWith(only), "model", { region: "eu", ...claimed }, { proven: { ...proven } });
  expect(details.variant).toBe(variant);
  expect(details.flagMetadata.blocked).toBe(variant === "plain" ? true : undefined);
}

describe("`only` on what is proven", () => {
  test.each<[name: string, only: Condition, claimed: object, proven: object, variant: string]>([
    ["a claim is not enough", { plan: "pro" }, { plan: "pro" }, {}, "plain"],
    ["a proof is", { plan: "pro" }, {}, { plan: "pro" }, "best"],
    ["a proof beats the claim that it is otherwise", { plan: "pro" }, { plan: "pro" }, { plan: "free" }, "plain"],
    ["what was not said is not absent", { banned: { exists: false } }, {}, { plan: "pro" }, "plain"],
    ["nor under not", { not: { banned: { exists: true } } }, {}, { plan: "pro" }, "plain"],
    ["what was said is there", { plan: { exists: true } }, {}, { plan: "pro" }, "best"],
    ["not, of what was said", { not: { plan: "free" } }, { plan: "pro" }, { plan: "pro" }, "best"],
    ["not, of what was not said", { not: { plan: "free" } }, { plan: "pro" }, {}, "plain"],
    ["a segment's list asks for a proven key", { segment: "staff" }, { targetingKey: "ada" }, {}, "plain"],
    ["and finds it", { segment: "staff" }, {}, { targetingKey: "ada" }, "best"],
    ["a segment's condition as well", { segment: "paying" }, { plan: "pro" }, {}, "plain"],
    ["that nobody is in an empty segment needs no proof", { not: { segment: "nobody" } }, {}, {}, "best"],
  ])("%s", (_name, only, claimed, proven, variant) => check(only, claimed, proven, variant));

  test("a split, too, is for those who prove that they may have all of it", () => {
    const snapshot = snapshotWith({ plan: "pro" });
    const claims = { targetingKey: "ada", plan: "pro" };
    expect(evaluate(snapshot, "model", claims, { proven: {} }).flagMetadata.ineligible).toBe(true);
    expect(evaluate(snapshot, "model", claims, { proven: { plan: "pro" } }).reason).toBe("SPLIT");
    expect(evaluate(snapshot, "model", claims).reason).toBe("SPLIT");
  });

  test("rules, and the next evaluation, go on reading the context", () => {
    const snapshot = snapshotWith({ plan: "pro" });
    expect(evaluate(snapshot, "model", { region: "eu" }, { proven: { plan: "pro" } }).flagMetadata.ruleId).toBe("eu");
    expect(evaluate(snapshot, "model", { region: "eu", plan: "pro" }).variant).toBe("best");
  });

  test("a trace shows what `only` was decided on", () => {
    const { trace } = explain(
      snapshotWith({ plan: "pro" }),
      "model",
      { region: "eu", plan: "free" },
      { proven: { plan: "pro" } },
    );
    const step = trace.find((one) => one.step === "only");
    expect(step).toMatchObject({ result: "true", conditions: [{ attribute: "plan", actual: "pro", result: "true" }] });
  });

  test("a proof that throws is an error, and leaves nothing behind", () => {
    const snapshot = snapshotWith({ plan: "pro" });
    const proven = {
      get plan(): string {
        throw new Error("no");
      },
    };
    expect(evaluate(snapshot, "model", { region: "eu" }, { proven }).errorCode).toBe("GENERAL");
    expect(evaluate(snapshot, "model", { region: "eu", plan: "pro" }).variant).toBe("best");
  });
});
