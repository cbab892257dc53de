/** Requests and answers of the management API, `/api/v1`. */

import { z } from "zod";
import type {
  ContextDeclaration,
  FlagDefinition,
  FlagEnvironment,
  Issue,
  JsonValue,
  SegmentDefinition,
} from "@dimmer/evaluation";
import type { EvalRequirement } from "./eval-reports.ts";
import { FileName, Operation } from "./operations.ts";
import type { WrittenValue } from "./snippets.ts";
import type { Staleness } from "./staleness.ts";

export const KeyKind = z.enum(["admin", "server", "browser"]);
export type KeyKind = z.infer<typeof KeyKind>;

/** Seconds that an override token may live. */
export const OVERRIDE_TOKEN_SECONDS = { least: 60, most: 7 * 24 * 3_600, usual: 24 * 3_600 } as const;

/** A token that shows chosen variants to whoever carries it, until it expires. */
export interface OverrideToken {
  readonly token: string;
  readonly expiresAt: string;
}

/** Who did something. Names are personal data and can be erased. */
export interface Actor {
  readonly kind: "key" | "person" | "link" | "system";
  readonly id: string;
  readonly name: string;
}

/** How many change variant, from what to what, in one split. */
export interface Move {
  readonly flag: string;
  readonly environment: string;
  /** A rule id, or `default`. */
  readonly rule: string;
  /** `null` is the way on to the next rule. */
  readonly from: string | null;
  readonly to: string | null;
  /** Share of those whom this split decides, in percent with at most three decimals. */
  readonly percent: number;
}

