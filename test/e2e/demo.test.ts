/** `npm run demo`: one command, and a minute later there are numbers; a fault that is switched on shows in them. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Management, openManagement, type VariantMetrics } from "@dimmer/protocol";
import { cleanEnv, ROOT, runProgram } from "./processes.ts";

const HAS_SAID = { timeout: 60_000, interval: 100 };

interface Demo {
  readonly said: () => string;
  readonly management: Management;
  /** Switches one on or off. */
  readonly fault: (name: string, on: boolean) => Promise<Response>;
  readonly metrics: () => Promise<Readonly<Record<string, VariantMetrics>>>;
  readonly stop: () => Promise<number | null>;
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const child = spawn(process.execPath, [join(ROOT, "scripts/demo.mjs"), "--port", "0", "--app-port", "0", ...args], {
    cwd: ROOT,
    env: cleanEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => void (said += String(chunk)));
  const ended = once(child, "close") as Promise<[number | null]>;
  const stop = async (): Promise<number | null> => {
    child.kill("SIGTERM");
    return (await ended)[0];
  };
  onTestFinished(async () => void (child.exitCode ?? (await stop())));
  await expect.poll(() => said, HAS_SAID).toContain("The app of the demo");
  const find = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? "";
  const management = openManagement({ url: find(/runs at\s+(\S+)/u), token: find(/admin token\s+(\S+)/u) });
  const appUrl = find(/app of the demo:\s+(\S+)/u);
  return {
    said: () => said,
    management,
    stop,
    fault: (name, on) =>
      fetch(`${appUrl}/faults/${name}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ on }),
      }),
    async metrics() {
      const { variants } = await management.getMetrics("demo", "production", { flag: "summarizer", hours: 1 });
      return Object.fromEntries(variants.map((variant) => [variant.variant, variant]));
    },
  };
}

test("[demo] people use the app, and each variant's calls, cost, speed and thumbs are in its metrics; a fault shows", async () => {
  const demo = await startDemo("--visits-per-second", "30", "--people", "400");
  await expect
    .poll(async () => (await demo.metrics())["sonnet"], HAS_SAID)
    .toMatchObject({
      generations: expect.toSatisfy((count: number) => count > 20) as number,
      costMicroUsd: expect.toSatisfy((cost: number) => cost > 0) as number,
      thumbsUp: expect.toSatisfy((count: number) => count > 0) as number,
    });
  expect((await demo.fault("nonsense", true)).status).toBe(404);
  expect(await (await demo.fault("failing", true)).json()).toMatchObject({
    faults: expect.arrayContaining([expect.objectContaining({ name: "failing", on: true })]) as unknown[],
  });
  await expect.poll(async () => (await demo.metrics())["opus"]?.errors ?? 0, HAS_SAID).toBeGreaterThan(0);
  expect(await demo.stop()).toBe(0);
  expect(demo.said()).toMatch(/\d+ visits, \d+ answers, \d+ thumbs, \d+ gave up, 0 failed/u);
  expect(demo.said()).not.toContain("Warning");
});

test("[demo] a fault that there is not is named with those that there are", async () => {
  const args = ["--import", "tsx", "examples/demo/demo.ts", "--fault", "gremlins"];
  const { code, stderr } = await runProgram(process.execPath, args);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("There is no fault gremlins; there are worse, slower, dearer, failing, drifting."),
  ]);
});

test("[demo-rollback] a ramp whose variant begins to fail rolls itself back, and says why", async () => {
  const demo = await startDemo("--visits-per-second", "30", "--people", "400");
  const { management } = demo;
  const order = { flag: "summarizer", environment: "production", variant: "opus" };
  const steps = [50, 100].map((percent) => ({ percent, dwellMinutes: 60, regression: 10 }));
  const plan = { steps, guardrails: [{ metric: "error_rate" as const }], dailyPeak: false };
  // Nothing to compare with yet: it says so until there is.
  await expect
    .poll(async () => (await management.startRollout("demo", { ...order, plan, dryRun: true })).outlook.issues, HAS_SAID)
    .toEqual([]);
  const { rollout } = await management.startRollout("demo", { ...order, plan });
  const id = rollout?.id ?? "";
  expect(rollout).toMatchObject({ state: "running", percent: 50, before: { opus: 10, sonnet: 90 } });
  await demo.fault("failing", true);
  await expect
    .poll(async () => (await management.getRollout("demo", id)).state, { timeout: 120_000, interval: 500 })
    .toBe("rolled-back");
  const { latest } = await management.getRollout("demo", id);
  expect(latest?.because[0]).toMatchObject({
    reason: "guardrail-crossed",
    say: expect.stringMatching(/^Errors: .* of the others/u) as string,
  });
  const { config } = (await management.getFlag("demo", "summarizer")).environments["production"] ?? {};
  expect(config).toMatchObject({ default: { split: { opus: 10, sonnet: 90 } } });
  const replay = await management.replayRollout("demo", id);
  expect(replay.same).toBe(replay.verdicts);
  expect((await management.listAlerts("demo", { kind: "rollout-rolled-back" }, 10)).map(({ flag }) => flag)).toEqual([
    "summarizer",
  ]);
});
