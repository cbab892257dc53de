/** Ports for tests of access: a store in memory, a clock that stands, and seeded random bytes. */

import { type BuiltInRole, ROLES } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import type { InstallationPorts } from "../environments/installation.ts";
import { deriveKeys } from "./derive-keys.ts";

export const SECRET_KEY = "a secret key of at least thirty-two bytes, for tests only";

export async function openTestPorts(secretKey = SECRET_KEY): Promise<InstallationPorts> {
  const { sealing, audit, check } = deriveKeys(secretKey);
  return {
    store: await openSqliteStore({ path: ":memory:" }),
    clock: () => 1_000,
    random: seededBytes(1),
    sealing,
    auditKey: audit,
    keyCheck: check,
  };
}

/** mulberry32: enough to be all different, and the same in every run. */
export function seededBytes(seed: number): (bytes: number) => Uint8Array {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  };
  return (bytes) => new Uint8Array(bytes).map(next);
}

/** Acts by itself, so that its grants are those given here and no key has to be kept for it. */
export function author(project: string | null, environment: string | null, role: BuiltInRole = "owner"): Author {
  const grant = { role, rights: ROLES[role], project, environment };
  return { actor: { kind: "system", id: "test", name: "test" }, grants: [grant] };
}

export const EVERYWHERE = author(null, null);
