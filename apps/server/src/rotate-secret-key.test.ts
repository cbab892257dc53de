/** Another secret key: everything opens with it and nothing with the one before, or nothing has changed. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { deriveKeys } from "./access/derive-keys.ts";
import { EVERYWHERE, openTestPorts, SECRET_KEY } from "./access/sample-ports.contract.ts";
import { sealSecret } from "./access/seal-secret.ts";
import { listSigningKeys } from "./access/signing-keys.ts";
import { listAudit } from "./audit/list-audit.ts";
import { verifyAudit } from "./audit/verify-audit.ts";
import { createConnection } from "./connections/connections.ts";
import { openCredential } from "./connections/credential.ts";
import { type InstallationPorts, initialiseInstallation } from "./environments/installation.ts";
import { spendCode, totpPlace } from "./people/second-factor.ts";
import { totpCode } from "./people/totp.ts";
import { rotateSecretKey } from "./rotate-secret-key.ts";
import { createWebhook, rotateSecret, signingKeys } from "./webhooks/webhooks.ts";

const PLACE = { project: "shop", environment: "production" };
const [before, after] = [deriveKeys(SECRET_KEY), deriveKeys(`${SECRET_KEY}, the next one`)];
let ports: InstallationPorts;

beforeEach(async () => {
  ports = await openTestPorts();
  await initialiseInstallation(ports, {
    project: { key: "shop", name: "Shop" },
    environment: { key: "production", name: "Production", production: true },
  });
});
afterEach(() => ports.store.close());

const rotate = (keys = { before, after }) => rotateSecretKey(ports, keys);
const storedText = async () => {
  const { store } = ports;
  const rows = [store.installation(), store.listSecrets("signing-key", "shop", "production"), store.listPeople()];
  const more = [store.listWebhooks("shop"), store.listConnections("shop", "production"), store.getAuditHead("project/shop")];
  return JSON.stringify(await Promise.all([...rows, ...more]));
};

test("[credential-never-read] what one key sealed and signed the next one opens and verifies, and the one before no more", async () => {
  const outbound = { resolve: async () => ["93.184.215.14"], allowPrivate: false, purpose: "webhook" } as const;
  const webhookPorts = { ...ports, outbound };
  const { record: hook } = await createWebhook(webhookPorts, EVERYWHERE, { project: "shop", url: "https://hooks.example.com/" });
  await rotateSecret(webhookPorts, EVERYWHERE, hook);
  const order = { name: "OpenAI", provider: "openai", secret: "sk-rotated-0123456789" };
  const connection = await createConnection(webhookPorts, EVERYWHERE, PLACE, order);
  const totp = new Uint8Array(20).fill(7);
  const sealed = sealSecret(before.sealing, totp, totpPlace("ada"), ports.random);
  const person = { id: "ada", name: "Ada", email: "ada@example.com", grants: [], passwordHash: null, totpStep: 0, recovery: [] };
  await ports.store.transaction((tx) =>
    tx.putPerson({ ...person, totp: sealed, totpPending: sealed, createdAt: 1, disabledAt: null }),
  );
  await ports.store.transaction((tx) =>
    tx.putRequestAnswer({ caller: "k", idempotencyKey: "i", at: 1, fingerprint: "f", status: 200, sealed: "v1" }),
  );
  const keysBefore = await listSigningKeys(ports.store, before.sealing, PLACE);
  const signedBefore = signingKeys(before.sealing, (await ports.store.listWebhooks("shop"))[0] ?? hook, 1_000);

  await rotate();
  expect(await listSigningKeys(ports.store, after.sealing, PLACE)).toEqual(keysBefore);
  const [after1] = await ports.store.listWebhooks("shop");
  expect(signedBefore).toHaveLength(2);
  expect(signingKeys(after.sealing, after1 ?? hook, 1_000)).toEqual(signedBefore);
  const [moved = connection] = await ports.store.listConnections("shop", "production");
  expect(openCredential(after.sealing, moved)).toBe(order.secret);
  expect(() => openCredential(before.sealing, moved)).toThrow("another DIMMER_SECRET_KEY");
  const ada = await ports.store.getPerson("ada");
  expect(ada === null ? ada : spendCode(after.sealing, ada, totpCode(totp, 2), 60_000)).toMatchObject({ totpStep: 2 });
  expect(await ports.store.getRequestAnswer("k", "i")).toBeNull();
  for (const chain of await ports.store.listAuditChains()) {
    expect(await verifyAudit(ports.store, chain, after.audit)).toMatchObject({ ok: true });
    expect(await verifyAudit(ports.store, chain, before.audit)).toMatchObject({ ok: false });
  }
  const [row] = await listAudit(ports.store, "installation", { limit: 1 });
  expect(row).toMatchObject({ action: "secret-key.rotate", details: { before: before.sealing.id, after: after.sealing.id } });
  expect(await storedText()).not.toContain(before.sealing.id);

  // The setting may stay.
  const once = await storedText();
  await rotate();
  expect(await storedText()).toBe(once);
  expect(await initialiseInstallation({ ...ports, keyCheck: after.check }, null)).toMatchObject({ isNew: false });
});

test("a store of neither key, and one whose audit was cut, stay as they are", async () => {
  const untouched = await storedText();
  const other = deriveKeys(`${SECRET_KEY}, somebody else's`);
  await expect(rotate({ before: other, after })).rejects.toMatchObject({ code: "conflict" });
  await expect(rotate({ before: { ...before, audit: other.audit }, after })).rejects.toThrow("does not verify");
  expect(await storedText()).toBe(untouched);
});
