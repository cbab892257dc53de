/** The port to the control store: records in, records out. SQL lives behind it, in `storage/<noun>.ts`. */

import type { FlagDefinition, FlagEnvironment, JsonValue, SegmentDefinition, SegmentEnvironment } from "@dimmer/evaluation";
import type { Actor, Change, Effect, EvalRequirement, FileOwner, KeyKind, Operation, WrittenValue } from "@dimmer/protocol";
import type { AuditHeadRecord, AuditLinkRecord, AuditPayloadRecord, AuditRowRecord } from "./audit-record.ts";
import type { RecordReads, RecordWrites } from "./record-ports.ts";

/** Times are epoch milliseconds. Text ids are chosen by the caller. */
export interface InstallationRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly keyCheck: string;
  /** The data directory's mark when it was last served from there; empty before. */
  readonly mark: string;
}

export interface ProjectRecord {
  readonly key: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface EnvironmentRecord {
  readonly project: string;
  readonly key: string;
  readonly name: string;
  readonly production: boolean;
  /** Approvals that an edit takes which reaches it; 0 for none. */
  readonly requireReview: number;
  readonly requireEvals: readonly EvalRequirement[];
  readonly epoch: string;
  readonly version: number;
  readonly createdAt: number;
}

/** The fields a flag has in every environment; variants without their values, in authored order. */
export type SharedDefinition = Omit<FlagDefinition, "variants" | "environments" | "salt">;

/** A value as it is served; `written` where it was made with snippets. */
export interface StoredValue {
  readonly value: JsonValue;
  readonly written?: WrittenValue;
}

export interface VariantRecord {
  readonly description?: string;
  readonly only?: NonNullable<NonNullable<FlagDefinition["variants"]>[string]["only"]>;
  /** Number of the newest value version, from 1. */
  readonly latest: number;
  readonly draft?: StoredValue;
}

/** A flag with everything that decides it. */
export interface FlagRecord {
  readonly project: string;
  readonly key: string;
  readonly revision: number;
  readonly salt: string;
  readonly definition: SharedDefinition;
  readonly variants: Readonly<Record<string, VariantRecord>>;
  readonly environments: Readonly<Record<string, FlagEnvironmentRecord>>;
  /** The file that owns definition and rules; null where people do. */
  readonly file: FileOwner | null;
  readonly archivedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `config.published` names every variant; every split in it has its `stored` form. */
export interface FlagEnvironmentRecord {
  readonly revision: number;
  readonly config: FlagEnvironment;
}

/** An immutable version of one variant's value. */
export interface ValueVersionRecord extends StoredValue {
  readonly project: string;
  readonly flag: string;
  readonly variant: string;
  readonly number: number;
  readonly digest: string;
  readonly createdAt: number;
}

export interface SegmentRecord {
  readonly project: string;
  readonly key: string;
  readonly revision: number;
  readonly definition: Omit<SegmentDefinition, "environments">;
  readonly environments: Readonly<Record<string, { readonly revision: number; readonly config: SegmentEnvironment }>>;
  /** The file that owns it; null where people do, and of no meaning once it is removed. */
  readonly file: Pick<FileOwner, "name"> | null;
  readonly removedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A change as stored; `Change` is its wire form. `inverse` is computed when it is applied and kept beside it. */
export interface ChangeRecord extends Omit<Change, "at"> {
  readonly project: string;
  readonly at: number;
  readonly inverse: readonly Operation[];
}

/** What one flag or segment was in one environment after one change: the material of history, diff and undo. */
export interface RevisionRecord {
  readonly project: string;
  readonly environment: string;
  readonly kind: "flag" | "segment";
  readonly key: string;
  readonly revision: number;
  /** The environment's version that this revision came with. */
  readonly version: number;
  readonly change: string;
  /** Null where the flag left the environment (archived, block removed). */
  readonly config: FlagEnvironment | SegmentEnvironment | null;
}

export interface KeyRecord {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  /** What an admin token may do in its place; null for keys of SDKs. */
  readonly role: string | null;
  readonly project: string | null;
  readonly environment: string | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** A secret that must be readable again: sealed with `DIMMER_SECRET_KEY`, useless without it. */
export interface SealedSecretRecord {
  readonly id: string;
  /** `signing-key`; webhooks and connections keep theirs in their own rows. */
  readonly purpose: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly sealed: string;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

/** What a request with an `Idempotency-Key` was answered, so that the same request gets the same answer again. */
export interface RequestAnswerRecord {
  /** Id of the key that asked. */
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly at: number;
  /** Keyed digest of the whole request, so that nobody can guess from it what was asked. */
  readonly fingerprint: string;
  readonly status: number;
  /** Headers and body, sealed: they may hold a secret that is shown once. Null where only the fact is kept. */
  readonly sealed: string | null;
}

/** Which answers stay. */
export interface RequestAnswerBounds {
  /** Those of this time and before go. */
  readonly until: number;
  readonly newestOfCaller: number;
  readonly newest: number;
}

export type ValuePlace = Pick<ValueVersionRecord, "flag" | "variant" | "number">;

/** Of many flags only what is asked for: reading and parsing is nearly all that ten thousand of them cost. */
export interface FlagQuery {
  readonly archived?: boolean;
  /** The records have no other environment's block. */
  readonly environment?: string;
  /** Only flags with such a key somewhere in their conditions or blocks, and perhaps a few more: a sieve. */
  readonly naming?: "requires" | "segment" | "expect";
}

export interface ChangePage {
  readonly limit: number;
  readonly before?: number;
  readonly after?: number;
  readonly flag?: string;
  /** Those that reached any of them. */
  readonly environments?: readonly string[];
}

/** Reads see one consistent state inside a transaction; outside they see the last commit. */
export interface StoreReader extends RecordReads {
  installation(): Promise<InstallationRecord | null>;
  listProjects(): Promise<readonly ProjectRecord[]>;
  getProject(key: string): Promise<ProjectRecord | null>;
  listEnvironments(project: string): Promise<readonly EnvironmentRecord[]>;
  getEnvironment(project: string, key: string): Promise<EnvironmentRecord | null>;

