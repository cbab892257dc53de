/** A disk that fills up under a running server: writes are refused at once, reading goes on, and room makes it well again. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openManagement, ProblemError } from "@dimmer/protocol";
import { makeFolder, startApp, startServerProcess } from "../e2e/processes.ts";
import { openBench } from "../power-cut/cut.ts";
import { requireOrSkip } from "../tools.ts";

const RAMP = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;
/** F5 asks for 1 s; the machine that runs the tests may be busy. */
const REFUSED_WITHIN_MS = 5_000;

test("[disk-full] refuses writes with 507, goes on answering, and writes again once there is room", async (context) => {
  const bench = openBench(requireOrSkip(context, "cc", "gcc"));
  onTestFinished(bench.remove);
  const steering = join(makeFolder(), "fault");
  writeFileSync(steering, "");
  const server = await startServerProcess({ env: { LD_PRELOAD: bench.library, DIMMER_TEST_FAULT: steering } });
  const app = await startApp(server);
  const client = openManagement(server);
  const ramp = (percent: number) => client.submitChange("demo", { operations: [{ ...RAMP, percent }] });
  const before = await ramp(30);
  const versionBefore = before.change?.versions["production"] ?? 0;
  await app.hears(versionBefore);

  writeFileSync(steering, "full");
  for (let tries = 0; tries < 3; tries += 1) {
    const started = performance.now();
    const refusal: unknown = await ramp(40 + tries).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProblemError);
    expect(refusal).toMatchObject({ code: "store-full", status: 507 });
    expect(performance.now() - started).toBeLessThan(REFUSED_WITHIN_MS);
  }
  expect((await client.getSnapshot("demo", "production")).version).toBe(versionBefore);
  const remote = await fetch(`${server.url}/ofrep/v1/evaluate/flags/ai-enabled`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "u" } }),
  });
  expect(remote.status).toBe(200);
  expect((await app.state()).errors).toBe(0);

  writeFileSync(steering, "");
  const after = await ramp(50);
  expect(after.change?.sequence).toBe((before.change?.sequence ?? 0) + 1);
  await app.hears(after.change?.versions["production"] ?? 0);
  expect((await client.verifyAudit()).every(({ ok }) => ok)).toBe(true);
});
