/** What the server promises to whoever asks it over the network: keys, revisions, publishing, remote evaluation, an honest audit. */

import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { openManagement, type ChangeResult, type Operation } from "@dimmer/protocol";
import { expect, test } from "vitest";
import { dimmerJson, makeFolder, runDimmer, type ServerProcess, startApp, startServerProcess } from "./processes.ts";

const PRODUCTION = "/api/v1/projects/demo/flags/summarizer/environments/production";

interface Request {
  readonly method?: string;
  readonly body?: string;
  readonly ifMatch?: string;
}

function ask(server: ServerProcess, path: string, key: string, { ifMatch, ...init }: Request = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  return fetch(`${server.url}${path}`, {
    ...init,
    headers: ifMatch === undefined ? headers : { ...headers, "If-Match": ifMatch },
  });
}

test("[first-keys] keys named in the environment open an empty store, and each only its own doors", async () => {
  const server = await startServerProcess();
  const status = async (path: string, key: string) => (await ask(server, path, key)).status;
  expect(await status("/api/v1/projects", server.token)).toBe(200);
  expect(await status("/sdk/v1/snapshot", server.key)).toBe(200);
  expect(await status("/api/v1/projects", server.key)).toBe(403);
  expect(await status("/api/v1/projects", `${server.token}x`)).toBe(401);
});

test("[browser-key] gets no snapshot and no stream", async () => {
  const server = await startServerProcess();
  for (const path of ["/sdk/v1/snapshot", "/sdk/v1/stream", "/api/v1/projects/demo/flags"]) {
    const answer = await ask(server, path, server.browserKey);
    expect([path, answer.status]).toEqual([path, 403]);
    expect(await answer.text()).not.toContain("claude");
  }
});

test("[if-match] of two writers with one revision the second is refused, with a problem", async () => {
  const server = await startServerProcess();
  const seen = await ask(server, PRODUCTION, server.token);
  const revision = seen.headers.get("etag") ?? "";
  const { config } = (await seen.json()) as { readonly config: object };
  const write = (edited: object) => {
    const body = JSON.stringify({ config: edited });
    return ask(server, PRODUCTION, server.token, { method: "PUT", body, ifMatch: revision });
  };
  const first = await write({ ...config, targets: { opus: ["user-7"] } });
  const second = await write({ ...config, targets: { opus: ["user-8"] } });
  expect([first.status, second.status]).toEqual([200, 412]);
  expect(second.headers.get("content-type")).toContain("application/problem+json");
  expect(await second.json()).toMatchObject({ code: "revision-mismatch", status: 412 });
});

test("[publish] an edited value reaches an app when it is published, not before", async () => {
  const server = await startServerProcess();
  const management = openManagement(server);
  const app = await startApp(server);
  const valueNow = async () => (await app.values({ flag: "summarizer", keys: ["user-1"], context: { plan: "free" } }))[0];
  const before = await valueNow();
  const variant = (await app.ask({ flag: "summarizer", keys: ["user-1"] }))[0] ?? "";
  const value = { model: "another-model" };
  await management.submitChange("demo", { operations: [{ kind: "draft-value", flag: "summarizer", variant, value }] });
  const marker = await dimmerJson<ChangeResult>(["ramp", "chat-model", "60", "--yes"], server);
  await app.hears(marker.change?.versions["production"] ?? 0);
  expect(await valueNow()).toEqual(before);

  const { change } = await dimmerJson<ChangeResult>(["publish", "summarizer", variant, "--yes"], server);
  await app.hears(change?.versions["production"] ?? 0);
  expect(await valueNow()).toEqual(value);
});

test("[remote-equals-local] OFREP with a server key gives what the SDK decides", async () => {
  const server = await startServerProcess();
  const app = await startApp(server);
  const keys = Array.from({ length: 60 }, (_, index) => `user-${index}`);
  for (const flag of ["summarizer", "chat-model", "frontier-tier", "ai-enabled"]) {
    const remote = keys.map(async (targetingKey) => {
      const body = JSON.stringify({ context: { targetingKey, plan: "pro" } });
      const answer = await ask(server, `/ofrep/v1/evaluate/flags/${flag}`, server.key, { method: "POST", body });
      return ((await answer.json()) as { variant: string }).variant;
    });
    expect(await app.ask({ flag, keys, context: { plan: "pro" } })).toEqual(await Promise.all(remote));
  }
});

test("[only-wins] nobody gets a variant that its `only` denies, not even by name", async () => {
  const server = await startServerProcess();
  const app = await startApp(server);
  const management = openManagement(server);
  const targets: Operation = {
    kind: "set-targets",
    flag: "frontier-tier",
    environment: "production",
    targets: { frontier: ["user-1"] },
  };
  const { change } = await management.submitChange("demo", { operations: [targets] });
  await app.hears(change?.versions["production"] ?? 0);
  const variantOn = async (plan: string | null) =>
    (await app.ask({ flag: "frontier-tier", keys: ["user-1"], context: { plan } }))[0];
  expect([await variantOn("pro"), await variantOn("free"), await variantOn(null)]).toEqual(["frontier", "standard", "standard"]);
});

test("[audit-finds] passes an honest chain and finds a row that was edited in the store", async () => {
  const dataDir = makeFolder();
  const server = await startServerProcess({ dataDir });
  await dimmerJson(["ramp", "summarizer", "30", "--yes", "--reason", "honest"], server);
  expect((await runDimmer(["audit", "verify"], { server })).code).toBe(0);
  await server.end("SIGTERM");

  editStore(join(dataDir, "dimmer.db"));
  const again = await startServerProcess({ ...server, dataDir, port: 0 });
  const { code, stdout } = await runDimmer(["audit", "verify"], { server: again });
  expect(code).toBe(1);
  expect(stdout).toMatch(/project\/demo/);
});

/** As somebody with the data directory could: changes the reason that one audit row keeps. */
function editStore(path: string): void {
  const database = new DatabaseSync(path);
  const { changes } = database
    .prepare("UPDATE audit_payloads SET content = replace(content, 'honest', 'forged') WHERE content LIKE '%honest%'")
    .run();
  database.close();
  expect(changes).toBe(1);
}
