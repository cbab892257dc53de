/** The tables of the control store, as Kysely sees them: text, integers, epoch milliseconds, and JSON as text. */

import type { ActingTables } from "./acting-tables.ts";
import type { ExperimentTables } from "./experiment-tables.ts";
import type { ModelTables } from "./model-tables.ts";
import type { PersonTables } from "./person-tables.ts";
import type { RolloutTables } from "./rollout-tables.ts";
import type { WatchTables } from "./watch-tables.ts";

export interface Tables extends WatchTables, PersonTables, ModelTables, ActingTables, ExperimentTables, RolloutTables {
  readonly installation: InstallationTable;
  readonly projects: ProjectTable;
  readonly environments: EnvironmentTable;
  readonly flags: FlagTable;
  readonly flag_variants: FlagVariantTable;
  readonly flag_environments: FlagEnvironmentTable;
  readonly published_values: PublishedValueTable;
  readonly value_versions: ValueVersionTable;
  readonly segments: SegmentTable;
  readonly segment_environments: SegmentEnvironmentTable;
  readonly changes: ChangeTable;
  readonly change_reaches: ChangeReachTable;
  readonly revisions: RevisionTable;
  readonly keys: KeyTable;
  readonly roles: RoleTable;
  readonly secrets: SecretTable;
  readonly request_answers: RequestAnswerTable;
  readonly audit_links: AuditLinkTable;
  readonly audit_payloads: AuditPayloadTable;
  readonly audit_heads: AuditHeadTable;
  readonly schedules: ScheduleTable;
  readonly change_requests: ChangeRequestTable;
  readonly links: LinkTable;
  readonly contexts: ContextTable;
}

/** `only_row` is always 1, so that there is never a second installation. */
interface InstallationTable {
  readonly only_row: number;
  readonly id: string;
  readonly created_at: number;
  readonly key_check: string;
  readonly mark: string;
}

interface ProjectTable {
  readonly key: string;
  readonly name: string;
  readonly created_at: number;
}

interface ContextTable {
  readonly project: string;
  readonly revision: number;
  readonly declaration: string | null;
}

interface EnvironmentTable {
  readonly project: string;
  readonly key: string;
  readonly name: string;
  readonly production: number;
  readonly require_review: number;
  readonly require_evals: string;
  readonly epoch: string;
  readonly version: number;
  readonly created_at: number;
}

export interface FlagTable {
  readonly project: string;
  readonly key: string;
  readonly revision: number;
  readonly salt: string;
  readonly definition: string;
  readonly file: string | null;
  readonly archived_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** `position` keeps the authored order. `draft` is the JSON of `{ value }`, so that a draft of null is a draft. */
export interface FlagVariantTable {
  readonly project: string;
  readonly flag: string;
  readonly variant: string;
  readonly position: number;
  readonly description: string | null;
  readonly only_condition: string | null;
  readonly latest: number;
  readonly draft: string | null;
}

export interface FlagEnvironmentTable {
  readonly project: string;
  readonly flag: string;
  readonly environment: string;
  readonly revision: number;
  readonly config: string;
}

/** What each environment serves, out of `flag_environments.config`, so that published values are one join. */
interface PublishedValueTable {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly variant: string;
  readonly number: number;
}

export interface ValueVersionTable {
  readonly project: string;
  readonly flag: string;
  readonly variant: string;
  readonly number: number;
  readonly digest: string;
  readonly value: string;
  readonly created_at: number;
  /** With the tags of its snippets; null where it was made without. */
  readonly written: string | null;
  readonly snippets: string | null;
}

export interface SegmentTable {
  readonly project: string;
  readonly key: string;
  readonly revision: number;
  readonly definition: string;
  readonly removed_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface SegmentEnvironmentTable {
  readonly project: string;
  readonly segment: string;
  readonly environment: string;
  readonly revision: number;
  readonly config: string;
}

export interface ChangeTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly source: string;
  readonly operations: string;
  readonly inverse: string;
  readonly effects: string;
  readonly versions: string;
  readonly summary: string;
  readonly undoes: string | null;
  readonly undone_by: string | null;
}

/** Which flags and environments a change reached; empty text stands for none. */
interface ChangeReachTable {
  readonly project: string;
  readonly sequence: number;
  readonly flag: string;
  readonly environment: string;
}

export interface RevisionTable {
  readonly project: string;
  readonly environment: string;
  readonly kind: string;
  readonly key: string;
  readonly revision: number;
  readonly version: number;
  readonly change: string;
  readonly config: string | null;
}

export interface KeyTable {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: string;
  readonly role: string | null;
  readonly project: string | null;
  readonly environment: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
}

export interface RoleTable {
  readonly name: string;
  readonly description: string;
  readonly rights: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface SecretTable {
  readonly id: string;
  readonly purpose: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly sealed: string;
  readonly created_at: number;
  readonly retired_at: number | null;
}

export interface RequestAnswerTable {
  readonly caller: string;
  readonly idempotency_key: string;
  readonly at: number;
  readonly fingerprint: string;
  readonly status: number;
  readonly sealed: string | null;
}

interface AuditLinkTable {
  readonly chain: string;
  readonly sequence: number;
  readonly body: string;
  readonly hash: string;
}

export interface AuditPayloadTable {
  readonly chain: string;
  readonly sequence: number;
  readonly part: string;
  readonly salt: string;
  readonly content: string | null;
}

interface AuditHeadTable {
  readonly chain: string;
  readonly sequence: number;
  readonly hash: string;
  readonly signature: string;
}

export interface ScheduleTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly state: string;
  readonly due_at: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly operations: string;
  readonly expected: string;
  readonly undoes: string | null;
  readonly kills: string | null;
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly change: string | null;
  readonly problem: string | null;
}

export interface ChangeRequestTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly state: string;
  readonly actor: string;
  readonly editor: string;
  readonly reason: string | null;
  readonly source: string;
  readonly file: string | null;
  readonly undoes: string | null;
  readonly operations: string;
  readonly summary: string;
  readonly effects: string;
  readonly approvals: string;
  readonly comments: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly settled_at: number | null;
  readonly change: string | null;
}

export interface LinkTable {
  readonly project: string;
  readonly id: string;
  readonly name: string;
  readonly flag: string;
  readonly environment: string;
  readonly variant: string | null;
  readonly prefix: string;
  readonly hash: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly used_at: number | null;
}
