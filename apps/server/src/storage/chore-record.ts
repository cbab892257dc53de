/** Chores in the store: what the telemetry store still has to do to what it keeps. */

export interface ChoreRecord {
  readonly project: string;
  readonly id: string;
  /** `erase` a person; `hash` the targeting keys that it keeps as they are. */
  readonly kind: "erase" | "hash";
  /** The person to erase, sealed; gone with the chore. */
  readonly sealed: string | null;
  readonly createdAt: number;
  readonly attempts: number;
  readonly dueAt: number;
}

export interface ChoreReads {
  /** Of all projects, the first to come due first. */
  listDueChores(limit: number): Promise<readonly ChoreRecord[]>;
  /** Of one project, the oldest first. */
  listChores(project: string, limit: number): Promise<readonly ChoreRecord[]>;
  countChores(): Promise<number>;
}

export interface ChoreWrites {
  putChore(record: ChoreRecord): Promise<void>;
  removeChore(project: string, id: string): Promise<void>;
}
