/** The answers of the API as schemas: they strip what does not belong, and OpenAPI describes them. */

import { z } from "zod";
import type { Evaluation, FlagDocument, FlagMetadata, Issue, JsonValue, Snapshot, TraceStep } from "@dimmer/evaluation";
import {
  ContextDeclarationPart,
  EvalRequirement,
  KeyKind,
  Operation,
  ErrorCodePart,
  FlagDefinitionPart,
  FlagEnvironmentPart,
  FlagFields,
  ReasonPart,
  SegmentDefinitionPart,
  type Actor,
  type AuditRow,
  type AuditVerdict,
  type Change,
  type ChangeResult,
  type ContextView,
  type CreatedKey,
  type Effect,
  type EnvironmentView,
  type FileOwner,
  type FlagSummary,
  type FlagView,
  type KeyView,
  type Move,
  type Page,
  type ProjectView,
  type NamesView,
  type SegmentUse,
  type SegmentView,
  type Staleness,
  type ValueVersionView,
  type WrittenValue,
} from "@dimmer/protocol";

/** Any JSON. One named schema, as `z.json()` comes out as a reference to nowhere. */
export const JsonValueView = z.custom<JsonValue>((value) => value !== undefined).meta({ id: "JsonValue" });
/** A whole snapshot, a trace, an exported document: made by us, described by `spec/`. */
const described = <T>(id: string) => z.custom<T>((value) => typeof value === "object" && value !== null).meta({ id });
export const SnapshotPart = described<Snapshot>("Snapshot");
export const TracePart = described<readonly TraceStep[]>("Trace");
export const FlagDocumentPart = described<FlagDocument>("FlagDocument");

// The operations are the protocol's; here they get their name in OpenAPI.
z.globalRegistry.add(Operation, { id: "Operation" });
z.globalRegistry.add(KeyKind, { id: "KeyKind" });

export const IssueView: z.ZodType<Issue> = z
  .object({
    path: z.string().describe("JSON Pointer into what was sent."),
    code: z.string(),
    message: z.string(),
    mend: z.string(),
    severity: z.enum(["error", "warning"]),
  })
  .meta({ id: "Issue" });

