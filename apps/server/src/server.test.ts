/** The spine over real HTTP: start, define, decide, change, stop. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer } from "./server.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "./testing/open-test-server.contract.ts";
import { readStream } from "./testing/read-stream.contract.ts";

describe("the spine: define, decide, change, see the decision change", () => {
  let server: TestServer;
  beforeAll(async () => (server = await openTestServer()));
  afterAll(() => server.close());
  const sdk = { authorization: `Bearer ${TOKENS.server}` };

  test("a flag created over HTTP is in the snapshot, and a ramp reaches a listening SDK within a second", async () => {
    expect((await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } })).status).toBe(201);
    const fetched = await server.call("GET", "/sdk/v1/snapshot", { token: TOKENS.server });
    expect(fetched.json).toMatchObject({
      format: 1,
      project: "default",
      environment: "production",
      version: 1,
      flags: { model: { enabled: true } },
    });
    const { epoch, version } = fetched.json as { epoch: string; version: number };
    expect(fetched.headers.get("etag")).toBe(`"${epoch}:${version}"`);

    const stream = await readStream(`${server.url}/sdk/v1/stream?epoch=${epoch}&version=${version}`, sdk);
    expect(await stream.next()).toMatchObject({ event: "hello", data: { epoch, version, heartbeatMs: 15_000 } });
    const started = performance.now();
    const ramp = await server.operate("rampVariant", { flag: "model" }, { body: { variant: "new", percent: 25 } });
    expect(ramp.json).toMatchObject({ status: "applied", moves: [{ from: "old", to: "new", percent: 15 }] });
    const patch = await stream.next();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(patch).toMatchObject({
      event: "patch",
      id: `${epoch}:2`,
      data: { from: 1, version: 2, removed: { flags: [], segments: [], values: [] } },
    });
    expect(Object.keys(patch.data["flags"] as object)).toEqual(["model"]);
    // A ramp never resends a prompt.
    expect(patch.data["values"]).toEqual({});
    stream.close();
  });

  test("the snapshot is not sent to whoever holds it", async () => {
    const { headers } = await server.call("GET", "/sdk/v1/snapshot", { token: TOKENS.server });
    const again = await server.call("GET", "/sdk/v1/snapshot", {
      token: TOKENS.server,
      headers: { "if-none-match": headers.get("etag") ?? "" },
    });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", headers.get("etag")]);
  });

  test("a change is in the answers as soon as it is acknowledged", async () => {
    await server.operate(
      "createFlag",
      {},
      {
        body: {
          key: "switch",
          definition: {
            ...SPLIT_FLAG,
            environments: { production: { enabled: true, fallback: "plain", default: { variant: "new" } } },
          },
        },
      },
    );
    for (let round = 0; round < 5; round++) {
      await server.operate("killFlag", { flag: "switch" });
      const killed = await server.call("POST", "/ofrep/v1/evaluate/flags/switch", {
        token: TOKENS.server,
        body: { context: {} },
      });
      expect(killed.json).toMatchObject({ value: "p", reason: "DISABLED" });
      await server.operate("restoreFlag", { flag: "switch" });
      const restored = await server.call("POST", "/ofrep/v1/evaluate/flags/switch", {
        token: TOKENS.server,
        body: { context: {} },
      });
      expect(restored.json).toMatchObject({ value: "n", reason: "STATIC" });
    }
  });

  test("health says little and needs no key", async () => {
    for (const path of ["/livez", "/healthz", "/readyz"])
      expect(await server.call("GET", path)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });
});

describe("starting and stopping", () => {
  const logger = pino({ level: "silent" });

  test("an empty store gets keys of its own, shown once; a second start finds everything again", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "dimmer-server-"));
    const first = await startServer({ port: 0, dataDir, logger, demo: true });
    const keys = first.initialKeys;
    expect(keys).toMatchObject({ project: "demo", environment: "production" });
    const before = await fetch(`${first.url}/sdk/v1/snapshot`, { headers: { authorization: `Bearer ${keys?.server}` } });
    const snapshot = (await before.json()) as { flags: object };
    expect(Object.keys(snapshot.flags).sort()).toEqual(["ai-enabled", "chat-model", "frontier-tier", "summarizer"]);
    await first.close();

    const second = await startServer({ port: 0, dataDir, logger, demo: true });
    expect(second.initialKeys).toBeUndefined();
    const after = await fetch(`${second.url}/sdk/v1/snapshot`, { headers: { authorization: `Bearer ${keys?.server}` } });
    expect(await after.json()).toEqual(snapshot);
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  test("another secret key than the store's is refused", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "dimmer-server-"));
    await (await startServer({ port: 0, dataDir, logger })).close();
    await expect(startServer({ port: 0, dataDir, logger, secretKey: "another-secret-key-of-at-least-32-bytes" })).rejects.toThrow(
      /another DIMMER_SECRET_KEY/u,
    );
    await rm(dataDir, { recursive: true });
  });

  test("closing tells every reader when to come back, and ends its stream", async () => {
    const server = await openTestServer();
    const stream = await readStream(`${server.url}/sdk/v1/stream`, { authorization: `Bearer ${TOKENS.server}` });
    expect((await stream.next()).event).toBe("hello");
    expect((await stream.next()).event).toBe("refetch");
    await server.close();
    await stream.ended;
    const [first, last] = [stream.retries.at(0) ?? 0, stream.retries.at(-1) ?? 0];
    expect(first).toBe(1_000);
    expect(last).toBeGreaterThanOrEqual(1_000);
    expect(last).toBeLessThanOrEqual(11_000);
    expect(stream.retries).toHaveLength(2);
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow(/fetch failed/u);
  });

  test("the log names requests and keys, and holds no secret, header, query or body", async () => {
    const lines: string[] = [];
    const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
    const server = await openTestServer({ logger: log });
    await server.call("GET", "/api/v1/projects?limit=1", { token: TOKENS.admin, headers: { "x-request-id": "trace-1" } });
    await server.call("GET", "/api/v1/projects?canary=1", {
      token: "canary-token-that-nobody-knows",
      headers: { "x-request-id": 'forged"\\' },
    });
    await server.operate("createFlag", {}, { body: { key: "Canary Key", definition: { canary: true } } });
    await server.close();
    const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === "request");
    expect(requests[0]).toMatchObject({ requestId: "trace-1", method: "GET", route: "/api/v1/projects", status: 200 });
    expect(requests.map(({ status }) => status)).toEqual([200, 401, 400]);
    for (const secret of [TOKENS.admin, "canary", "forged", "limit=1", "authorization"])
      expect(lines.join("").toLowerCase()).not.toContain(secret);
  });
});

describe("a first start that does not get its port", () => {
  test("draws no keys, so that the next start still shows them", async () => {
    const logger = pino({ level: "silent" });
    const taken = await startServer({ port: 0, dataDir: ":memory:", logger });
    const dataDir = await mkdtemp(join(tmpdir(), "dimmer-port-"));
    try {
      const port = Number(new URL(taken.url).port);
      await expect(startServer({ port, dataDir, demo: true, logger })).rejects.toMatchObject({ code: "EADDRINUSE" });
      const second = await startServer({ port: 0, dataDir, demo: true, logger });
      expect(second.initialKeys?.admin).toMatch(/^dm_admin_/);
      await second.close();
    } finally {
      await taken.close();
      await rm(dataDir, { recursive: true });
    }
  });
});
