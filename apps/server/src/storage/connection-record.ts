/** Connections to providers in the store: the credential sealed, and what went through in a day. */

import type { ConnectionFormat } from "@dimmer/protocol";

export interface ConnectionRecord {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly format: ConnectionFormat;
  readonly baseUrl: string;
  readonly region: string | null;
  readonly sealed: string;
  readonly budgetMicroUsd: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ConnectionDayRecord {
  readonly connection: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly calls: number;
  readonly failures: number;
  readonly unpriced: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  readonly reservedMicroUsd: number;
}

export interface ConnectionReads {
  /** By name. */
  listConnections(project: string, environment: string): Promise<readonly ConnectionRecord[]>;
  getConnection(project: string, environment: string, id: string): Promise<ConnectionRecord | null>;
  /** Null for a day without a call. */
  getConnectionDay(connection: string, day: string): Promise<ConnectionDayRecord | null>;
}

export interface ConnectionWrites {
  putConnection(record: ConnectionRecord): Promise<void>;
  /** With its days. */
  removeConnection(id: string): Promise<void>;
  /** Drops the connection's days before `since`. */
  putConnectionDay(record: ConnectionDayRecord, since: string): Promise<void>;
}
