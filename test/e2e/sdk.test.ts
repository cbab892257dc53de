/** The Node SDK at its edges: no server at all, before the first snapshot, after close, and in a process that ends soon. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluationContext, openDimmer } from "@dimmer/sdk-server";
import { expect, onTestFinished, test } from "vitest";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature, ProviderStatus } from "@openfeature/server-sdk";
import { drawKeys, findFreePort, makeFolder, ROOT, runDimmer, runProgram, startApp, startServerProcess } from "./processes.ts";

test("[file-source] answers from a dimmer.yaml, follows its edits, and keeps the last good one", async () => {
  const folder = makeFolder();
  await runDimmer(["init"], { cwd: folder });
  const file = join(folder, "dimmer.yaml");
  const good = readFileSync(file, "utf8");
  const app = await startApp({ file });
  const variant = async () => (await app.ask({ flag: "ai-enabled", keys: ["user-1"] }))[0];
  expect(await variant()).toBe("on");

  writeFileSync(file, "flags: [this is no document");
  await expect.poll(async () => (await app.state()).errors, { timeout: 10_000, interval: 50 }).toBeGreaterThan(0);
  expect(await variant()).toBe("on");
  writeFileSync(file, good.replace('default: { variant: "on" }', 'default: { variant: "off" }'));
  await expect.poll(variant, { timeout: 10_000, interval: 50 }).toBe("off");
});

test("[short-lived] with `stream: false` a script fetches once, answers and ends by itself", async () => {
  const server = await startServerProcess();
  const script = `
    import { openDimmer } from "@dimmer/sdk-server";
    const dimmer = openDimmer({ stream: false });
    const { isReady } = await dimmer.ready();
    process.stdout.write(JSON.stringify([isReady, dimmer.boolean("ai-enabled", {}, false)]));`;
  const { code, stdout, stderr } = await runProgram(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    env: { DIMMER_URL: server.url, DIMMER_KEY: server.key },
  });
  expect([code, stdout, stderr]).toEqual([0, "[true,true]", ""]);
});

test("[refused-key] readiness does not wait for a key that the server refuses, and comes by itself when it is accepted", async () => {
  const port = await findFreePort();
  const refusing = await startServerProcess({ port });
  const { key } = drawKeys();
  // An hour: nothing here ends because the time is over.
  const waiting = { timeoutMs: 3_600_000 };
  const dimmer = openDimmer({ url: refusing.url, key, logger: { warn() {}, error() {} } });
  onTestFinished(() => dimmer.close());
  const becomesReady = new Promise((resolve) => dimmer.on("ready", resolve));
  const { isReady, failure } = await dimmer.ready(waiting);
  expect([isReady, failure?.status]).toEqual([false, 401]);
  expect(failure?.message).toContain(`${refusing.url} answered the request for the snapshot with 401: the key is not accepted`);

  const provider = new DimmerProvider({ client: dimmer });
  onTestFinished(() => OpenFeature.close());
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toMatchObject({ code: "PROVIDER_NOT_READY" });
  expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.ERROR);

  const ofAnotherKind = openDimmer({ url: refusing.url, key: refusing.token, logger: { warn() {}, error() {} } });
  expect(await ofAnotherKind.ready(waiting)).toMatchObject({ isReady: false, failure: { status: 403 } });
  await ofAnotherKind.close();

  await refusing.end("SIGTERM");
  await startServerProcess({ port, key });
  await becomesReady;
  expect(dimmer.boolean("ai-enabled", { targetingKey: "user-1" }, false)).toBe(true);
  expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.READY);
});

test("[never-throws] before the first snapshot, after close and for any context there is an answer", async () => {
  const dimmer = openDimmer({ url: "http://127.0.0.1:9", key: "a-server-that-is-not-there", logger: { warn() {}, error() {} } });
  const hostile: unknown[] = [
    undefined,
    null,
    7,
    "text",
    [],
    new Map(),
    { targetingKey: Symbol("x") },
    {
      get plan() {
        throw new Error("trap");
      },
    },
  ];
  for (const context of hostile) {
    expect(dimmer.boolean("ai-enabled", context as EvaluationContext, true)).toBe(true);
    expect(dimmer.stringDetails("chat-model", context as EvaluationContext, "mine")).toMatchObject({
      value: "mine",
      errorCode: "PROVIDER_NOT_READY",
    });
  }
  await dimmer.close();

  const server = await startServerProcess();
  const client = openDimmer({ url: server.url, key: server.key });
  await client.ready();
  for (const context of hostile) {
    expect(typeof client.stringDetails("frontier-tier", context as EvaluationContext, "mine").value).toBe("string");
    expect(typeof client.object("summarizer", context as EvaluationContext, {})).toBe("object");
  }
  await client.close();
  expect(client.boolean("ai-enabled", {}, false)).toBe(true);
});
