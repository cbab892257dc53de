/** Change requests in the store: edits that wait for approvals. */

import type { Actor, ChangeRequestState, Effect, Operation } from "@dimmer/protocol";

export interface ChangeRequestRecord {
  readonly project: string;
  readonly id: string;
  /** Counts the project's change requests from 1. */
  readonly sequence: number;
  readonly state: ChangeRequestState;
  readonly actor: Actor;
  /** Who edited it last. */
  readonly editor: Actor;
  readonly reason: string | null;
  readonly source: string;
  readonly file: string | null;
  readonly undoes: string | null;
  readonly operations: readonly Operation[];
  readonly summary: readonly string[];
  /** The diff against what was there when it was proposed or last edited: what it is held against when it is applied. */
  readonly effects: readonly Effect[];
  readonly approvals: readonly { readonly actor: Actor; readonly at: number }[];
  readonly comments: readonly { readonly actor: Actor; readonly at: number; readonly text: string }[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly settledAt: number | null;
  readonly change: string | null;
}

export interface ChangeRequestPage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly state?: ChangeRequestState | undefined;
}

export interface ChangeRequestReads {
  getChangeRequest(project: string, id: string): Promise<ChangeRequestRecord | null>;
  /** Newest first. */
  listChangeRequests(project: string, page: ChangeRequestPage): Promise<readonly ChangeRequestRecord[]>;
  lastChangeRequestSequence(project: string): Promise<number>;
}

export interface ChangeRequestWrites {
  putChangeRequest(record: ChangeRequestRecord): Promise<void>;
}