/** One step of a change's diff: the value at a JSON Pointer into a resource, before and after. */
export interface Effect {
  /** `flags/<flag>`, `flags/<flag>/environments/<environment>`, `segments/<segment>[/environments/<environment>]`. */
  readonly resource: string;
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** One accepted edit. */
export interface Change {
  readonly id: string;
  /** Counts the project's changes from 1. */
  readonly sequence: number;
  readonly at: string;
  readonly actor: Actor;
  readonly reason: string | null;
  /** Where it came in: `api`, `cli`, `dashboard`, `file`, `schedule`, `link`, `rollout`, `system`. */
  readonly source: string;
  readonly operations: readonly Operation[];
  readonly effects: readonly Effect[];
  /** Environment → the version this change made. */
  readonly versions: Readonly<Record<string, number>>;
  /** Says the change in words, one sentence an operation. */
  readonly summary: readonly string[];
  /** The change that this one undid, and the one that undid this. */
  readonly undoes: string | null;
  readonly undoneBy: string | null;
}

/** Operations of one change: a file of a thousand flags is applied whole or not at all. */
export const CHANGE_OPERATIONS_MAX = 2_000;

export const ChangeRequest = z.strictObject({
  operations: z.array(Operation).min(1).max(CHANGE_OPERATIONS_MAX),
  reason: z.string().max(2_000).optional(),
  /** Resource → the revision the author saw. */
  expected: z.record(z.string(), z.int().min(0)).optional(),
  /** The file that speaks here: flags and segments that it owns may be edited. */
  file: FileName.optional(),
  /** Validate and report, commit nothing. */
  dryRun: z.boolean().optional(),
});
export type ChangeRequest = z.infer<typeof ChangeRequest>;

/**
 * What became of a change.
 *
 * Shape:  `applied` with the change, `pending` with the id of the change request that it became where an environment requires review, or
 *         `valid` for a dry run; refusals are problems, not results.
 */
export interface ChangeResult {
  readonly status: "applied" | "pending" | "valid";
  readonly change: Change | null;
  readonly request: string | null;
  readonly effects: readonly Effect[];
  readonly moves: readonly Move[];
  /** Warnings only; errors refuse the change. */
  readonly issues: readonly Issue[];
  /** After a kill or stop: what the affected people get now, in words. */
  readonly serving: readonly string[];
}

/** The file that owns a flag's definition and rules: from anywhere else only on and off, stops, shares and what is published change. */
export interface FileOwner {
  /** As it was applied: a path, or where it lies in git. */
  readonly name: string;
  /** `<environment>/<rule>` → the shares that the file had brought, of splits that were moved by hand since. */
  readonly moved: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What became of the file that a server follows. */
export interface FollowedFile {
  readonly project: string;
  readonly file: string;
  /** `failed`: the file as it is now was not applied; what it said before stands. */
  readonly state: "following" | "failed";
  readonly commit: string | null;
  readonly appliedAt: string | null;
  readonly change: string | null;
  readonly problem: { readonly message: string; readonly issues: readonly Issue[] } | null;
}

/** Where a variant's value stands. */
export interface VariantVersions {
  readonly latest: number;
  readonly draft: JsonValue | null;
  readonly hasDraft: boolean;
  /** Of the newest version. */
  readonly written?: WrittenValue;
  /** Of the draft. */
  readonly draftWritten?: WrittenValue;
}

/** A flag as the API shows it: the authored definition, plus where it stands. */
export interface FlagView {
  readonly key: string;
  readonly revision: number;
  readonly salt: string;
  readonly archived: boolean;
  readonly file: FileOwner | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Values are those of the newest version of each variant. */
  readonly definition: FlagDefinition;
  readonly versions: Readonly<Record<string, VariantVersions>>;
  readonly environments: Readonly<Record<string, { readonly revision: number; readonly config: FlagEnvironment }>>;
  /** Only in a list that was asked for a `state`. */
  readonly staleness?: Staleness;
}

/** A flag in one environment as a list shows it: without values, and what it serves in words. */
export interface FlagSummary {
  readonly key: string;
  readonly description: string | null;
  readonly type: FlagDefinition["type"];
  readonly purpose: FlagDefinition["purpose"];
  readonly owner: string;
  readonly tags: readonly string[];
  readonly audience: "server" | "browser";
  readonly variants: readonly string[];
  readonly removeBy: string | null;
  readonly permanent: boolean;
  readonly archived: boolean;
  /** The file that owns it; null where people do. */
  readonly file: string | null;
  readonly hasDraft: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** `absent`: not configured in this environment. */
  readonly state: "on" | "killed" | "absent";
  readonly stopped: readonly string[];
  /** One sentence a path, in the order in which they are tried. */
  readonly serving: readonly string[];
  /** 0 is dark, 1 means everybody gets the first variant. */
  readonly brightness: number;
}

export interface SegmentView {
  readonly key: string;
  readonly revision: number;
  /** The file that owns it; null where people do. */
  readonly file: Pick<FileOwner, "name"> | null;
  readonly definition: SegmentDefinition;
  readonly environments: Readonly<Record<string, number>>;
}

/** A place that asks for a segment. */
export interface SegmentUse {
  readonly segment: string;
  /** Who asks: a flag, or another segment. */
  readonly by: "flag" | "segment";
  readonly key: string;
  /** Null for what holds everywhere: the `only` of a variant. */
  readonly environment: string | null;
  readonly place: "rule" | "fallback" | "only" | "condition";
  /** The rule's id or the variant's name; null elsewhere. */
  readonly name: string | null;
}

/** What a project declares of its evaluation contexts; null at revision 0 where it never did. */
export interface ContextView {
  readonly revision: number;
  readonly declaration: ContextDeclaration | null;
}

/** Keys alone, to complete or to correct one. */
export interface NamesView {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

export interface ProjectView {
  readonly key: string;
  readonly name: string;
  readonly environments: readonly EnvironmentView[];
}

/** What a project says of its telemetry, and what its telemetry store still has to do. */
export interface ProjectTelemetryView {
  /** Whether targeting keys are kept only as keyed hashes. */
  readonly hashTargetingKeys: boolean;
  /** `erase` a person, or `hash` what is kept as it came; the oldest first. */
  readonly chores: readonly {
    readonly kind: "erase" | "hash";
    readonly createdAt: string;
    readonly attempts: number;
    readonly nextAttemptAt: string;
  }[];
}

/** What is left out stays. */
export type EnvironmentEdit = Partial<Pick<EnvironmentView, "name" | "production" | "requireEvals">>;

export interface EnvironmentView {
  readonly key: string;
  readonly name: string;
  readonly production: boolean;
  /** Approvals that an edit takes which reaches it; 0 for none. */
  readonly requireReview: number;
  /** The evals that a value must have passed before this environment serves it. */
  readonly requireEvals: readonly EvalRequirement[];
  readonly epoch: string;
  readonly version: number;
}

export interface KeyView {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** The first characters, to recognise it by. */
  readonly prefix: string;
  /** What an admin token may do in its place; null for keys of SDKs. */
  readonly role: string | null;
  readonly project: string | null;
  readonly environment: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** The secret is shown in this answer and never again. */
export interface CreatedKey extends KeyView {
  readonly secret: string;
}

export interface ValueVersionView {
  readonly variant: string;
  readonly number: number;
  readonly digest: string;
  readonly value: JsonValue;
  /** Only where it was made with snippets. */
  readonly written?: WrittenValue;
  readonly createdAt: string;
  readonly publishedIn: readonly string[];
}

export interface AuditRow {
  readonly chain: string;
  readonly sequence: number;
  readonly at: string;
  readonly action: string;
  /** Null where it was erased. */
  readonly actor: Actor | null;
  readonly details: JsonValue | null;
  readonly hash: string;
}

export interface AuditVerdict {
  readonly chain: string;
  readonly ok: boolean;
  readonly rows: number;
  readonly head: string;
  /** The first row that does not fit, and why. */
  readonly firstBad: { readonly sequence: number; readonly why: string } | null;
}

/** How an SDK is connected: `away` has lost its stream and not come back yet. */
export type SdkConnection = "streaming" | "polling" | "away";

/** One SDK that the server knows of: an open client in some process. */
export interface SdkView {
  readonly instance: string;
  readonly name: string;
  readonly version: string;
  /** The id of the key it comes with. */
  readonly key: string;
  readonly connection: SdkConnection;
  /** What it says it answers from; null before its first snapshot. */
  readonly holds: { readonly epoch: string; readonly version: number } | null;
  /** Whether that is the version asked about, or a later one. */
  readonly hasArrived: boolean;
  /** What its app has switched off by itself: `flag` or `flag:variant`. */
  readonly localKills: readonly string[];
  /** Milliseconds since it last asked or reported, at the time of the answer; an age, because clocks differ. */
  readonly lastSeenMsAgo: number;
}

/** How far a version has come, in numbers. */
export interface SdkArrival {
  readonly epoch: string;
  readonly version: number;
  /** SDKs that are known, and how many of them hold the version or a later one. */
  readonly sdks: number;
  readonly arrived: number;
  /** The others by how they are connected; `lastSeenMsAgo` is that of the one not heard of for longest. */
  readonly behind: readonly { readonly connection: SdkConnection; readonly sdks: number; readonly lastSeenMsAgo: number }[];
  /** Streams whose reader does not say who it is, or that are more than can be kept in mind. */
  readonly unnamed: number;
}

/** A page of SDKs, by instance, with the numbers of all. */
export interface SdkPage extends Page<SdkView> {
  readonly arrival: SdkArrival;
}

/** Pages run newest first; `next` is the cursor of the following page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
