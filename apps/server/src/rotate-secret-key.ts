/** Another secret key at a start: everything that the one before sealed or signed is sealed and signed with it, at once or not at all. */

import { type Actor, ProblemError } from "@dimmer/protocol";
import type { DerivedKeys } from "./access/derive-keys.ts";
import { openReseal } from "./access/seal-secret.ts";
import { resealSigningKeys } from "./access/signing-keys.ts";
import { appendAudit, INSTALLATION_CHAIN } from "./audit/append-audit.ts";
import { isHeadSigned, signHead } from "./audit/audit-link.ts";
import { resealCredentials } from "./connections/credential.ts";
import { resealSecondFactors } from "./people/second-factor.ts";
import type { Store, StoreTransaction } from "./storage/store.ts";
import { resealWebhooks } from "./webhooks/webhooks.ts";

export interface RotationPorts {
  readonly store: Store;
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface Rotation {
  readonly before: DerivedKeys;
  readonly after: DerivedKeys;
}

const SERVER: Actor = { kind: "system", id: "server", name: "Server" };

/**
 * Moves the store from one secret key to the next.
 *
 * Shape:  one transaction; nothing is done where the store is new or has the next key already, so that the setting may stay for a while.
 *         Kept answers of requests are dropped: nobody can tell the same request by another key.
 * Errors: `ProblemError("conflict")` for a store that neither key belongs to, and for an audit chain whose head the key before did not
 *         sign, as signing it anew would hide that somebody cut it.
 * Source: ADR-0009, ADR-0048.
 */
export async function rotateSecretKey(ports: RotationPorts, { before, after }: Rotation): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const present = await tx.installation();
    if (present === null || present.keyCheck === after.check) return;
    if (present.keyCheck !== before.check)
      throw new ProblemError(
        "conflict",
        "This store was made with neither DIMMER_SECRET_KEY nor DIMMER_SECRET_KEY_BEFORE. Start with the one that it was made with.",
      );
    await resealAll(tx, ports, { before, after });
    await signHeads(tx, { before, after });
    await tx.dropRequestAnswers({ until: ports.clock(), newestOfCaller: 0, newest: 0 });
    await tx.putInstallation({ ...present, keyCheck: after.check });
    const entry = { chain: INSTALLATION_CHAIN, at: ports.clock(), action: "secret-key.rotate", actor: SERVER };
    const details = { before: before.sealing.id, after: after.sealing.id };
    await appendAudit(tx, { ...entry, details }, { random: ports.random, auditKey: after.audit });
  });
}

async function resealAll(tx: StoreTransaction, { random }: RotationPorts, { before, after }: Rotation): Promise<void> {
  const reseal = openReseal(before.sealing, after.sealing, random);
  await resealSecondFactors(tx, reseal);
  for (const { key: project } of await tx.listProjects()) {
    await resealWebhooks(tx, project, reseal);
    // What waits to be judged lives for a day at most, and is let go.
    await tx.forgetJudgeSamples(project);
    for (const { key: environment } of await tx.listEnvironments(project)) {
      await resealSigningKeys(tx, { project, environment }, reseal);
      await resealCredentials(tx, { project, environment }, reseal);
    }
  }
}

async function signHeads(tx: StoreTransaction, { before, after }: Rotation): Promise<void> {
  for (const chain of await tx.listAuditChains()) {
    const head = await tx.getAuditHead(chain);
    if (head === null || !isHeadSigned(head, before.audit))
      throw new ProblemError(
        "conflict",
        `The audit chain ${chain} does not verify. Run \`dimmer audit verify\` with the key before.`,
      );
    await tx.signAuditHead(signHead({ ...head, body: "" }, after.audit));
  }
}
