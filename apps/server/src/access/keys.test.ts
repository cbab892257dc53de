/** Keys: shown once, kept as a digest, refused when revoked, expired or out of reach. */

import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { initialiseInstallation, type InstallationPorts } from "../environments/installation.ts";
import type { StoreReader } from "../storage/store.ts";
import { author, EVERYWHERE, openTestPorts } from "./sample-ports.contract.ts";
import { initialKeys } from "./initial-keys.ts";
import { createKey, type KeyOrder, keyView, revokeKey } from "./keys.ts";
import { openKnownKeys } from "./known-keys.ts";

const FIRST = {
  project: { key: "shop", name: "Shop" },
  environment: { key: "production", name: "Production", production: true },
};
const SERVER: KeyOrder = { kind: "server", name: "api", project: "shop", environment: "production" };
let ports: InstallationPorts;
beforeEach(async () => {
  ports = await openTestPorts();
  await initialiseInstallation(ports, FIRST);
});
afterEach(async () => {
  await ports.store.close();
});

/** What a request with this secret is let in as, at a time. */
const authenticate = (secret: string, now: number) =>
  openKnownKeys({ store: ports.store, clock: () => now }).authenticate(secret);

describe("createKey", () => {
  it.each(["admin", "server", "browser"] as const)("makes a %s key of 256 bits, told by its prefix", async (kind) => {
    const { record, secret } = await createKey(ports, EVERYWHERE, { ...SERVER, kind });
    expect(secret).toMatch(new RegExp(`^dm_${kind}_[A-Za-z0-9_-]{43}$`));
    expect(record).toMatchObject({ kind, prefix: secret.slice(0, kind.length + 8), revokedAt: null, expiresAt: null });
    expect((await authenticate(secret, 1_000))?.key).toEqual(record);
  });

  it("keeps the secret nowhere, and leaves one audit row", async () => {
    const { record, secret } = await createKey(ports, EVERYWHERE, SERVER);
    const rows = await listAudit(ports.store, "project/shop", { limit: 100 });
    expect(rows.filter(({ action }) => action === "key.create")).toHaveLength(1);
    expect(rows[0]?.details).toMatchObject({ key: record.id, kind: "server", name: "api" });
    expect(JSON.stringify([rows, await ports.store.listKeys("shop"), keyView(record)])).not.toContain(
      secret.slice("dm_server_xxxx".length),
    );
    expect(JSON.stringify([rows, keyView(record)])).not.toContain(record.hash);
    expect(await verifyAudit(ports.store, "project/shop", ports.auditKey)).toMatchObject({ ok: true });
  });

  it.each([
    [{ ...SERVER, project: null }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, environment: null }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, kind: "admin" as const, project: null }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, name: "" }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, name: "x".repeat(201) }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, expiresAt: 1_000 }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, expiresAt: Number.NaN }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, expiresAt: 1e17 }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, project: "elsewhere" }, EVERYWHERE, "not-found"],
    [{ ...SERVER, environment: "nowhere" }, EVERYWHERE, "not-found"],
    [SERVER, author("other", null), "forbidden"],
    [SERVER, author("shop", "staging"), "forbidden"],
    [{ ...SERVER, kind: "admin" as const, environment: null }, author("shop", "production"), "forbidden"],
    [{ ...SERVER, kind: "admin" as const, project: null, environment: null }, author("shop", null), "forbidden"],
    [{ ...SERVER, role: "viewer" }, EVERYWHERE, "invalid-request"],
    [{ ...SERVER, kind: "admin" as const, role: "stranger" }, EVERYWHERE, "invalid-request"],
    [SERVER, author(null, null, "publisher"), "forbidden"],
    [{ ...SERVER, kind: "admin" as const, role: "owner" }, author(null, null, "admin"), "forbidden"],
  ])("A53 refuses %j by %j as %s", async (order, by, code) => {
    await expect(createKey(ports, by, order)).rejects.toMatchObject({ code });
    expect(await ports.store.listKeys("shop")).toEqual([]);
    expect(await ports.store.listKeys(null)).toEqual([]);
  });
});

describe("authenticate", () => {
  it("refuses what is unknown, revoked or expired, and what is too long to be a key", async () => {
    const lasting = await createKey(ports, EVERYWHERE, SERVER);
    const brief = await createKey(ports, EVERYWHERE, { ...SERVER, expiresAt: 2_000 });
    expect(await authenticate(brief.secret, 1_999)).not.toBeNull();
    expect(await authenticate(brief.secret, 2_000)).toBeNull();
    for (const guess of [
      "",
      lasting.secret.slice(0, -1),
      `${lasting.secret} `,
      lasting.secret.toUpperCase(),
      lasting.record.hash,
      "x".repeat(10_000),
    ]) {
      expect(await authenticate(guess, 1_000)).toBeNull();
    }
    await revokeKey(ports, EVERYWHERE, { id: lasting.record.id, project: "shop" });
    expect(await authenticate(lasting.secret, 1_000)).toBeNull();
  });
});

