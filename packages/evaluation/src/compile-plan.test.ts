/** A flag that is not well formed is PARSE_ERROR, says why, and sinks nobody else. */

import { describe, expect, it } from "vitest";
import { snapshotOf } from "./build-snapshot.ts";
import { compileSnapshot } from "./compile-snapshot.ts";
import { evaluate } from "./evaluate.ts";
import type { FlagDefinition } from "./flag.ts";
import type { Snapshot, SnapshotFlag } from "./snapshot.ts";

const FLAG: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "team",
  permanent: true,
  variants: { opus: { value: "opus" }, sonnet: { value: "sonnet" }, plain: { value: "plain" } },
  environments: { production: { enabled: true, fallback: "plain", default: { variant: "sonnet" } } },
};

describe("a flag that is not well formed", () => {
  const good = snapshotOf({ version: 1, flags: { flag: FLAG, sane: FLAG } }, "production");
  const flag = good.flags.flag as SnapshotFlag;
  const opus = flag.variants.opus as object;
  const split = { algorithm: "sha1-slot-v1", slots: 100_000, salt: "s", by: "k", offset: 0, ranges: [[0, 50_000, "opus"]] };
  it("a value that is no JSON text, or none at all, is PARSE_ERROR", () => {
    for (const [text, why] of [
      ["{", "JSON"],
      [{ reply: 1 }, "JSON"],
      ["null", "type"],
      ["3", "type"],
    ] as const) {
      // prettier-ignore
      const values = { ...good.values, "flag/opus": text };
      const answer = evaluate(compileSnapshot({ ...good, values } as Snapshot), "flag", {});
      expect(answer).toMatchObject({ errorCode: "PARSE_ERROR" });
      expect(answer.errorMessage).toContain(why);
    }
  });

  it.each<[string, unknown, string]>([
    ["no variants", { ...flag, variants: 5 }, "variants"],
    ["an unknown type", { ...flag, type: "date" }, "type"],
    ["no enabled", { ...flag, enabled: "yes" }, "enabled"],
    ["a variant that is no object", { ...flag, variants: { ...flag.variants, opus: 1 } }, "opus"],
    ["a variant without a version", { ...flag, variants: { ...flag.variants, opus: { ...opus, version: "1" } } }, "version"],
    ["a value that is not there", { ...flag, variants: { ...flag.variants, opus: { ...opus, digest: "none" } } }, "value"],
    ["a digest that is no text", { ...flag, variants: { ...flag.variants, opus: { ...opus, digest: 3 } } }, "value"],
    ["a value of another type", { ...flag, type: "number" }, "type"],
    [
      "earlier versions that are no object",
      { ...flag, variants: { ...flag.variants, opus: { ...opus, earlier: 3 } } },
      "earlier",
    ],
    ["a list that is none", { ...flag, rules: {} }, "list"],
    ["a rule without an id", { ...flag, rules: [{ serve: { variant: "opus" } }] }, "id"],
    [
      "too many rules",
      { ...flag, rules: Array.from({ length: 501 }, (_, at) => ({ id: `r${at}`, serve: { variant: "opus" } })) },
      "rules",
    ],
    ["a rule that serves nothing", { ...flag, rules: [{ id: "r", serve: 3 }] }, "serves"],
    ["a variant that is not there", { ...flag, default: { variant: "none" } }, "none"],
    ["a variant that is no name", { ...flag, default: { variant: 3 } }, "variant"],
    ["requires that is none", { ...flag, requires: [{ flag: 1 }] }, "requires"],
    ["requires with a bad variant", { ...flag, requires: [{ flag: "a", variant: [1] }] }, "requires"],
    ["requires of nothing", { ...flag, requires: [1] }, "requires"],
    ["targets that are none", { ...flag, targets: [] }, "targets"],
    ["a fallback entry that is none", { ...flag, fallback: [1] }, "fallback"],
    ["a split that is none", { ...flag, default: { split: { ...split, slots: 1 } } }, "split"],
    ["uncovered slots", { ...flag, default: { split } }, "uncovered"],
    ["a way on from the default", { ...flag, default: { split, rest: "next-rule" } }, "uncovered"],
  ])("%s is PARSE_ERROR and sinks nobody else", (_what, bad, message) => {
    const snapshot = compileSnapshot({ ...good, flags: { ...good.flags, flag: bad } } as Snapshot);
    const answer = evaluate(snapshot, "flag", {});
    expect(answer).toMatchObject({ reason: "ERROR", errorCode: "PARSE_ERROR", value: undefined });
    expect(answer.errorMessage).toContain(message);
    expect(evaluate(snapshot, "sane", {}).variant).toBe("sonnet");
    const requiring = compileSnapshot({
      ...good,
      flags: { flag: bad, other: { ...flag, requires: [{ flag: "flag", variant: "opus" }] } },
    } as Snapshot);
    expect(evaluate(requiring, "other", {}).reason).toBe("DISABLED");
  });
});
