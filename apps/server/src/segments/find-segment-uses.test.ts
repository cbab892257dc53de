/** Every place that can ask for a segment is found, once. */

import { expect, test } from "vitest";
import type { FlagDefinition } from "@dimmer/evaluation";
import { openTestProject, PROJECT } from "../flags/sample-project.contract.ts";
import { findSegmentUses } from "./find-segment-uses.ts";

const FLAG: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "a-team",
  permanent: true,
  variants: { new: { value: "n", only: { segment: "staff" } }, old: { value: "o" }, plain: { value: "p" } },
  environments: {
    production: {
      enabled: true,
      fallback: [{ when: { segment: "beta" }, variant: "old" }, { variant: "plain" }],
      rules: [{ id: "early", when: { any: [{ segment: ["beta", "staff"] }, { segment: "beta" }] }, serve: { variant: "new" } }],
      default: { variant: "old" },
    },
  },
};

test("rules, fallbacks, onlys and segments; not what is removed or archived", async () => {
  const shop = await openTestProject();
  const everywhere = { environments: { production: { include: ["user-1"] }, staging: { include: ["user-1"] } } };
  await shop.apply([
    { kind: "create-segment", segment: "staff", definition: everywhere },
    { kind: "create-segment", segment: "beta", definition: { environments: { production: { when: { segment: "staff" } } } } },
    { kind: "create-segment", segment: "gone", definition: { environments: { production: { when: { segment: "staff" } } } } },
    { kind: "create-flag", flag: "search", definition: FLAG },
    { kind: "create-flag", flag: "retired", definition: FLAG },
  ]);
  await shop.apply([
    { kind: "remove-segment", segment: "gone" },
    { kind: "archive-flag", flag: "retired" },
  ]);
  const [flags, segments] = [
    await shop.ports.store.listFlags(PROJECT, { archived: false }),
    await shop.ports.store.listSegments(PROJECT),
  ];
  const inFlag = { by: "flag", key: "search" };
  expect(findSegmentUses(flags, segments)).toEqual([
    { segment: "staff", ...inFlag, environment: null, place: "only", name: "new" },
    { segment: "beta", ...inFlag, environment: "production", place: "rule", name: "early" },
    { segment: "staff", ...inFlag, environment: "production", place: "rule", name: "early" },
    { segment: "beta", ...inFlag, environment: "production", place: "fallback", name: null },
    { segment: "staff", by: "segment", key: "beta", environment: "production", place: "condition", name: null },
  ]);
});