export const ProblemView = z
  .object({
    type: z.string().describe("`urn:dimmer:problem:<code>`."),
    code: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    issues: z.array(IssueView).optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details." });

export const ActorView: z.ZodType<Actor> = z
  .object({ kind: z.enum(["key", "person", "link", "system"]), id: z.string(), name: z.string() })
  .meta({ id: "Actor" });

const time = z.string().describe("RFC 3339, UTC.");

export const EnvironmentSchema: z.ZodType<EnvironmentView> = z
  .object({
    key: z.string(),
    name: z.string(),
    production: z.boolean(),
    requireReview: z.int().describe("Approvals that an edit takes which reaches it."),
    requireEvals: z
      .array(EvalRequirement.meta({ id: "EvalRequirement" }))
      .describe("What a value must have passed before it is served here."),
    epoch: z.string(),
    version: z.int(),
  })
  .meta({ id: "Environment" });

export const ProjectSchema: z.ZodType<ProjectView> = z
  .object({ key: z.string(), name: z.string(), environments: z.array(EnvironmentSchema) })
  .meta({ id: "Project" });

const FileOwnerView: z.ZodType<FileOwner> = z
  .object({ name: z.string(), moved: z.record(z.string(), z.record(z.string(), z.number())) })
  .meta({
    id: "FileOwner",
    description: "The file that owns a flag's definition and rules, and the splits that were moved by hand.",
  });

const StalenessView: z.ZodType<Staleness> = z.object({
  state: z.enum(["stale", "unknown", "active"]),
  reasons: z.array(
    z.object({
      code: z.enum(["overdue", "never-evaluated", "not-evaluated", "one-variant", "no-telemetry"]),
      text: z.string().describe("The same in words."),
    }),
  ),
});

const WrittenValueSchema: z.ZodType<WrittenValue> = z
  .object({ value: JsonValueView, snippets: z.record(z.string(), z.int()) })
  .meta({ id: "WrittenValue", description: "What was written of a value that was made with snippets, and their versions." });

export const FlagSchema: z.ZodType<FlagView> = z
  .object({
    key: z.string(),
    revision: z.int(),
    salt: z.string(),
    archived: z.boolean(),
    file: FileOwnerView.nullable(),
    createdAt: time,
    updatedAt: time,
    definition: FlagDefinitionPart,
    versions: z.record(
      z.string(),
      z.object({
        latest: z.int(),
        draft: JsonValueView.nullable(),
        hasDraft: z.boolean(),
        written: WrittenValueSchema.exactOptional(),
        draftWritten: WrittenValueSchema.exactOptional(),
      }),
    ),
    environments: z.record(z.string(), z.object({ revision: z.int(), config: FlagEnvironmentPart })),
    staleness: StalenessView.exactOptional().describe("Only in a list that was asked for a `state`."),
  })
  .meta({ id: "Flag" });

export const FlagSummarySchema: z.ZodType<FlagSummary> = z
  .object({
    key: z.string(),
    description: z.string().nullable(),
    type: z.enum(["boolean", "string", "number", "object"]),
    purpose: FlagFields.shape.purpose.unwrap(),
    owner: z.string(),
    tags: z.array(z.string()),
    audience: z.enum(["server", "browser"]),
    variants: z.array(z.string()),
    removeBy: z.string().nullable(),
    permanent: z.boolean(),
    archived: z.boolean(),
    file: z.string().nullable(),
    hasDraft: z.boolean(),
    createdAt: time,
    updatedAt: time,
    state: z.enum(["on", "killed", "absent"]),
    stopped: z.array(z.string()),
    serving: z.array(z.string()).describe("What it serves, one sentence a path."),
    brightness: z.number().describe("0 is dark, 1 means everybody gets the first variant."),
  })
  .meta({ id: "FlagSummary" });

export const FlagEnvironmentSchema: z.ZodType<FlagView["environments"][string]> = z
  .object({ revision: z.int(), config: FlagEnvironmentPart })
  .meta({ id: "FlagInEnvironment" });

export const SegmentSchema: z.ZodType<SegmentView> = z
  .object({
    key: z.string(),
    revision: z.int(),
    file: z.object({ name: z.string() }).nullable().describe("The file that owns it; null where people do."),
    definition: SegmentDefinitionPart,
    environments: z.record(z.string(), z.int()),
  })
  .meta({ id: "Segment" });

const SegmentUseSchema: z.ZodType<SegmentUse> = z
  .object({
    segment: z.string(),
    by: z.enum(["flag", "segment"]),
    key: z.string().describe("Of the flag or segment that asks."),
    environment: z.string().nullable().describe("Null for what holds everywhere."),
    place: z.enum(["rule", "fallback", "only", "condition"]),
    name: z.string().nullable().describe("The rule's id or the variant's name."),
  })
  .meta({ id: "SegmentUse" });
export const SegmentUsesSchema: z.ZodType<{ readonly items: readonly SegmentUse[] }> = z.object({
  items: z.array(SegmentUseSchema),
});

export const ContextSchema: z.ZodType<ContextView> = z
  .object({ revision: z.int(), declaration: ContextDeclarationPart.nullable() })
  .meta({ id: "DeclaredContext" });

export const NamesSchema: z.ZodType<NamesView> = z
  .object({ flags: z.array(z.string()), segments: z.array(z.string()) })
  .meta({ id: "Names" });

export const ValueVersionSchema: z.ZodType<ValueVersionView> = z
  .object({
    variant: z.string(),
    number: z.int(),
    digest: z.string(),
    value: JsonValueView,
    written: WrittenValueSchema.exactOptional(),
    createdAt: time,
    publishedIn: z.array(z.string()),
  })
  .meta({ id: "ValueVersion" });

const keyFields = {
  id: z.string(),
  kind: KeyKind,
  name: z.string(),
  prefix: z.string(),
  role: z.string().nullable().describe("Of an admin token."),
  project: z.string().nullable(),
  environment: z.string().nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
};
export const KeySchema: z.ZodType<KeyView> = z.object(keyFields).meta({ id: "Key" });
export const CreatedKeySchema: z.ZodType<CreatedKey> = z.object({ ...keyFields, secret: z.string() }).meta({ id: "CreatedKey" });

export const EffectSchema: z.ZodType<Effect> = z
  .object({ resource: z.string(), path: z.string(), before: JsonValueView.exactOptional(), after: JsonValueView.exactOptional() })
  .meta({ id: "Effect" });

export const MoveSchema: z.ZodType<Move> = z
  .object({
    flag: z.string(),
    environment: z.string(),
    rule: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    percent: z.number(),
  })
  .meta({ id: "Move" });

export const ChangeSchema: z.ZodType<Change> = z
  .object({
    id: z.string(),
    sequence: z.int(),
    at: time,
    actor: ActorView,
    reason: z.string().nullable(),
    source: z.string(),
    operations: z.array(Operation),
    effects: z.array(EffectSchema),
    versions: z.record(z.string(), z.int()),
    summary: z.array(z.string()),
    undoes: z.string().nullable(),
    undoneBy: z.string().nullable(),
  })
  .meta({ id: "Change" });

export const ChangeResultSchema: z.ZodType<ChangeResult> = z
  .object({
    status: z.enum(["applied", "pending", "valid"]),
    change: ChangeSchema.nullable(),
    request: z.string().nullable().describe("The change request that it became, where review is required."),
    effects: z.array(EffectSchema),
    moves: z.array(MoveSchema),
    issues: z.array(IssueView),
    serving: z.array(z.string()),
  })
  .meta({ id: "ChangeResult" });

export const AuditRowSchema: z.ZodType<AuditRow> = z
  .object({
    chain: z.string(),
    sequence: z.int(),
    at: time,
    action: z.string(),
    actor: ActorView.nullable(),
    details: JsonValueView.nullable(),
    hash: z.string(),
  })
  .meta({ id: "AuditRow" });

export const AuditVerdictSchema: z.ZodType<AuditVerdict> = z
  .object({
    chain: z.string(),
    ok: z.boolean(),
    rows: z.int(),
    head: z.string(),
    firstBad: z.object({ sequence: z.int(), why: z.string() }).nullable(),
  })
  .meta({ id: "AuditVerdict" });

export const EvaluationSchema: z.ZodType<Evaluation> = z
  .object({
    flagKey: z.string(),
    value: z.union([JsonValueView, z.undefined()]),
    variant: z.string().exactOptional(),
    reason: ReasonPart,
    errorCode: ErrorCodePart.exactOptional(),
    errorMessage: z.string().exactOptional(),
    flagMetadata: described<FlagMetadata>("FlagMetadata"),
    fallback: z.array(z.object({ variant: z.string(), value: JsonValueView, valueVersion: z.int() })),
  })
  .meta({ id: "Evaluation", description: "Without `value` the caller's default applies." });

/** A page of anything. */
export const pageOf = <T>(item: z.ZodType<T>): z.ZodType<Page<T>> =>
  z.object({ items: z.array(item), next: z.string().nullable() });
