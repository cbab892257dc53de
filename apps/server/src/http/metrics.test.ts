/** What a scraper reads, over real HTTP. */

import { readFileSync } from "node:fs";
import { OFREP_STREAM_PATH, STREAM_PATH } from "@dimmer/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../testing/open-test-server.contract.ts";
import { readStream } from "../testing/read-stream.contract.ts";
import { VERSION } from "../version.ts";
import { measureRequests } from "./metrics-routes.ts";
import { openHttp } from "./open-http.ts";
import { openServerMetrics } from "./server-metrics.ts";
import { WITHOUT_PEOPLE } from "../testing/without-people.contract.ts";

let server: TestServer;
beforeAll(async () => (server = await openTestServer()));
afterAll(() => server.close());

/** The samples by name and labels, as a scraper sees them. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const { status, headers, text } = await server.call("GET", "/metrics?collect=all", { token: TOKENS.admin });
  expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line): [string, number] => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

test("counts requests by route, changes by project, streams and SDKs by environment", async () => {
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
  await server.operate("killFlag", { flag: "model" });
  const stream = await readStream(`${server.url}/sdk/v1/stream`, {
    authorization: `Bearer ${TOKENS.server}`,
    "dimmer-sdk": "dimmer-node/1.2.3 instance-1",
  });
  await stream.next();
  await server.call("GET", "/nowhere/user-4711");
  const samples = await scrape();
  const requests = (route: string, method: string, status: number) =>
    samples.get(
      `http_server_request_duration_seconds_count{http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"}`,
    );
  expect(requests("/api/v1/projects/:project/flags", "POST", 201)).toBe(1);
  expect(requests("unknown", "other", 404)).toBe(1);
  expect(samples.get(`dimmer_build_info{version="${VERSION}"}`)).toBe(1);
  expect(samples.get('dimmer_changes_total{project="default"}')).toBe(2);
  expect(samples.get("dimmer_streams")).toBe(1);
  expect(samples.get('dimmer_sdks{project="default",environment="production"}')).toBe(1);
  expect(samples.get('dimmer_sdks_behind{project="default",environment="production",connection="streaming"}')).toBe(1);
  expect(samples.get("dimmer_delivery_failures_total")).toBe(0);
  expect(samples.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  stream.close();
});

test("leaves streams out of the durations, and nothing else on their routes", async () => {
  const logger = pino({ level: "silent" });
  const app = openHttp({
    logger,
    authenticate: async () => null,
    createRequestId: () => "drawn",
    browserOrigins: [],
    ...WITHOUT_PEOPLE,
  });
  const counted: string[] = [];
  measureRequests(app, {
    ...openServerMetrics(NOTHING),
    requestAnswered: ({ route, status }) => counted.push(`${route} ${status}`),
  });
  for (const path of [STREAM_PATH, OFREP_STREAM_PATH, "/other"]) app.get(path, { config: { access: "public" } }, async () => "");
  for (const path of [STREAM_PATH, `${STREAM_PATH}?odd=1`, OFREP_STREAM_PATH, "/other"]) await app.inject(path);
  await app.close();
  expect(counted).toEqual([`${STREAM_PATH} 400`, "/other 200"]);
});
const NOTHING = {
  version: "0",
  streams: () => 0,
  arrivals: async () => [],
  telemetry: () => ({
    received: 0,
    stored: 0,
    repeated: 0,
    inFlight: 0,
    droppedNames: 0,
    droppedFull: 0,
    droppedFailed: 0,
    clamped: 0,
    shed: 0,
  }),
  events: () => ({ received: 0, stored: 0, repeated: 0, inFlight: 0, droppedInvalid: 0, droppedFull: 0, droppedFailed: 0 }),
  otlp: () => ({ taken: 0, passed: 0, withoutFlag: 0, severalFlags: 0, refused: 0 }),
  variants: () => [],
};

test("names nobody: no key, no instance, no path that a caller chose", async () => {
  const text = [...(await scrape()).keys()].join("\n");
  for (const secret of ["instance-1", "4711", "nowhere", "key_", TOKENS.server]) expect(text).not.toContain(secret);
});

test("is for the whole installation only", async () => {
  const { json } = await server.operate("createKey", {}, { body: { kind: "admin", name: "of one project" } });
  const { secret } = json as { secret: string };
  expect((await server.call("GET", "/metrics", { token: secret })).status).toBe(403);
  expect((await server.call("GET", "/metrics", { token: TOKENS.server })).status).toBe(403);
  expect((await server.call("GET", "/metrics")).status).toBe(401);
});

test("the server's version is that of its package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(VERSION).toBe(manifest.version);
});
