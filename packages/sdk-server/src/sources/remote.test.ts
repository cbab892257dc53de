/** Stream and polling under the contract of sources, against a real server. */

import { expect, test } from "vitest";
import { openThings } from "../../test/opened.ts";
import { staticFlag, testSnapshot } from "../../test/snapshots.ts";
import type { DimmerOptions } from "../options.ts";
import { describeSource, type SourceWorld } from "./source.contract.ts";
import { readFileSync } from "node:fs";
import { APPLIED_PATH, SDK_HEADER, SNAPSHOT_PATH, STREAM_PATH } from "@dimmer/protocol";
import { waitUntil } from "../../test/wait-until.ts";
import { VERSION } from "../version.ts";

const { connect, startServer } = openThings();

async function openServerWorld(options: DimmerOptions): Promise<SourceWorld> {
  const server = await startServer(testSnapshot());
  let isRunning = true;
  return {
    open: () => connect(server, options),
    async publish(serves) {
      server.interfere(undefined);
      if (!isRunning) await server.restart();
      isRunning = true;
      server.publish({ flags: { bool: staticFlag("boolean", serves, server.snapshot.version + 1) } });
    },
    async breakIt() {
      // The stream garbles, and the snapshot that should mend it is a page of somebody else's.
      server.interfere((_request, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
        return true;
      });
      server.write('event: patch\ndata: {"format":1,"fl\n\n');
    },
    async remove() {
      await server.stop();
      isRunning = false;
    },
    holds: () => server.openStreams,
  };
}

describeSource("stream", () => openServerWorld({}));
describeSource("poll", () => openServerWorld({ stream: false, pollIntervalMs: 5_000 }));

test.each([true, false])("the stream (%s) asks at the protocol's paths", async (stream) => {
  const server = await startServer(testSnapshot());
  await connect(server, { stream }).ready();
  expect(server.requests[0]).toBe(SNAPSHOT_PATH);
  for (const path of server.requests.slice(1)) expect(path.startsWith(`${STREAM_PATH}?`)).toBe(true);
});

test("who asks and what was applied is told in the protocol's words", async () => {
  const server = await startServer(testSnapshot());
  const said: unknown[] = [];
  server.interfere((request) => {
    said.push(request.headers[SDK_HEADER]);
    return false;
  });
  await connect(server).ready();
  await waitUntil("a stream", () => server.openStreams === 1);
  server.publish({ flags: { bool: staticFlag("boolean", "two", 2) } });
  await waitUntil("a report", () => server.requests.includes(APPLIED_PATH));
  expect(new Set(said).size).toBe(1);
  expect(said[0]).toMatch(new RegExp(`^dimmer-node/${VERSION.replaceAll(".", "\\.")} [0-9a-v]{16}$`, "u"));
});

test("the SDK's version is that of its package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(VERSION).toBe(manifest.version);
});
