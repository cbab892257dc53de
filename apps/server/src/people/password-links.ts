/** Links that set a password, once: of an invitation, or to get back into an account. Whoever makes one hands it on; no mail is sent. */

import { ProblemError } from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { drawSecret, secretHash } from "../access/key-secret.ts";
import type { PersonLinkRecord } from "../storage/person-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import type { PeoplePorts } from "./people-ports.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long each lasts, and the page that it leads to. */
const KINDS = {
  invitation: { lifeMs: 7 * DAY_MS, secret: "invitation", page: "invitation" },
  "password-reset": { lifeMs: DAY_MS, secret: "reset", page: "password-reset" },
} as const;

type LinkOrder = Pick<PersonLinkRecord, "kind" | "person" | "email" | "name" | "grants" | "madeBy">;

/** Shape: the secret stands behind the `#`, so that no server, proxy or log ever gets it from a browser. */
export async function makePasswordLink(
  tx: StoreTransaction,
  ports: PeoplePorts,
  order: LinkOrder,
): Promise<{ readonly record: PersonLinkRecord; readonly link: string }> {
  const kind = KINDS[order.kind];
  const at = ports.clock();
  const secret = drawSecret(kind.secret, ports.random);
  const record: PersonLinkRecord = {
    ...order,
    id: drawId(kind.secret, ports.random),
    hash: secretHash(secret),
    createdAt: at,
    expiresAt: at + kind.lifeMs,
    usedAt: null,
    revokedAt: null,
  };
  await tx.putPersonLink(record);
  return { record, link: `${ports.publicUrl()}/${kind.page}#token=${secret}` };
}

/** Errors: `ProblemError("not-found")`, in the same words for one that is unknown, used, revoked or over. */
export async function requireLink(
  store: StoreReader,
  kind: PersonLinkRecord["kind"],
  secret: string,
  now: number,
): Promise<PersonLinkRecord> {
  const record = await store.findPersonLinkByHash(secretHash(secret));
  if (record !== null && record.kind === kind && isOpen(record, now)) return record;
  throw new ProblemError("not-found", "This link is not valid, or was used, or its time is over. Ask for a new one.");
}

export async function listOpenLinks(store: StoreReader, kind: PersonLinkRecord["kind"], now: number) {
  return (await store.listPersonLinks(kind)).filter((link) => isOpen(link, now));
}

/** Those that fit count no more. */
export async function revokeLinks(
  tx: StoreTransaction,
  kind: PersonLinkRecord["kind"],
  at: number,
  fits: (link: PersonLinkRecord) => boolean,
): Promise<void> {
  for (const link of await listOpenLinks(tx, kind, at)) if (fits(link)) await tx.putPersonLink({ ...link, revokedAt: at });
}

const isOpen = ({ usedAt, revokedAt, expiresAt }: PersonLinkRecord, now: number): boolean =>
  usedAt === null && revokedAt === null && now < expiresAt;
