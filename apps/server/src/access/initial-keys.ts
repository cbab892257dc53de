/** The first keys of an installation, chosen by whoever installs it (`DIMMER_INIT_*`). */

import { type KeyKind, ProblemError, RIGHTS } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";
import type { KeyRecord, StoreReader, StoreTransaction } from "../storage/store.ts";
import type { AccessPorts } from "./access-ports.ts";
import { checkChosenSecret, secretHash } from "./key-secret.ts";
import { addKey, type KeyOrder } from "./keys.ts";

export interface InitialKeysOrder {
  readonly admin?: string;
  readonly server?: string;
  readonly browser?: string;
  /** Where the server and browser keys belong; the admin key reaches the whole installation. */
  readonly project: string;
  readonly environment: string;
}

/** Who makes what an installation starts with. */
export const INSTALLER: Author = {
  actor: { kind: "system", id: "installer", name: "Installer" },
  grants: [{ role: "owner", rights: RIGHTS, project: null, environment: null }],
};

/**
 * Sets the first keys of a store that has none.
 *
 * Shape:  gives the keys it made. A start with the same secrets again is none: what the store knows already, revoked or not, is left.
 * Errors: `ProblemError`: invalid-request for a secret that is too short, too long or not visible ASCII, conflict where the store has
 *         keys already and these are not among them. No message repeats a secret.
 * Source: ADR-0009.
 */
export async function initialKeys(ports: AccessPorts, order: InitialKeysOrder): Promise<readonly KeyRecord[]> {
  const chosen = KINDS.flatMap((kind) => (order[kind] === undefined ? [] : [{ kind, secret: order[kind] }]));
  for (const { kind, secret } of chosen) refuseOddSecret(kind, secret);
  if (chosen.length === 0) return [];
  return await ports.store.transaction(async (tx) => {
    if (!(await hasKeys(tx))) return await addKeys(tx, ports, order, chosen);
    for (const { kind, secret } of chosen) await requireKnown(tx, kind, secret);
    return [];
  });
}

const KINDS = ["admin", "server", "browser"] as const;
const VARIABLES: Readonly<Record<KeyKind, string>> = {
  admin: "DIMMER_INIT_ADMIN_TOKEN",
  server: "DIMMER_INIT_SERVER_KEY",
  browser: "DIMMER_INIT_BROWSER_KEY",
};

interface ChosenKey {
  readonly kind: KeyKind;
  readonly secret: string;
}

function refuseOddSecret(kind: KeyKind, secret: string): void {
  const why = checkChosenSecret(secret);
  if (why !== undefined) throw new ProblemError("invalid-request", `${VARIABLES[kind]} ${why}.`);
}

async function addKeys(
  tx: StoreTransaction,
  ports: AccessPorts,
  { project, environment }: InitialKeysOrder,
  chosen: readonly ChosenKey[],
): Promise<readonly KeyRecord[]> {
  const records: KeyRecord[] = [];
  for (const { kind, secret } of chosen) {
    const place = kind === "admin" ? { project: null, environment: null } : { project, environment };
    const order: KeyOrder = { kind, name: `initial ${kind} key`, ...place, ...(kind === "admin" ? { role: "owner" } : {}) };
    records.push(await addKey(tx, ports, INSTALLER, order, secret));
  }
  return records;
}

async function requireKnown(store: StoreReader, kind: KeyKind, secret: string): Promise<void> {
  const record = await store.findKeyByHash(secretHash(secret));
  if (record?.kind === kind) return;
  throw new ProblemError(
    "conflict",
    `${VARIABLES[kind]} sets a key on an empty store only, and this store has keys already. Unset it, and make the key with an admin token: dimmer keys create.`,
  );
}

/** Keys of any project or of the installation, live or not. */
export async function hasKeys(store: StoreReader): Promise<boolean> {
  const projects = await store.listProjects();
  for (const project of [null, ...projects.map(({ key }) => key)]) {
    if ((await store.listKeys(project)).length > 0) return true;
  }
  return false;
}
