/** THE write path: everything that changes a snapshot comes through here. */

import type { Actor, ChangeResult, Operation } from "@dimmer/protocol";
import type { Store } from "../storage/store.ts";

/** What an author is allowed to reach; null means everywhere. Roles join with people. */
export interface Author {
  readonly actor: Actor;
  readonly project: string | null;
  readonly environment: string | null;
}

export interface ChangeOrder {
  readonly project: string;
  readonly operations: readonly Operation[];
  readonly reason: string | null;
  readonly source: string;
  /** Resource → revision the author saw; kill and stop ignore it. */
  readonly expected?: Readonly<Record<string, number>>;
  readonly dryRun?: boolean;
  /** The change that this one undoes. */
  readonly undoes?: string;
}

export interface ChangePorts {
  readonly store: Store;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Random bytes for ids, salts and epochs. */
  readonly random: (bytes: number) => Uint8Array;
  /** Signs audit heads; from `DIMMER_SECRET_KEY`. */
  readonly auditKey: Uint8Array;
  /** Called after the commit with every environment whose version moved. Never rejects. */
  readonly committed: (project: string, versions: Readonly<Record<string, number>>) => void;
}

/**
 * Authorises, validates and commits a change in one transaction: the change, its audit row, the new versions.
 *
 * Shape:  commits whole or not at all; a dry run commits nothing and reports the same effects, moves and issues.
 * Errors: `ProblemError`: forbidden, not-found, already-exists, conflict, revision-mismatch, invalid-document. Kill and stop are
 *         never refused for revision or validity, only for want of right.
 * Source: ADR-0006.
 */
export declare function applyChange(ports: ChangePorts, author: Author, order: ChangeOrder): Promise<ChangeResult>;
