/** Bits that flip in the store's file while nobody looks: what finds them, and how many are served. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { startServer } from "@dimmer/server";
import { deriveKeys } from "../../apps/server/src/access/derive-keys.ts";
import { auditChains, verifyAudit } from "../../apps/server/src/audit/verify-audit.ts";
import { buildSnapshot } from "../../apps/server/src/flags/build-snapshot.ts";
import { checkStoredValues } from "../../apps/server/src/flags/check-stored-values.ts";
import { loadSqlite } from "../../apps/server/src/storage/dialects/sqlite-module.ts";
import { openSqliteStore, STORE_FILE } from "../../apps/server/src/storage/dialects/sqlite.ts";
import { drawKeys, makeFolder } from "../e2e/processes.ts";
import type { Random } from "../runtimes/seeded-random.ts";
import { isLong, seedOr, withSeed } from "./seed.ts";

const FLIPS = isLong ? 1_000 : 100;
/** Of all flips, those that may be served and that nothing finds. */
const MOST_SERVED = 0.01;
const SECRET_KEY = "a-secret-key-for-tests-of-at-least-32-bytes";

/** What became of one flip: who found it, or that it changed nothing that is served, or that it was served. */
type Fate = "start" | "integrity" | "audit" | "harmless" | "served";

test(`F7: of ${FLIPS} flipped bits in the store at most one in a hundred is served unnoticed`, { timeout: 600_000 }, async () => {
  const sound = await makeStore();
  const expected = await inspect(sound);
  const fates = { start: 0, integrity: 0, audit: 0, harmless: 0, served: 0 };
  await withSeed(seedOr(7), async (random) => {
    for (let flip = 0; flip < FLIPS; flip += 1) fates[await fateOf(sound, random, expected)] += 1;
  });
  // Most of a store is history and room; what is left to chance is said in ADR-0007.
  expect(fates).toMatchObject({ served: expect.toSatisfy((served: number) => served <= FLIPS * MOST_SERVED) });
  expect(fates.harmless).toBeLessThan(FLIPS * 0.95);
});

/** The file of a server that was used and stopped. */
async function makeStore(): Promise<Buffer> {
  const [dataDir, { token, key }] = [makeFolder(), drawKeys()];
  const settings = { dataDir, port: 0, demo: true, logLevel: "silent", secretKey: SECRET_KEY } as const;
  const server = await startServer({ ...settings, initAdminToken: token, initServerKey: key });
  const client = openManagement({ url: server.url, token });
  for (let percent = 1; percent <= 30; percent += 1)
    await client.submitChange("demo", {
      operations: [{ kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus", percent }],
    });
  await server.close();
  return readFileSync(join(dataDir, STORE_FILE));
}

async function fateOf(sound: Buffer, random: Random, expected: Inspected): Promise<Fate> {
  const bytes = Buffer.from(sound);
  const at = random.integer(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
  const found = await inspect(bytes).catch(() => undefined);
  if (found === undefined) return "start";
  if (found.integrity !== "ok") return "integrity";
  if (!found.isAuditOk) return "audit";
  if (found.snapshot === expected.snapshot) return "harmless";
  return "served";
}

interface Inspected {
  readonly snapshot: string;
  readonly integrity: unknown;
  readonly isAuditOk: boolean;
}

/** Opens it as a start does, and gives what would be served and what every check says. */
async function inspect(bytes: Buffer): Promise<Inspected> {
  const path = join(makeFolder(), STORE_FILE);
  writeFileSync(path, bytes);
  const { DatabaseSync } = await loadSqlite(process.versions.node);
  const database = new DatabaseSync(path);
  const [verdict] = database.prepare("pragma integrity_check(1)").all() as Record<string, unknown>[];
  database.close();
  const store = await openSqliteStore({ path });
  try {
    const built = await buildSnapshot(store, "demo", "production");
    checkStoredValues(built);
    const snapshot = JSON.stringify(built);
    const chains = await auditChains(store);
    const verdicts = await Promise.all(chains.map((chain) => verifyAudit(store, chain, deriveKeys(SECRET_KEY).audit)));
    return { snapshot, integrity: Object.values(verdict ?? {})[0], isAuditOk: verdicts.every(({ ok }) => ok) };
  } finally {
    await store.close();
  }
}
