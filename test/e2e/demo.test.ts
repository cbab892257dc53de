/** `npm run demo`: one command, and a minute later there are numbers; a fault that is switched on shows in them. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openManagement, type VariantMetrics } from "@dimmer/protocol";
import { cleanEnv, ROOT, runProgram } from "./processes.ts";

const HAS_SAID = { timeout: 60_000, interval: 100 };

interface Demo {
  readonly said: () => string;
  readonly appUrl: string;
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
  return {
    said: () => said,
    appUrl: find(/app of the demo:\s+(\S+)/u),
    stop,
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
  const put = (name: string, on: boolean) =>
    fetch(`${demo.appUrl}/faults/${name}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ on }),
    });
  expect((await put("nonsense", true)).status).toBe(404);
  expect(await (await put("failing", true)).json()).toMatchObject({
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