  getFlag(project: string, key: string): Promise<FlagRecord | null>;
  /** By key; archived ones too unless left out. */
  listFlags(project: string, query?: FlagQuery): Promise<readonly FlagRecord[]>;
  /** Keys of those that are not archived, in order. */
  listFlagKeys(project: string): Promise<readonly string[]>;
  getValueVersion(project: string, flag: string, variant: string, number: number): Promise<ValueVersionRecord | null>;
  /** Those of them that are there, in no order. */
  listValuesAt(project: string, places: readonly ValuePlace[]): Promise<readonly ValueVersionRecord[]>;
  listValueVersions(project: string, flag: string): Promise<readonly ValueVersionRecord[]>;
  /** Only those that a flag of the project has published in the environment now. */
  listPublishedValues(project: string, environment: string): Promise<readonly ValueVersionRecord[]>;

  getSegment(project: string, key: string): Promise<SegmentRecord | null>;
  listSegments(project: string): Promise<readonly SegmentRecord[]>;
  /** Keys of those that are not removed, in order. */
  listSegmentKeys(project: string): Promise<readonly string[]>;

  getChange(project: string, id: string): Promise<ChangeRecord | null>;
  /** Newest first, below `before` and above `after` (sequences) where given; the others filter by what the change touched. */
  listChanges(project: string, page: ChangePage): Promise<readonly ChangeRecord[]>;
  lastChangeSequence(project: string): Promise<number>;
  getRevision(
    project: string,
    environment: string,
    kind: "flag" | "segment",
    key: string,
    revision: number,
  ): Promise<RevisionRecord | null>;
  listRevisions(project: string, environment: string, kind: "flag" | "segment", key: string): Promise<readonly RevisionRecord[]>;
  /** The same of many flags, by key. */
  listFlagRevisions(project: string, environment: string, flags: readonly string[]): Promise<readonly RevisionRecord[]>;
  /** The newest revision of every flag and segment at or before an environment's version. */
  listRevisionsAt(project: string, environment: string, version: number): Promise<readonly RevisionRecord[]>;
  /** Which flags and segments became something else after an environment's version; each once. */
  listChangedSince(
    project: string,
    environment: string,
    version: number,
  ): Promise<readonly Pick<RevisionRecord, "kind" | "key">[]>;

