/** Keys kept for a moment: asked for once, forgotten when revoked, never longer than they may count. */

import { expect, test } from "vitest";
import type { KeyRecord } from "../storage/store.ts";
import { openKnownKeys } from "./known-keys.ts";
import { createKey, revokeKey } from "./keys.ts";
import { EVERYWHERE, openTestPorts } from "./sample-ports.contract.ts";

async function openStage() {
  const ports = await openTestPorts();
  const order = { kind: "admin", name: "a key", project: null, environment: null, expiresAt: 3_600_000 } as const;
  const { record, secret } = await createKey(ports, EVERYWHERE, order);
  const stage = { now: ports.clock(), asked: 0 };
  const counting = {
    ...ports.store,
    findKeyByHash: (hash: string): Promise<KeyRecord | null> => {
      stage.asked++;
      return ports.store.findKeyByHash(hash);
    },
  };
  const keys = openKnownKeys({ store: counting, clock: () => stage.now });
  const revoke = () => revokeKey(ports, EVERYWHERE, { id: record.id, project: null });
  return { stage, keys, record, secret, revoke };
}

test("a key that was just looked up is not looked up again, and after a second it is", async () => {
  const { stage, keys, record, secret } = await openStage();
  expect((await keys.authenticate(secret))?.id).toBe(record.id);
  stage.now += 999;
  expect((await keys.authenticate(secret))?.id).toBe(record.id);
  expect(stage.asked).toBe(1);
  stage.now += 1;
  await keys.authenticate(secret);
  expect(stage.asked).toBe(2);
  stage.now -= 500;
  await keys.authenticate(secret);
  expect(stage.asked).toBe(3);
});

test("what is forgotten is asked for at once, and a revoked key then fails", async () => {
  const { keys, record, secret, revoke } = await openStage();
  await keys.authenticate(secret);
  await revoke();
  keys.forget(record.id);
  expect(await keys.authenticate(secret)).toBeNull();
});

test("what was read before a revocation is not kept after it", async () => {
  const { stage, keys, record, secret } = await openStage();
  const inFlight = keys.authenticate(secret);
  keys.forget(record.id);
  await inFlight;
  await keys.authenticate(secret);
  expect(stage.asked).toBe(2);
});

test("one revoked by another process fails within the second", async () => {
  const { stage, keys, secret, revoke } = await openStage();
  await keys.authenticate(secret);
  await revoke();
  stage.now += 1_000;
  expect(await keys.authenticate(secret)).toBeNull();
});

test("a key that expires while it is kept fails at its time", async () => {
  const { stage, keys, record, secret } = await openStage();
  stage.now = (record.expiresAt ?? 0) - 1;
  expect(await keys.authenticate(secret)).not.toBeNull();
  stage.now += 1;
  expect(await keys.authenticate(secret)).toBeNull();
});

test("guesses are never kept, and what is too long is not even looked up", async () => {
  const { stage, keys } = await openStage();
  await keys.authenticate("a-guess");
  await keys.authenticate("a-guess");
  expect(stage.asked).toBe(2);
  await keys.authenticate("x".repeat(10_000));
  expect(stage.asked).toBe(2);
});
