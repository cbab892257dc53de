/** Where secrets must not be: the files of the store, a backup, the log, an answer after the first. */

import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadBackup } from "../../backup/load-backup.ts";
import { openTestServer, SPLIT_FLAG, TOKENS, type TestServer } from "../../testing/open-test-server.contract.ts";
import { readStream } from "../../testing/read-stream.contract.ts";
import { filesIn, hitsIn } from "./find-secrets.contract.ts";

const SECRET_KEY = "a-secret-key-for-tests-of-at-least-32-bytes";
let server: TestServer;
let folder: string;
let logged = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dimmer-secrets-"));
  const logger = pino({ level: "trace" }, { write: (line: string) => void (logged += line) });
  server = await openTestServer({ dataDir: join(folder, "data"), logger, heartbeatMs: 50 });
  await server.operate("createFlag", {}, { body: { key: "model", definition: SPLIT_FLAG } });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Asks for it twice with one idempotency key, so that the answer is kept too, and gives what was answered. */
async function issue<T>(id: string, body: object, params: Readonly<Record<string, string>> = {}): Promise<T> {
  const call = { body, headers: { "idempotency-key": randomUUID() } };
  const first = await server.operate(id, params, call);
  expect([id, first.status]).toEqual([id, expect.toSatisfy((status: number) => status < 300)]);
  expect((await server.operate(id, params, call)).text).toBe(first.text);
  return first.json as T;
}

type Secret = { readonly secret: string; readonly id: string };
const inProduction = { environment: "production" };
const createKey = (kind: string) => issue<Secret>("createKey", { kind, name: kind, ...inProduction });

/** Everything that a server hands out to prove something with, by what it is. */
async function issueEverything(): Promise<Readonly<Record<string, string>>> {
  const [admin, serverKey, browserKey] = [await createKey("admin"), await createKey("server"), await createKey("browser")];
  const link = await issue<Secret>("createLink", { flag: "model", ...inProduction, name: "pager" });
  const webhook = await issue<Secret>("createWebhook", { url: "https://93.184.215.14:8443/hook" });
  const rotated = await issue<Secret>("rotateWebhookSecret", {}, { webhook: webhook.id });
  await server.operate("removeWebhook", { webhook: webhook.id });
  const override = await issue<{ token: string }>("createOverrideToken", { overrides: { model: "new" } }, inProduction);
  const signing = (await server.operate("fetchSigningKeys", {}, { token: serverKey.secret })).json as { keys: { key: string }[] };
  const bulk = await server.operate("evaluateFlags", {}, { token: serverKey.secret, body: { context: { targetingKey: "u" } } });
  const ticket = /ticket=([^"&\\]+)/u.exec(bulk.text)?.[1] ?? "";
  const stream = await readStream(`${server.url}/ofrep/v1/stream?ticket=${ticket}`, {});
  expect(stream.status).toBe(200);
  stream.close();
  for (const path of [`/links/${link.secret}`, `/links/${link.secret}/more`, `/sdk/v1/snapshot?key=${serverKey.secret}`])
    await server.call("GET", path, { headers: { referer: `https://app.example.com/?key=${browserKey.secret}` } });
  return {
    "the admin token of the first start": TOKENS.admin,
    "the server key of the first start": TOKENS.server,
    "the browser key of the first start": TOKENS.browser,
    "an admin token": admin.secret,
    "a server key": serverKey.secret,
    "a browser key": browserKey.secret,
    "a kill link": link.secret,
    "a webhook's secret": webhook.secret,
    "its next one": rotated.secret,
    "an override token": override.token,
    "a signing key": signing.keys[0]?.key ?? "",
    "a ticket": ticket,
    "the secret key": SECRET_KEY,
  };
}

test("[secrets-nowhere] A33 A34 nothing that was ever handed out is in the store, in a backup or in the log", async () => {
  const secrets = await issueEverything();
  for (const [what, secret] of Object.entries(secrets)) expect([what, secret.length > 16]).toEqual([what, true]);
  const backup = await fetch(`${server.url}/api/v1/backups`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKENS.admin}` },
  });
  const file = join(folder, "dimmer.backup");
  await writeFile(file, Buffer.from(await backup.arrayBuffer()));
  const restored = join(folder, "restored");
  await loadBackup({ file, dataDir: restored, secretKey: SECRET_KEY, force: false, clock: () => Date.now() });

  const store = await filesIn(join(folder, "data"));
  const put = await filesIn(restored);
  // Otherwise nothing would be found because nothing is looked at.
  for (const files of [store, put])
    expect(Object.values(files).some((bytes) => bytes.includes("rotateWebhookSecret") || bytes.includes("key.create"))).toBe(
      true,
    );
  expect(logged).toContain('"route":"/links/:secret"');
  expect(hitsIn({ ...store, "the backup": await readFile(file), "the log": Buffer.from(logged) }, secrets)).toEqual([]);
  expect(hitsIn(put, secrets)).toEqual([]);
});

test("A34 a key is never said back: not where it is wrong, not in a header, not in a list", async () => {
  const wrong = `${TOKENS.admin.slice(0, -1)}x`;
  for (const { method, path } of server.operations.filter(({ path }) => !path.includes("{"))) {
    const answer = await server.call(method, path, { token: wrong });
    expect([path, answer.text.includes(wrong), JSON.stringify([...answer.headers]).includes(wrong)]).toEqual([
      path,
      false,
      false,
    ]);
  }
  for (const id of ["listKeys", "listLinks", "listWebhooks", "listAudit"])
    expect((await server.operate(id)).text).not.toContain(TOKENS.admin.slice(4));
});

test("[key-ends] A32 a key that is revoked or expires loses its streams, and can do nothing more", async () => {
  const revoked = await createKey("server");
  const soon = new Date(Date.now() + 1_500).toISOString();
  const expiring = await issue<Secret>("createKey", { kind: "server", name: "brief", ...inProduction, expiresAt: soon });
  const streams = await Promise.all(
    [revoked, expiring].map(({ secret }) => readStream(`${server.url}/sdk/v1/stream`, { authorization: `Bearer ${secret}` })),
  );
  const remote = await server.operate("evaluateFlags", {}, { token: revoked.secret, body: { context: { targetingKey: "u" } } });
  const ticket = /ticket=([^"&\\]+)/u.exec(remote.text)?.[1];
  const ofrep = await readStream(`${server.url}/ofrep/v1/stream?ticket=${ticket}`, {});
  expect([...streams, ofrep].map(({ status }) => status)).toEqual([200, 200, 200]);
  await server.operate("revokeKey", { key: revoked.id });
  await Promise.all([...streams, ofrep].map(({ ended }) => ended));
  for (const { secret } of [revoked, expiring])
    expect((await server.call("GET", "/sdk/v1/snapshot", { token: secret })).status).toBe(401);
  expect((await server.call("GET", `/ofrep/v1/stream?ticket=${ticket}`)).status).toBe(401);
});
