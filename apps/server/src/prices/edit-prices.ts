/** Edits of a project's prices and of its limit, each with its row in the audit. */

import {
  type ModelPrice,
  type PriceAddress,
  PRICE_LIMITS,
  type PriceRequest,
  type PricesView,
  ProblemError,
} from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import type { PriceSheetRecord } from "../storage/price-sheet-record.ts";
import type { StoreReader } from "../storage/store.ts";

/** What a project says of prices; nothing until somebody says something. Errors: not-found for a project that is not there. */
export async function requireSheet(store: StoreReader, project: string): Promise<PriceSheetRecord> {
  await requireProject(store, project);
  return await sheetOf(store, project);
}

/** The same of a project that is there. */
export const sheetOf = async (store: StoreReader, project: string): Promise<PriceSheetRecord> =>
  (await store.getPriceSheet(project)) ?? { project, outputLimitUsd: null, prices: [] };

export const pricesView = ({ outputLimitUsd, prices }: PriceSheetRecord): PricesView => ({ outputLimitUsd, items: prices });

type Edit = (before: PriceSheetRecord, at: number) => { readonly after: PriceSheetRecord; readonly details: object };

/**
 * Sets the price of a model from a day on; what has been priced stays as it was.
 *
 * Errors: `ProblemError`: forbidden, not-found for a project that is not there, conflict beyond the bound.
 * Source: ADR-0045.
 */
export async function setPrice(
  ports: AccessPorts,
  author: Author,
  project: string,
  { from, ...request }: PriceRequest,
): Promise<PriceSheetRecord> {
  return await editSheet(ports, author, project, "price.set", (before, at) => {
    const price: ModelPrice = { ...request, from: from ?? new Date(at).toISOString().slice(0, 10) };
    const others = before.prices.filter((one) => !isAt(one, price));
    if (others.length >= PRICE_LIMITS.prices)
      throw new ProblemError("conflict", `The project has ${PRICE_LIMITS.prices} prices. Remove one first.`);
    return { after: { ...before, prices: [...others, price].sort(byAddress) }, details: price };
  });
}

/** Errors: those of `setPrice`; not-found for a price that is not there. */
export async function removePrice(
  ports: AccessPorts,
  author: Author,
  project: string,
  address: PriceAddress,
): Promise<PriceSheetRecord> {
  return await editSheet(ports, author, project, "price.remove", (before) => {
    const price = before.prices.find((one) => isAt(one, address));
    if (price === undefined)
      throw new ProblemError("not-found", `There is no price of ${address.model} of ${address.provider} from ${address.from}.`);
    return { after: { ...before, prices: before.prices.filter((one) => one !== price) }, details: price };
  });
}

/** What is served stays; the next edit of a flag is held against the limit. Errors: those of `setPrice`. */
export async function setPriceLimit(
  ports: AccessPorts,
  author: Author,
  project: string,
  outputUsd: number | null,
): Promise<PriceSheetRecord> {
  return await editSheet(ports, author, project, "price-limit.set", (before) => ({
    after: { ...before, outputLimitUsd: outputUsd },
    details: { before: before.outputLimitUsd, after: outputUsd },
  }));
}

async function editSheet(
  ports: AccessPorts,
  author: Author,
  project: string,
  action: string,
  edit: Edit,
): Promise<PriceSheetRecord> {
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "project.edit", { project, environment: null }, at);
    const { after, details } = edit(await requireSheet(tx, project), at);
    await tx.putPriceSheet(after);
    await appendAudit(tx, { chain: projectChain(project), at, action, actor: author.actor, details: { ...details } }, ports);
    return after;
  });
}

const isAt = (one: PriceAddress, other: PriceAddress): boolean =>
  one.provider === other.provider && one.model === other.model && one.from === other.from;

const addressOf = ({ provider, model, from }: PriceAddress): string => JSON.stringify([provider, model, from]);
const byAddress = (one: PriceAddress, other: PriceAddress): number => (addressOf(one) < addressOf(other) ? -1 : 1);
