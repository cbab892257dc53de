/** Roles in the store: those that were made here, beside the built-in ones. */

import type { Right } from "@dimmer/protocol";

export interface RoleRecord {
  readonly name: string;
  /** Empty where nobody wrote one. */
  readonly description: string;
  readonly rights: readonly Right[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface RoleReads {
  getRole(name: string): Promise<RoleRecord | null>;
  /** By name. */
  listRoles(): Promise<readonly RoleRecord[]>;
}

export interface RoleWrites {
  putRole(record: RoleRecord): Promise<void>;
  removeRole(name: string): Promise<void>;
}
