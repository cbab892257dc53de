/** A project's price limit at save: who may have a dear model must be said, and nothing else is held up by it. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Condition, JsonValue } from "@dimmer/evaluation";
import { ProblemError, type ModelPrice, type Operation } from "@dimmer/protocol";
import { create, openTestProject, type TestProject } from "./sample-project.contract.ts";

let project: TestProject;
beforeEach(async () => (project = await openTestProject(["production"])));
afterEach(() => project.ports.store.close());

const limit = (outputLimitUsd: number | null, prices: readonly ModelPrice[] = []) =>
  project.ports.store.transaction((tx) => tx.putPriceSheet({ project: "shop", outputLimitUsd, prices }));
const config = (model: string, provider = "anthropic"): JsonValue => ({ provider, model, instructions: "Sum up." });
const OPUS = config("claude-opus-4-20250514");

const flagOf = (value: JsonValue, only?: Condition): Operation =>
  create("flag", {
    type: "object",
    purpose: "release",
    owner: "search",
    permanent: true,
    schema: "ai-config",
    variants: {
      dear: { value, ...(only === undefined ? {} : { only }) },
      rest: { value: { reply: "Later." } },
    },
    environments: { production: { enabled: true, fallback: "rest", default: { variant: "rest" } } },
  });

const refusedFor = async (operation: Operation) => {
  try {
    await project.apply([operation]);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return (thrown.issues ?? []).filter(({ severity }) => severity === "error").map(({ code, path }) => [code, path]);
  }
};

test("[price-limit] above the limit a variant without an `only` is refused, at its place", async () => {
  await limit(20);
  expect(await refusedFor(flagOf(OPUS))).toEqual([["price-limit", "/operations/0/definition/variants/dear"]]);
  expect(await refusedFor(flagOf(OPUS, { plan: "pro" }))).toEqual([]);
  const open: Operation = { kind: "update-variant", flag: "flag", variant: "dear", fields: { only: null } };
  expect(await refusedFor(open)).toMatchObject([["price-limit", expect.stringContaining("/operations/0")]]);
});

test("within it, without one, and of a model whose price nobody knows, nothing is refused", async () => {
  await limit(75);
  expect(await refusedFor(flagOf(OPUS))).toEqual([]);
  await limit(1);
  const other = { ...flagOf(config("llama-9", "house")), flag: "other" } as Operation;
  expect(await refusedFor(other)).toEqual([]);
  await limit(null);
  expect(await refusedFor({ ...flagOf(OPUS), flag: "third" } as Operation)).toEqual([]);
});

test("the project's own price counts, and gives a model a price that the table does not have", async () => {
  const own = { provider: "house", model: "llama*", from: "1970-01-01", inputUsd: 0, outputUsd: 30 };
  await limit(20, [own]);
  expect(await refusedFor(flagOf(config("llama-9", "house")))).toHaveLength(1);
  const { issues } = await project.apply([
    { ...flagOf(config("llama-9", "house"), { plan: "pro" }), flag: "other" } as Operation,
  ]);
  expect(issues.map(({ code }) => code)).not.toContain("unknown-model");
});

test("[price-limit] kills, stops and what is served in an environment are never held up by it", async () => {
  await project.apply([flagOf(OPUS)]);
  await limit(20);
  const here = { flag: "flag", environment: "production" } as const;
  for (const operation of [
    { kind: "stop", ...here, variant: "dear" },
    { kind: "kill", ...here },
    { kind: "restore", ...here },
    { kind: "serve-all", ...here, variant: "rest" },
  ] as const)
    expect(await refusedFor(operation)).toEqual([]);
  expect(await refusedFor({ kind: "update-flag", flag: "flag", fields: { description: "Dear" } })).toHaveLength(1);
});