  /** Of exactly this project; null for those of the whole installation. */
  listKeys(project: string | null): Promise<readonly KeyRecord[]>;
  findKeyByHash(hash: string): Promise<KeyRecord | null>;
  getKey(id: string): Promise<KeyRecord | null>;
  listSecrets(purpose: string, project: string | null, environment: string | null): Promise<readonly SealedSecretRecord[]>;
  getRequestAnswer(caller: string, idempotencyKey: string): Promise<RequestAnswerRecord | null>;

  getAuditHead(chain: string): Promise<AuditHeadRecord | null>;
  listAuditChains(): Promise<readonly string[]>;
  /** Oldest first from `after` (exclusive), for verification. */
  listAuditRows(chain: string, after: number, limit: number): Promise<readonly AuditRowRecord[]>;
  /** The same without payloads. */
  listAuditLinks(chain: string, after: number, limit: number): Promise<readonly AuditLinkRecord[]>;
  /** Newest first below `before`. */
  listAuditLinksBackwards(chain: string, before: number | null, limit: number): Promise<readonly AuditLinkRecord[]>;
  listAuditPayloads(chain: string, from: number, to: number): Promise<readonly AuditPayloadRecord[]>;
  /** After `after` up to `to`, itself included. */
  countAuditPayloads(chain: string, after: number, to: number): Promise<number>;
}

/** Writes exist only inside a transaction. `put…` inserts or replaces by primary key. */
export interface StoreTransaction extends StoreReader, RecordWrites {
  putInstallation(record: InstallationRecord): Promise<void>;
  putProject(record: ProjectRecord): Promise<void>;
  putEnvironment(record: EnvironmentRecord): Promise<void>;
  putFlag(record: FlagRecord): Promise<void>;
  /** Immutable: putting a number again with another digest is a bug and asserts. */
  putValueVersion(record: ValueVersionRecord): Promise<void>;
  putSegment(record: SegmentRecord): Promise<void>;
  putChange(record: ChangeRecord): Promise<void>;
  putRevision(record: RevisionRecord): Promise<void>;
  putKey(record: KeyRecord): Promise<void>;
  putSecret(record: SealedSecretRecord): Promise<void>;
  /** One that is there already is an error, never an overwrite: the request was answered. */
  putRequestAnswer(record: RequestAnswerRecord): Promise<void>;
  dropRequestAnswers(bounds: RequestAnswerBounds): Promise<void>;
  /** Takes the content of every answer away and leaves that it was given: sealed text cannot be searched for a person. */
  blankRequestAnswers(): Promise<void>;
  /** Appends; a sequence that exists already is an error, never an overwrite. */
  appendAudit(link: AuditLinkRecord, payloads: readonly AuditPayloadRecord[], head: AuditHeadRecord): Promise<void>;
  /** Puts another signature under a head that is where it was. */
  signAuditHead(head: AuditHeadRecord): Promise<void>;
  /** Blanks content and salt, so that nobody can guess the content from the digest that stays in the link's body. */
  blankAuditPayload(chain: string, sequence: number, part: "actor" | "details"): Promise<void>;
}

/**
 * The control store.
 *
 * Shape:  `transaction` runs one writer at a time; when its promise resolves the commit is on disk and survives a power cut.
 *         It rolls back when `work` rejects, and rejects with the same error.
 * Errors: `ProblemError("store-unavailable")` when it cannot write, `store-full` when the disk is full; `assert` failures for our own bugs.
 * Source: `store.contract.ts`, which every dialect runs.
 */
export interface Store extends StoreReader {
  readonly dialect: "sqlite" | "postgres";
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Rejects unless the store answers and is durable as promised. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export type { Effect, Actor, AuditHeadRecord, AuditLinkRecord, AuditPayloadRecord, AuditRowRecord };
