/** Whether a file owns a flag or a segment: it is then edited there and nowhere else. */

import type { Operation } from "@dimmer/protocol";
import type { FlagRecord, SegmentRecord } from "../../storage/store.ts";
import {
  flagResource,
  type ProjectState,
  requireFlag,
  requireLiveFlag,
  requireSegment,
  segmentResource,
  touchedBy,
  withFlag,
  withSegment,
} from "../project-state.ts";
import { refusal } from "../refusal.ts";
import type { Operate, Step } from "./step.ts";

/** Owning again says anew what was moved by hand; another file's flag must be released first, which the policy holds. */
export const ownFlag: Operate<"own-flag"> = (state, { flag, file, moved = {} }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const next = withFlag(state, { ...record, file: { name: file, moved } });
  return give(next, { ...flagOwning(record), pointer }, file);
};

export const releaseFlag: Operate<"release-flag"> = (state, { flag }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  return release(withFlag(state, { ...record, file: null }), { ...flagOwning(record), pointer });
};

export const ownSegment: Operate<"own-segment"> = (state, { segment, file }, pointer) => {
  const record = requireSegment(state, segment, pointer);
  return give(withSegment(state, { ...record, file: { name: file } }), { ...segmentOwning(record), pointer }, file);
};

export const releaseSegment: Operate<"release-segment"> = (state, { segment }, pointer) => {
  const record = requireSegment(state, segment, pointer);
  return release(withSegment(state, { ...record, file: null }), { ...segmentOwning(record), pointer });
};

/** What is owned, and by whom so far. */
interface Owning {
  readonly noun: "flag" | "segment";
  readonly key: string;
  readonly resource: string;
  readonly owner: string | undefined;
  /** Leads back to who owned it before. */
  readonly back: Operation;
  readonly pointer: string;
}

function give(state: ProjectState, owning: Owning, file: string): Step {
  const { key, owner } = owning;
  return step(state, owning, owner === file ? `Kept ${key} with ${file}.` : `Gave ${key} to ${file}.`);
}

function release(state: ProjectState, owning: Owning): Step {
  const { noun, key, owner, pointer } = owning;
  if (owner !== undefined) return step(state, owning, `Released ${key} from ${owner}.`);
  const what = `${noun === "flag" ? "Flag" : "Segment"} "${key}"`;
  throw refusal("conflict", `${pointer}/${noun}`, `${what} is owned by no file.`, "Nothing to do.");
}

const step = (state: ProjectState, { back, resource, pointer }: Owning, summary: string): Step => ({
  state,
  inverse: [back],
  summary,
  origins: [touchedBy(resource, pointer)],
});

const flagOwning = (record: FlagRecord) => ({
  noun: "flag" as const,
  key: record.key,
  resource: flagResource(record.key),
  owner: record.file?.name,
  back: backToFlagOwner(record),
});

const segmentOwning = (record: SegmentRecord) => ({
  noun: "segment" as const,
  key: record.key,
  resource: segmentResource(record.key),
  owner: record.file?.name,
  back: backToSegmentOwner(record),
});

function backToFlagOwner({ key: flag, file }: FlagRecord): Operation {
  if (file === null) return { kind: "release-flag", flag };
  const moved = Object.entries(file.moved).map(([address, shares]) => [address, { ...shares }] as const);
  return { kind: "own-flag", flag, file: file.name, moved: Object.fromEntries(moved) };
}

export const backToSegmentOwner = ({ key: segment, file }: SegmentRecord): Operation =>
  file === null ? { kind: "release-segment", segment } : { kind: "own-segment", segment, file: file.name };
