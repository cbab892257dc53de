/** The policy of what files own: whose definition and rules are a file's, nobody else edits. */

import type { FlagEnvironment, JsonValue, Serve } from "@dimmer/evaluation";
import { diffJson } from "@dimmer/planning";
import { ProblemError } from "@dimmer/protocol";
import type { FlagRecord, SegmentRecord } from "../storage/store.ts";
import { servesOf } from "./addresses.ts";
import { isSplit } from "./lay-split.ts";
import { locateResource } from "./locate-issue.ts";
import { flagResource, type Origin, type ProjectState, segmentResource } from "./project-state.ts";
import { isSameJson } from "./same-json.ts";
import { digestOf } from "./value-digest.ts";
import { viewConfig } from "./view-resource.ts";

/**
 * Refuses what a change does to the owned part of somebody else's flags and segments.
 *
 * Shape:  looks at what the change leaves, not at its operations, so that undo, promotion and schedules meet it too. On and off, stops,
 *         the shares of a split and which version is published are nobody's; of a segment all is the file's, until it is removed.
 *         Releasing is open to whoever may edit.
 * Errors: `ProblemError("owned-by-file")`, naming the file, the place and the two ways out.
 * Source: ADR-0029; ADR-0034.
 */
export function refuseForeignEdits(
  before: ProjectState,
  after: ProjectState,
  origins: readonly Origin[],
  file: string | undefined,
): void {
  refuseEdits(FLAGS, before, after, origins, file);
  refuseEdits(SEGMENTS, before, after, origins, file);
}

/** What the policy asks of a noun that files can own. */
interface OwnedNoun<R> {
  readonly name: string;
  readonly recordsOf: (state: ProjectState) => ReadonlyMap<string, R>;
  readonly resourceOf: (key: string) => string;
  /** Who owns it before the change. */
  readonly ownerOf: (record: R) => string | undefined;
  /** What of it a file owns. */
  readonly partOf: (record: R, after: ProjectState) => JsonValue;
}

interface OwnedRecord {
  readonly key: string;
  readonly file: { readonly name: string } | null;
}

const FLAGS: OwnedNoun<FlagRecord> = {
  name: "flag",
  recordsOf: ({ flags }) => flags,
  resourceOf: flagResource,
  ownerOf: ({ file }) => file?.name,
  partOf: (record, after) => ownedPart(record, knownValues(after, record.key)),
};

const SEGMENTS: OwnedNoun<SegmentRecord> = {
  name: "segment",
  recordsOf: ({ segments }) => segments,
  resourceOf: segmentResource,
  ownerOf: ({ file, removedAt }) => (removedAt === null ? file?.name : undefined),
  partOf({ definition, environments, removedAt }) {
    const blocks = Object.entries(environments).map(([name, { config }]) => [name, config] as const);
    return { ...definition, removed: removedAt !== null, environments: Object.fromEntries(blocks) } as unknown as JsonValue;
  },
};

function refuseEdits<R extends OwnedRecord>(
  noun: OwnedNoun<R>,
  before: ProjectState,
  after: ProjectState,
  origins: readonly Origin[],
  file: string | undefined,
): void {
  for (const record of noun.recordsOf(before).values()) {
    const next = noun.recordsOf(after).get(record.key);
    const owner = noun.ownerOf(record);
    if (owner === undefined || owner === file || next === undefined || next === record || next.file === null) continue;
    const places = [
      ...(next.file.name === owner ? [] : ["its owner"]),
      ...diffJson("", noun.partOf(record, after), noun.partOf(next, after)).map(({ path }) => path),
    ];
    if (places[0] !== undefined) throw refuseEdit(noun, record.key, owner, places[0], origins);
  }
}

function refuseEdit(
  { name, resourceOf }: Pick<OwnedNoun<OwnedRecord>, "name" | "resourceOf">,
  key: string,
  file: string,
  place: string,
  origins: readonly Origin[],
): ProblemError {
  const message = `${key} is owned by ${file}; ${place} cannot be changed from anywhere else.`;
  const mend = `Change it in that file and apply it, or release the ${name}: dimmer ${name}s release ${key}.`;
  const path = locateResource(resourceOf(key), origins);
  return new ProblemError("owned-by-file", `${message} ${mend}`, {
    issues: [{ path, code: "owned-by-file", message, mend, severity: "error" }],
  });
}

