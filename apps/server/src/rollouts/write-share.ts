/** Writes what a rollout decided into the flag, through the one write path, and remembers what it wrote. */

import { strict as assert } from "node:assert";
import { type ChangeResult, type Operation, ProblemError } from "@dimmer/protocol";
import { serveAt } from "../flags/addresses.ts";
import { type Author, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { raiseOperations, restoreOperations, watchedOf } from "./shares.ts";

/** What was made, and the row's fence and memory as they are after it. */
export interface WrittenShare {
  readonly result: ChangeResult;
  readonly fence: number;
  readonly expected: string;
  readonly percent: number;
}

export interface ShareOrder {
  readonly author: Author;
  readonly reason: string;
  /** Undefined for what was there before the start. */
  readonly percent: number | undefined;
  /** Where other people are drawn first. */
  readonly offset?: number | null;
  /** Writes nothing, and says what would come of it. */
  readonly isDry?: boolean;
}

type WritePorts = Omit<ChangePorts, "store">;

/**
 * Shape:  the start was authorised and reviewed, so that its steps take no further review. The caller announces the change.
 * Errors: those of `applyChange`.
 */
export async function writeShare(
  tx: StoreTransaction,
  ports: WritePorts,
  record: RolloutRecord,
  { author, reason, percent, offset = null, isDry = false }: ShareOrder,
): Promise<WrittenShare> {
  const flag = await tx.getFlag(record.project, record.flag);
  const config = flag?.environments[record.environment]?.config;
  const present = config === undefined ? undefined : serveAt(config, record.rule);
  if (flag === null || config === undefined || present === undefined)
    throw new ProblemError("not-found", `${record.flag} serves nothing at ${record.rule} in ${record.environment} any more.`);
  const operations =
    percent === undefined ? restoreOperations(record, flag, config) : raiseOperations(record, present, percent, offset);
  return await write(tx, ports, record, { author, reason, operations, percent: percent ?? 0, isDry });
}

/** For a rollback that the flag does not take: a stop is never refused, and is the safe side. */
export async function stopVariant(
  tx: StoreTransaction,
  ports: WritePorts,
  record: RolloutRecord,
  { author, reason }: Pick<ShareOrder, "author" | "reason">,
): Promise<WrittenShare> {
  const { flag, environment, variant } = record;
  return await write(tx, ports, record, {
    author,
    reason,
    operations: [{ kind: "stop", flag, environment, variant }],
    percent: 0,
  });
}

interface Write {
  readonly author: Author;
  readonly reason: string;
  readonly operations: readonly Operation[];
  readonly percent: number;
  readonly isDry?: boolean;
}

async function write(
  tx: StoreTransaction,
  ports: WritePorts,
  record: RolloutRecord,
  { author, reason, operations, percent, isDry = false }: Write,
): Promise<WrittenShare> {
  const { project, id, terms } = record;
  const reviewed = { request: id, approvals: [terms.startedBy] };
  const order = { project, operations, reason, source: "rollout", reviewed, dryRun: isDry };
  const result = await carryOut(tx, ports, author, order);
  return { result, percent, ...(await fenceOf(tx, record)) };
}

/** Where the flag's block is now, and all of it that somebody could edit. */
export async function fenceOf(
  tx: StoreTransaction,
  record: RolloutRecord,
): Promise<{ readonly fence: number; readonly expected: string }> {
  const flag = await tx.getFlag(record.project, record.flag);
  const expected = watchedOf(record, flag);
  const block = flag?.environments[record.environment];
  assert(expected !== undefined && block !== undefined, "what was written is there");
  return { fence: block.revision, expected };
}
