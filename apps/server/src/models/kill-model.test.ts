/** What uses a model, and what its kill leaves: on the real store. */

import type { FlagDefinition, FlagEnvironment } from "@dimmer/evaluation";
import { beforeEach, describe, expect, test } from "vitest";
import { undoChange } from "../flags/undo.ts";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  PROJECT,
  SUMMARIZER,
  SWITCH,
  type TestProject,
} from "../flags/sample-project.contract.ts";
import { findUses, killModel } from "./kill-model.ts";

const OPUS = "claude-opus-4-6";
const AI = { type: "object", purpose: "release", owner: "search-team", removeBy: "2027-03-01" } as const;
const ai = (provider: string, model: string) => ({ value: { provider, model } });
const flag = (
  variants: NonNullable<FlagDefinition["variants"]>,
  production: Omit<FlagEnvironment, "enabled">,
): FlagDefinition => ({
  ...AI,
  variants,
  environments: { production: { enabled: true, ...production } },
});
/** Nothing but the model, and a fallback that uses it too. */
const ONLY_OPUS = flag(
  { big: ai("anthropic", OPUS), bigger: ai("anthropic", OPUS), plain: { value: { reply: "Later." } } },
  { fallback: [{ when: { plan: "pro" }, variant: "bigger" }, { variant: "plain" }], default: { variant: "big" } },
);

let project: TestProject;
const off = async (key: string, environment = "production") => {
  const { enabled, stopped = [] } = await project.config(key, environment);
  return { enabled, stopped };
};
const kill = (query: Parameters<typeof killModel>[2]["query"], more: object = {}, author = ANYONE) =>
  killModel(project.ports, author, { project: PROJECT, query, ...more });
const uses = (query: Parameters<typeof findUses>[3], author = ANYONE) => findUses(project.ports.store, author, PROJECT, query);

beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("only-opus", ONLY_OPUS), create("switch", SWITCH)]);
});