describe("how long a refusal takes", () => {
  it("A31 asks the store for a digest alone, so that nothing is compared with the key that was sent", async () => {
    const { secret } = await createKey(ports, EVERYWHERE, SERVER);
    const asked: string[] = [];
    // Nothing else of the store is there to be asked.
    const store = { findKeyByHash: async (hash: string) => (asked.push(hash), null) } as Partial<StoreReader> as StoreReader;
    const guesses = [secret.slice(0, -1), `${secret.slice(0, -1)}!`, "a"];
    for (const guess of guesses) await openKnownKeys({ store, clock: () => 1_000 }).authenticate(guess);
    expect(asked).toEqual(guesses.map((guess) => createHash("sha256").update(guess).digest("hex")));
  });
});

describe("revokeKey", () => {
  it("revokes once, with one audit row", async () => {
    const { record } = await createKey(ports, EVERYWHERE, SERVER);
    for (let times = 0; times < 2; times += 1) {
      expect(await revokeKey(ports, EVERYWHERE, { id: record.id, project: "shop" })).toEqual({ ...record, revokedAt: 1_000 });
    }
    const rows = await listAudit(ports.store, "project/shop", { limit: 100 });
    expect(rows.filter(({ action }) => action === "key.revoke")).toHaveLength(1);
  });

  it("refuses a key of elsewhere, and an author without the reach", async () => {
    const { record } = await createKey(ports, EVERYWHERE, SERVER);
    await expect(revokeKey(ports, EVERYWHERE, { id: record.id, project: null })).rejects.toMatchObject({ code: "not-found" });
    await expect(revokeKey(ports, author("shop", "staging"), { id: record.id, project: "shop" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("initialKeys", () => {
  const order = { admin: "a".repeat(20), server: "s".repeat(200), project: "shop", environment: "production" };

  it("sets them on an empty store: the admin key for everything, the others for one environment", async () => {
    const records = await initialKeys(ports, order);
    expect(records.map(({ kind, role, project, environment }) => [kind, role, project, environment])).toEqual([
      ["admin", "owner", null, null],
      ["server", null, "shop", "production"],
    ]);
    expect((await authenticate(order.admin, 1_000))?.key).toMatchObject({ kind: "admin", prefix: "aaaa" });
    expect(await listAudit(ports.store, "installation", { limit: 1 })).toMatchObject([
      { action: "key.create", actor: { id: "installer" } },
    ]);
  });

  it("does nothing at the next start with the same ones, even when one was revoked", async () => {
    const [admin] = await initialKeys(ports, order);
    await revokeKey(ports, EVERYWHERE, { id: admin?.id ?? "", project: null });
    expect(await initialKeys(ports, order)).toEqual([]);
    expect(await authenticate(order.admin, 1_000)).toBeNull();
    expect(await initialKeys(ports, { project: "shop", environment: "production" })).toEqual([]);
  });

  it.each([
    [{ admin: "b".repeat(20) }, "conflict", "DIMMER_INIT_ADMIN_TOKEN sets a key on an empty store only"],
    [{ browser: order.server }, "conflict", "DIMMER_INIT_BROWSER_KEY"],
    [{ server: "x".repeat(19) }, "invalid-request", "DIMMER_INIT_SERVER_KEY must be 20 to 200 characters"],
    [{ server: "x".repeat(201) }, "invalid-request", "20 to 200"],
    [{ server: `${"x".repeat(20)} y` }, "invalid-request", "visible ASCII"],
    [{ server: `${"x".repeat(20)}é` }, "invalid-request", "visible ASCII"],
  ])("refuses %j on a store with keys: %s", async (more, code, message) => {
    await initialKeys(ports, order);
    const refusing = initialKeys(ports, { ...more, project: "shop", environment: "production" });
    await expect(refusing).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    const secret = Object.values(more)[0] ?? "";
    await expect(refusing).rejects.not.toMatchObject({ message: expect.stringContaining(secret) });
  });

  it("sets none when one of them cannot be", async () => {
    const refusing = initialKeys(ports, { ...order, browser: order.admin });
    await expect(refusing).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("another key already") });
    expect(await ports.store.listKeys(null)).toEqual([]);
  });
});
