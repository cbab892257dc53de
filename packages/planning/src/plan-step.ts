/** What every part of a plan gives: steps, what differs and is left alone, and what cannot be done. */

import type { Issue } from "@dimmer/evaluation";
import type { FlagView, Operation, SegmentView, ValueVersionView } from "@dimmer/protocol";

/** What the server says of a project. */
export interface PresentProject {
  readonly environments: readonly string[];
  /** The archived ones too. */
  readonly flags: ReadonlyMap<string, FlagView>;
  readonly segments: ReadonlyMap<string, SegmentView>;
  /** Flag → its value versions, for flags whose `published` the document names, or whose values it changes. */
  readonly versions: ReadonlyMap<string, readonly ValueVersionView[]>;
}

export interface PlanOptions {
  /** Environments that new values are published to; elsewhere they wait as drafts. */
  readonly publish: readonly string[];
  /** Whether on, off and stops follow the document too. */
  readonly undoDrift: boolean;
  /** Whether what the document does not name is archived or removed. */
  readonly prune: boolean;
  /** Whether only what is not there yet is made, and nothing that is there is touched. */
  readonly onlyNew: boolean;
}

/** One operation and the place in the document that asks for it. */
export interface PlanStep {
  readonly operation: Operation;
  /** JSON Pointer; what the operation carries stands there. */
  readonly at: string;
}

/** What a person has switched by hand: a kill or a stop that the document does not know of, or the other way round. */
export interface Drift {
  readonly flag: string;
  readonly environment: string;
  /** The stopped variant; without one it is the flag that is off or on. */
  readonly variant?: string;
  /** How it is on the server. */
  readonly present: "on" | "off";
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