describe("the kill of a model", () => {
  test("[kill-model] stops where another variant serves and kills where none would, as one change", async () => {
    const { change, serving } = await kill({ model: OPUS });
    expect(change?.operations).toEqual([
      { kind: "kill", flag: "only-opus", environment: "production" },
      // Its fallback would go on serving the model.
      { kind: "stop", flag: "only-opus", environment: "production", variant: "bigger" },
      { kind: "stop", flag: "summarizer", environment: "production", variant: "opus" },
      // In staging nothing else serves.
      { kind: "kill", flag: "summarizer", environment: "staging" },
    ]);
    expect(await off("only-opus")).toEqual({ enabled: false, stopped: ["bigger"] });
    expect(await off("summarizer")).toEqual({ enabled: true, stopped: ["opus"] });
    expect(await off("summarizer", "staging")).toEqual({ enabled: false, stopped: [] });
    expect(await off("switch")).toEqual({ enabled: true, stopped: [] });
    expect(serving).toContain("only-opus in production: everyone now gets plain (fallback).");
    expect(change?.reason).toBe(`Kill of model ${OPUS}`);
    expect(project.committed.at(-1)).toEqual({ production: 2, staging: 2 });
  });

  test("[kill-model] one undo lifts all of it", async () => {
    const { change } = await kill({ model: OPUS });
    await undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" });
    for (const key of ["only-opus", "summarizer"]) expect(await off(key)).toEqual({ enabled: true, stopped: [] });
    expect(await off("summarizer", "staging")).toEqual({ enabled: true, stopped: [] });
  });

  test("of a provider takes all its models", async () => {
    await kill({ provider: "anthropic", environment: "production" }, { reason: "outage" });
    expect(await off("summarizer")).toEqual({ enabled: false, stopped: [] });
    expect(await off("summarizer", "staging")).toEqual({ enabled: true, stopped: [] });
    expect((await project.ports.store.listChanges(PROJECT, { limit: 1 }))[0]?.reason).toBe("outage");
  });

  test("doing it twice does no harm", async () => {
    await kill({ model: OPUS });
    expect((await kill({ model: OPUS })).change?.versions).toEqual({});
  });

  test("a stopped variant does not count as what goes on serving", async () => {
    await project.apply([{ kind: "stop", flag: "summarizer", environment: "production", variant: "sonnet" }]);
    await kill({ model: OPUS });
    expect(await off("summarizer")).toEqual({ enabled: false, stopped: ["sonnet"] });
  });

  test("a model that nothing uses is refused with those that are used", async () => {
    await expect(kill({ model: "gpt-0" })).rejects.toMatchObject({
      code: "not-found",
      message: `No flag uses model gpt-0. Used are: ${OPUS}, claude-sonnet-4-6.`,
    });
    await expect(kill({})).rejects.toMatchObject({ code: "invalid-request" });
  });

  test("a key of one environment kills there and nowhere else", async () => {
    await kill({ model: OPUS }, {}, inEnvironment("staging"));
    expect([(await off("summarizer")).stopped, (await off("summarizer", "staging")).enabled]).toEqual([[], false]);
    await expect(kill({ model: OPUS, environment: "production" }, {}, inEnvironment("staging"))).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("a dry run changes nothing", async () => {
    const before = await project.auditRows();
    expect(await kill({ model: OPUS }, { dryRun: true })).toMatchObject({ status: "valid", change: null });
    expect(await project.auditRows()).toBe(before);
  });
});

describe("where a model is used", () => {
  test("with the share of each place, fallbacks and named people included", async () => {
    const found = await uses({ model: OPUS, environment: "production" });
    expect(
      found.map(({ flag: key, variant, serves }) => [
        key,
        variant,
        serves.map(({ kind, rule, percent }) => [kind, rule, percent]),
      ]),
    ).toEqual([
      ["only-opus", "big", [["default", null, 100]]],
      ["only-opus", "bigger", [["fallback", null, null]]],
      [
        "summarizer",
        "opus",
        [
          ["target", null, null],
          ["rule", "paid", 10],
        ],
      ],
    ]);
  });

  test("without a name, of every model, each use once, and texts only where an object names them", async () => {
    await project.apply([
      create("texts", {
        ...flag({ same: { value: OPUS }, other: { value: "Dear customer" } }, { fallback: "same", default: { variant: "same" } }),
        type: "string",
      }),
      { kind: "draft-value", flag: "only-opus", variant: "big", value: { provider: "openai", model: "gpt-5" } },
      { kind: "set-pin", flag: "only-opus", environment: "production", pin: { by: "sessionId", for: "24h" } },
      { kind: "publish", flag: "only-opus", variant: "big", environments: ["production"] },
    ]);
    const found = await uses({ environment: "production" });
    expect(
      found.map(({ flag: key, variant, provider, model, pinnedOnly }) => [key, variant, provider, model, pinnedOnly]),
    ).toEqual([
      ["only-opus", "big", "openai", "gpt-5", false],
      ["only-opus", "big", "anthropic", OPUS, true],
      ["only-opus", "bigger", "anthropic", OPUS, false],
      ["summarizer", "opus", "anthropic", OPUS, false],
      ["summarizer", "sonnet", "anthropic", "claude-sonnet-4-6", false],
      ["texts", "same", null, OPUS, false],
    ]);
  });

  test("only published values count, and a text alone is a model", async () => {
    const variants = { frontier: { value: OPUS }, standard: { value: "claude-haiku-4-5" } };
    await project.apply([
      create("tier", { ...flag(variants, { fallback: "standard", default: { variant: "frontier" } }), type: "string" }),
      { kind: "draft-value", flag: "only-opus", variant: "plain", value: { provider: "openai", model: "gpt-5" } },
    ]);
    expect(await uses({ model: "gpt-5" })).toEqual([]);
    expect(await uses({ model: OPUS, provider: "openai" })).toEqual([]);
    expect((await uses({ model: OPUS })).map(({ flag: key }) => key)).toContain("tier");
  });

  test("an earlier version that pins may hold counts, and its kill breaks them", async () => {
    await project.apply([
      { kind: "set-pin", flag: "only-opus", environment: "production", pin: { by: "sessionId", for: "24h" } },
      { kind: "draft-value", flag: "only-opus", variant: "big", value: { provider: "openai", model: "gpt-5" } },
      { kind: "publish", flag: "only-opus", variant: "big", environments: ["production"] },
    ]);
    const [big] = await uses({ model: OPUS, environment: "production" });
    expect(big).toMatchObject({ flag: "only-opus", variant: "big", model: OPUS, pinnedOnly: true });
    const epoch = (await project.config("only-opus")).pinEpochs?.["big"] ?? 0;
    await kill({ model: OPUS });
    expect((await project.config("only-opus")).pinEpochs?.["big"]).toBeGreaterThan(epoch);
  });

  test("archived flags use nothing", async () => {
    await project.apply([{ kind: "archive-flag", flag: "only-opus" }]);
    expect((await uses({ model: OPUS })).map(({ flag: key }) => key)).toEqual(["summarizer", "summarizer"]);
  });
});
