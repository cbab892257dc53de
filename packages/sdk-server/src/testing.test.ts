/** The client for people's own tests: the real engine, isolated, recording, and strict. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenFeature } from "@openfeature/server-sdk";
import { expect, test } from "vitest";
import { DimmerProvider } from "./openfeature.ts";
import { testDimmer, TestDimmerError } from "./testing.ts";
import { FlagStoppedError } from "./index.ts";

const about = { purpose: "release", owner: "search-team", permanent: true };
const DOCUMENT = {
  version: 1,
  flags: {
    summarizer: {
      ...about,
      type: "object",
      variants: {
        opus: { value: { model: "big" }, only: { plan: "pro" } },
        sonnet: { value: { model: "small" } },
        plain: { value: { reply: "rest" } },
      },
      environments: {
        production: {
          enabled: true,
          fallback: "plain",
          requires: [{ flag: "ai-enabled", variant: "on" }],
          default: { variant: "sonnet" },
        },
      },
    },
    "ai-enabled": {
      ...about,
      type: "boolean",
      environments: { production: { enabled: true, fallback: "off", default: { variant: "on" } } },
    },
  },
};
const context = { targetingKey: "user-1" };

test("[test-client] a forced variant is served to everybody, past rules, requirements and only; the rest decides as written", async () => {
  const dimmer = await testDimmer({ summarizer: "opus", "ai-enabled": "off" }, { document: DOCUMENT });
  expect(dimmer.object("summarizer", context, {})).toEqual({ model: "big" });
  expect(dimmer.boolean("ai-enabled", context, true)).toBe(false);
  const plain = await testDimmer({ "ai-enabled": "off" }, { document: DOCUMENT });
  expect(plain.objectDetails("summarizer", context, {})).toMatchObject({ variant: "plain", reason: "DISABLED" });
  await Promise.all([dimmer.close(), plain.close()]);
});

test("[test-client] look-ups are recorded, scopes included", async () => {
  const dimmer = await testDimmer({ summarizer: "sonnet" }, { document: DOCUMENT });
  dimmer.objectDetails("summarizer", context, {});
  dimmer.scope(context).boolean("ai-enabled", false);
  expect(dimmer.evaluations).toMatchObject([
    { flagKey: "summarizer", context, variant: "sonnet", value: { model: "small" }, reason: "STATIC" },
    { flagKey: "ai-enabled", context, variant: "on", value: true },
  ]);
  dimmer.reset();
  expect(dimmer.evaluations).toEqual([]);
  expect(dimmer.status).toBe("READY");
  await dimmer.close();
});

test("[test-client] unknown flags and variants fail, and name what was probably meant", async () => {
  await expect(testDimmer({ sumarizer: "opus" }, { document: DOCUMENT })).rejects.toThrow('did you mean "summarizer"?');
  await expect(testDimmer({ summarizer: "opsu" }, { document: DOCUMENT })).rejects.toThrow('did you mean "opus"?');
  const dimmer = await testDimmer({}, { document: DOCUMENT });
  expect(() => dimmer.boolean("ai-enabeld", context, true)).toThrow('did you mean "ai-enabled"?');
  dimmer.reset();
  expect(() => dimmer.string("ai-enabled", context, "")).toThrow(TestDimmerError);
  expect(() => dimmer.scope(context).number("nothing", 1)).toThrow(TestDimmerError);
  expect(() => dimmer.force({ "ai-enabled": "maybe" })).toThrow("on");
  await expect(dimmer.close()).rejects.toThrow("ai-enabled");
});

test("[test-client] two of them share nothing", async () => {
  const [one, other] = await Promise.all([
    testDimmer({ "ai-enabled": "off" }, { document: DOCUMENT }),
    testDimmer({}, { document: DOCUMENT }),
  ]);
  expect([one.boolean("ai-enabled", context, true), other.boolean("ai-enabled", context, false)]).toEqual([false, true]);
  expect(one.evaluations).toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
});

test("force is a change that arrives: listeners hear of it, an open scope keeps what it has", async () => {
  const dimmer = await testDimmer({ summarizer: "sonnet" }, { document: DOCUMENT });
  const scope = dimmer.scope(context);
  const heard: string[] = [];
  dimmer.onFlagChange("summarizer", ({ flagKey }) => heard.push(flagKey));
  expect([scope.object("summarizer", {}), scope.signal.aborted]).toEqual([{ model: "small" }, false]);
  dimmer.force({ summarizer: "opus" });
  expect(heard).toEqual(["summarizer"]);
  expect(dimmer.object("summarizer", context, {})).toEqual({ model: "big" });
  expect(scope.object("summarizer", {})).toEqual({ model: "small" });
  expect(scope.signal.reason).not.toBeInstanceOf(FlagStoppedError);
  dimmer.reset();
  expect(dimmer.object("summarizer", context, {})).toEqual({ model: "small" });
  await dimmer.close();
});

test("[test-client] behind OpenFeature, where a throw becomes the default, close tells of the unknown flag", async () => {
  const dimmer = await testDimmer({ summarizer: "opus" }, { document: DOCUMENT });
  await OpenFeature.setProviderAndWait("tests", new DimmerProvider({ client: dimmer }));
  const client = OpenFeature.getClient("tests");
  expect(await client.getObjectValue("summarizer", {}, context)).toEqual({ model: "big" });
  expect(await client.getBooleanValue("no-such-flag", true, context)).toBe(true);
  await expect(dimmer.close()).rejects.toThrow("no-such-flag");
  await OpenFeature.clearProviders();
});

test("flags come from a file, and one that cannot be used says why and what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "test-dimmer-"));
  const path = (name: string, text: string) => (writeFileSync(join(folder, name), text), join(folder, name));
  try {
    const dimmer = await testDimmer({ summarizer: "plain" }, { file: path("flags.json", JSON.stringify(DOCUMENT)) });
    expect(dimmer.object("summarizer", context, {})).toEqual({ reply: "rest" });
    await dimmer.close();
    await expect(testDimmer({}, { file: join(folder, "none.json") })).rejects.toThrow("{ file }");
    const broken = { ...DOCUMENT, flags: { ...DOCUMENT.flags, bad: { type: "boolean" } } };
    await expect(testDimmer({}, { file: path("bad.json", JSON.stringify(broken)) })).rejects.toThrow("/flags/bad");
    await expect(testDimmer({}, { document: DOCUMENT, environment: "moon" })).rejects.toThrow("production");
    await expect(testDimmer({}, { document: DOCUMENT, file: "x" })).rejects.toThrow("not both");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("[tracking] what the code under test has tracked is kept, through OpenFeature as well, until the next reset", async () => {
  const dimmer = await testDimmer({}, { document: DOCUMENT });
  dimmer.track("summary-rated", context, { value: 5 });
  await OpenFeature.setProviderAndWait("tracked", new DimmerProvider({ client: dimmer }));
  OpenFeature.getClient("tracked").track("summary-shared", context);
  expect(dimmer.tracked).toMatchObject([
    { name: "summary-rated", context, details: { value: 5 } },
    { name: "summary-shared", context, details: {} },
  ]);
  dimmer.reset();
  expect(dimmer.tracked).toEqual([]);
  await OpenFeature.close();
  await dimmer.close();
});
