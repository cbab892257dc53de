/** What every part of a plan gives: steps, what differs and is left alone, and what cannot be done. */

import type { Issue } from "@dimmer/evaluation";
import type { ContextView, FlagView, Operation, SegmentView, ValueVersionView } from "@dimmer/protocol";

/** What the server says of a project. */
export interface PresentProject {
  readonly environments: readonly string[];
  readonly context: ContextView;
  /** The archived ones too. */
  readonly flags: ReadonlyMap<string, FlagView>;
  readonly segments: ReadonlyMap<string, SegmentView>;
  /** Flag → its value versions, for flags whose `published` the document names, or whose values it changes. */
  readonly versions: ReadonlyMap<string, readonly ValueVersionView[]>;
}

/** Flags by name and segments by resource (`segments/beta`), or all that the document names. */
export type Chosen = "all" | readonly string[];
export const isChosen = (chosen: Chosen, name: string): boolean => chosen === "all" || chosen.includes(name);

export interface PlanOptions {
  /** Environments that new values are published to; elsewhere they wait as drafts. */
  readonly publish: readonly string[];
  /** The flags whose drift is undone: on, off, stops, and shares that were moved by hand follow the document too. */
  readonly undoDrift: Chosen;
  /** Whether what the document does not name is archived or removed. */
  readonly prune: boolean;
  /** What the document is called: flags and segments that a file of this name owns are its own. */
  readonly file: string;
  /** What this file owns from now on, beside what it owns already. */
  readonly own: Chosen;
  /** Whether only what is not there yet is made, and nothing that is there is touched. */
  readonly onlyNew: boolean;
}

/** One operation and the place in the document that asks for it. */
export interface PlanStep {
  readonly operation: Operation;
  /** JSON Pointer; what the operation carries stands there. */
  readonly at: string;
}

/** What a person has changed by hand, and what is left as it is. */
export type Drift = SwitchDrift | SharesDrift;

/** A kill or a stop that the document does not know of, or the other way round. */
export interface SwitchDrift {
  readonly flag: string;
  readonly environment: string;
  /** The stopped variant; without one it is the flag that is off or on. */
  readonly variant?: string;
  /** How it is on the server. */
  readonly present: "on" | "off";
}

/** A split of an owned flag that was moved elsewhere than in its file. */
export interface SharesDrift {
  readonly flag: string;
  readonly environment: string;
  /** A rule's id, or `default`. */
  readonly rule: string;
  /** As they are on the server. */
  readonly shares: Readonly<Record<string, number>>;
  /** As the document has them. */
  readonly wanted: Readonly<Record<string, number>>;
}

export interface Planned {
  readonly steps: readonly PlanStep[];
  readonly drift: readonly Drift[];
  readonly issues: readonly Issue[];
}

export const issueAt = (path: string, code: string, message: string, mend: string): Issue => ({
  path,
  code,
  message,
  mend,
  severity: "error",
});

/** A JSON Pointer from its parts (RFC 6901). */
export const pointerTo = (...names: readonly (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Where a flag, or what it does in an environment, stands in a document. */
export const flagPointer = (key: string, environment?: string): string =>
  environment === undefined ? pointerTo("flags", key) : pointerTo("flags", key, "environments", environment);

/** The same of a segment, and what it is called among resources. */
export const segmentPointer = (key: string, environment?: string): string =>
  environment === undefined ? pointerTo("segments", key) : pointerTo("segments", key, "environments", environment);
export const segmentResource = (key: string): string => `segments/${key}`;
