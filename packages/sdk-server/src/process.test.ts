/** What a client does to the process it lives in: it does not keep it alive, and leaves nothing behind. */

import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { SERVER_KEY } from "../test/delivery-server.ts";
import { openThings } from "../test/opened.ts";
import { runScript as runIn } from "../test/run-script.ts";
import { testSnapshot } from "../test/snapshots.ts";
import { waitUntil } from "../test/wait-until.ts";

const { startServer, later } = openThings();
const runScript = (script: string, variables: Record<string, string>) => runIn(script, variables, later);

/** What a script shows that prints from a timer which holds nobody. */
const TURNS = "turns in which a process that nothing holds would have ended";

test("a script that only asks ends by itself, although the stream is open", async () => {
  const server = await startServer(testSnapshot());
  const { end } = runScript(
    `const client = openDimmer();
     await client.ready();
     await new Promise((resolve) => setTimeout(resolve, 200));
     console.log(client.string("text", {}, "none"));`,
    { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY },
  );
  expect(await end).toEqual({ code: 0, printed: "opus" });
  expect(server.hellos).toBe(1);
});

test("holdProcess: the client keeps the process alive until it is closed", async () => {
  const server = await startServer(testSnapshot());
  const { end, isRunning, printed } = runScript(
    `setInterval(() => console.log("waits"), 10).unref();
     const client = openDimmer({ holdProcess: true });
     client.onFlagChange("text", () => void client.close());`,
    { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY },
  );
  await waitUntil("the stream", () => server.openStreams === 1);
  const before = printed().length;
  await waitUntil(TURNS, () => printed().length > before + 100);
  expect(isRunning()).toBe(true);
  server.publish({ values: { "string-one": '"haiku"' } });
  expect((await end).code).toBe(0);
});

test.each([
  ["stream", "true"],
  ["one fetch", "false"],
])("after close nothing is left: %s", async (_name, stream) => {
  const server = await startServer(testSnapshot());
  const { end } = runScript(
    `const before = process.getActiveResourcesInfo().filter((kind) => kind !== "Immediate");
     const client = openDimmer();
     await client.ready();
     await new Promise((resolve) => setTimeout(resolve, 200));
     await client.close();
     await new Promise((resolve) => setTimeout(resolve, 200));
     const after = process.getActiveResourcesInfo().filter((kind) => kind !== "Immediate");
     // What Node itself finishes meanwhile does not count, and what fetch keeps for later requests holds nobody.
     const sockets = process._getActiveHandles().filter((handle) => handle.remoteAddress !== undefined && handle.hasRef?.());
     console.log(after.filter((kind) => kind === "Timeout").length, Math.max(0, after.length - before.length), sockets.length);`,
    { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY, DIMMER_STREAM: stream },
  );
  expect(await end).toEqual({ code: 0, printed: "0 0 0" });
});

test("waiting for flags that do not come holds the process for as long as it was told, and rejects nothing", async () => {
  const { end } = runScript(
    `const client = openDimmer({ logger: { warn() {}, error() {} } });
     const { isReady, failure } = await client.ready({ timeoutMs: 300 });
     console.log(isReady, failure.code);`,
    { DIMMER_URL: "http://127.0.0.1:9", DIMMER_KEY: "k" },
  );
  expect(await end).toEqual({ code: 0, printed: "false network" });
});

test("a server that takes the question and never answers does not hold a process that waits no longer", async () => {
  const server = await startServer(testSnapshot());
  server.interfere(() => true);
  // Were the question holding the process, it would live to hear that its time is over.
  const { end } = runScript(
    `const client = openDimmer({ logger: { warn() {}, error() {} } });
     client.on("error", ({ code }) => console.log("still here:", code));
     const { isReady } = await client.ready({ timeoutMs: 300 });
     console.log(isReady);`,
    { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY },
  );
  expect(await end).toEqual({ code: 0, printed: "false" });
  expect(server.requests).toHaveLength(1);
});

test("a slow answer is waited for, though its socket holds nobody", async () => {
  const server = await startServer(testSnapshot());
  const body = JSON.stringify(testSnapshot());
  const answering: ServerResponse[] = [];
  server.interfere((_request, response) => {
    if (answering.length > 0) return false;
    answering.push(response.writeHead(200, { "content-type": "application/json" }));
    response.write(body.slice(0, 100));
    return true;
  });
  const { end, printed } = runScript(
    `setInterval(() => console.log("waits"), 10).unref();
     const client = openDimmer();
     const { isReady } = await client.ready({ timeoutMs: Infinity });
     console.log(isReady, client.string("text", {}, "none"));`,
    { DIMMER_URL: server.url, DIMMER_KEY: SERVER_KEY },
  );
  await waitUntil("the question", () => answering.length === 1);
  const before = printed().length;
  await waitUntil(TURNS, () => printed().length > before + 50);
  answering[0]?.end(body.slice(100));
  expect((await end).printed).toMatch(/^true opus$/m);
});