/** What of a flag a file owns. A draft of a known value brings nothing new: it is one that is published here, or comes back with an undo. */
function ownedPart(record: FlagRecord, known: ReadonlySet<string>): JsonValue {
  const variants = Object.entries(record.variants).map(([name, { latest: _latest, draft, ...rest }]) => {
    const isKnown = draft === undefined || known.has(`${name} ${digestOf(draft.written?.value ?? draft.value)}`);
    return [name, isKnown ? rest : { ...rest, draft: draft.value }] as const;
  });
  const blocks = Object.entries(record.environments).map(([name, { config }]) => [name, ownedConfig(config)] as const);
  return {
    ...record.definition,
    archived: record.archivedAt !== null,
    variants: Object.fromEntries(variants),
    environments: Object.fromEntries(blocks),
  } as unknown as JsonValue;
}

/** Values that the flag has a version of after the change, and what was written for them: a file owns its tags, not the snippets. */
function knownValues(after: ProjectState, flag: string): ReadonlySet<string> {
  const versions = after.versions.get(flag) ?? [];
  return new Set(
    versions.flatMap(({ variant, digest, written }) => [
      `${variant} ${digest}`,
      ...(written === undefined ? [] : [`${variant} ${digestOf(written.value)}`]),
    ]),
  );
}

function ownedConfig(config: FlagEnvironment): JsonValue {
  const { enabled: _enabled, stopped: _stopped, published: _published, pinEpochs: _pinEpochs, ...rest } = config;
  const rules = rest.rules?.map((rule) => ({ ...rule, serve: ownedServe(rule.serve) }));
  const owned = { ...rest, default: ownedServe(rest.default), ...(rules === undefined ? {} : { rules }) };
  return viewConfig(owned as unknown as FlagEnvironment);
}

/** Without its shares: what the split is of. */
function ownedServe(serve: Serve): unknown {
  if (!isSplit(serve)) return serve;
  const { split: _split, stored, ...rest } = serve;
  if (stored === undefined) return rest;
  const { ranges: _ranges, previous: _previous, ...layout } = stored;
  return { ...rest, split: layout };
}

/**
 * Notes which splits of owned flags were moved by hand, and from which shares: a plan shows them as drift and leaves them alone.
 *
 * Shape:  a split that is back at the file's shares, or that the file has moved itself, is not noted any more. What `own-flag` says is
 *         taken at its word.
 * Errors: none.
 */
export function noteMovedSplits(before: ProjectState, after: ProjectState, file: string | undefined): ProjectState {
  const noted = [...before.flags.values()].flatMap((record) => {
    const next = after.flags.get(record.key);
    if (record.file === null || next === undefined || next.file !== record.file) return [];
    const moved = movedSplits(record, next, record.file.name === file);
    return isSameJson(moved, record.file.moved) ? [] : [{ ...next, file: { ...record.file, moved } }];
  });
  if (noted.length === 0) return after;
  return { ...after, flags: new Map([...after.flags, ...noted.map((record) => [record.key, record] as const)]) };
}

type Moved = NonNullable<FlagRecord["file"]>["moved"];

function movedSplits(before: FlagRecord, after: FlagRecord, isByFile: boolean): Moved {
  const sharesBefore = sharesOf(before);
  const moved = new Map(Object.entries(after.file?.moved ?? {}));
  for (const [address, shares] of sharesOf(after)) {
    const was = sharesBefore.get(address);
    if (was === undefined || isSameJson(was, shares)) continue;
    const base = moved.get(address) ?? was;
    if (isByFile || isSameJson(base, shares)) moved.delete(address);
    else moved.set(address, base);
  }
  return Object.fromEntries(moved);
}

/** Environment and rule → shares, of every split. */
function sharesOf({ environments }: FlagRecord): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const splits = Object.entries(environments).flatMap(([environment, { config }]) =>
    [...servesOf(config)].flatMap(([rule, serve]) => (isSplit(serve) ? [[`${environment}/${rule}`, serve.split] as const] : [])),
  );
  return new Map(splits);
}
