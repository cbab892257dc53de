/** What a snapshot says of flags and models, however spans name them. */

import { expect, test } from "vitest";
import type { Snapshot } from "@dimmer/evaluation";
import { flagsHere } from "./flags-here.ts";

const VALUES: Readonly<Record<string, unknown>> = {
  config: { provider: "openai", model: "gpt-4o-mini" },
  reply: { reply: "Resting." },
  text: "gpt-4o",
  prompt: "p".repeat(257),
  yes: true,
};
const variants = Object.fromEntries(
  Object.keys(VALUES).map((name) => [name, { version: 1, digest: `digest-${name}`, pinEpoch: 0 }]),
);
const snapshot: Snapshot = {
  format: 1,
  project: "shop",
  environment: "production",
  epoch: "e",
  version: 1,
  flags: {
    summary: {
      revision: 1,
      type: "object",
      enabled: true,
      variants,
      fallback: [],
      default: { serve: { variant: "config" } },
    } as never,
  },
  segments: {},
  values: Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [`digest-${name}`, JSON.stringify(value)])),
};

test.each<[flag: string, variant: string, model: object]>([
  ["summary", "config", { config: "gpt-4o-mini" }],
  ["summary", "config", { config: "gpt-4o-mini" }],
  ["summary", "reply", {}],
  ["summary", "text", { text: "gpt-4o" }],
  ["summary", "prompt", {}],
  ["summary", "yes", {}],
  ["summary", "absent", {}],
  ["summary", "toString", {}],
  ["absent", "config", {}],
  ["constructor", "name", {}],
])("the model of %s/%s is %j", (flag, variant, model) => {
  expect(flagsHere(snapshot).modelOf({ flag, variant })).toEqual(model);
});

test("a flag is there or not, whatever objects inherit", () => {
  const { project, environment, has } = flagsHere(snapshot);
  expect([project, environment, has("summary"), has("absent"), has("constructor")]).toEqual([
    "shop",
    "production",
    true,
    false,
    false,
  ]);
});
