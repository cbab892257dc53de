/** What a link does: nothing when it is looked at, its one kill or stop when it is used. */

import { type ChangeResult, type LinkUse, type Operation, ProblemError } from "@dimmer/protocol";
import { MAX_SECRET, secretHash } from "../access/key-secret.ts";
import { announce, type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import type { LinkRecord } from "../storage/link-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { isLive } from "./links.ts";

/** A use that finds it off already is written down at most this often: whoever has the link cannot fill the history with it. */
export const REPEAT_MS = 60_000;

/**
 * Finds the live link of a secret.
 *
 * Shape:  always after the same look-up of a digest, so that time tells nothing of how much of a guess was right.
 * Errors: `ProblemError("not-found")`, in the same words for an unknown, a revoked and an expired one.
 */
export async function findLink(store: StoreReader, secret: string, now: number): Promise<LinkRecord> {
  const record = await store.findLinkByHash(secretHash(secret.slice(0, MAX_SECRET + 1)));
  if (record !== null && isLive(record, now)) return record;
  throw new ProblemError("not-found", "There is no such link, or it was revoked, or its time is over.");
}

/** Whether what it turns off is off; null where the flag is not there any more. */
export async function isOff(store: StoreReader, { project, flag, environment, variant }: LinkRecord): Promise<boolean | null> {
  const config = (await store.getFlag(project, flag))?.environments[environment]?.config;
  if (config === undefined) return null;
  return variant === null ? !config.enabled : config.stopped?.includes(variant) === true;
}

/**
 * Turns it off, in the link's own name.
 *
 * Shape:  one transaction. Where it is off already that is said, and is no error. There is no limit to how often a link may turn off
 *         what is on: a kill is refused for nothing but a link that does not count.
 * Errors: `ProblemError("not-found")` for no live link, and where the flag has gone; the store's own.
 * Source: design 5; ADR-0020.
 */
export async function useLink(ports: ChangePorts, secret: string): Promise<LinkUse> {
  // Guesses are refused before they could queue for the one writer.
  await findLink(ports.store, secret, ports.clock());
  const { link, result, wasOff } = await ports.store.transaction(async (tx) => {
    const now = ports.clock();
    const link = await findLink(tx, secret, now);
    const wasOff = (await isOff(tx, link)) === true;
    if (wasOff && link.usedAt !== null && now - link.usedAt < REPEAT_MS) return { link, result: null, wasOff };
    const order = { project: link.project, operations: [operationOf(link)], reason: null, source: "link" };
    const result = await carryOut(tx, ports, authorOf(link), order);
    await tx.putLink({ ...link, usedAt: now });
    return { link, result, wasOff };
  });
  if (result !== null) announce(ports, link.project, result);
  return view(link, result, wasOff);
}

function operationOf({ flag, environment, variant }: LinkRecord): Operation {
  return variant === null ? { kind: "kill", flag, environment } : { kind: "stop", flag, environment, variant };
}

/** It may turn off in the one environment, and nothing else. */
function authorOf({ id, name, project, environment }: LinkRecord): Author {
  return { actor: { kind: "link", id, name }, grants: [{ role: "link", rights: ["flag.kill"], project, environment }] };
}

function view({ flag, environment, variant }: LinkRecord, result: ChangeResult | null, wasOff: boolean): LinkUse {
  return { status: wasOff ? "already-off" : "off", flag, environment, variant, serving: result?.serving ?? [] };
}
