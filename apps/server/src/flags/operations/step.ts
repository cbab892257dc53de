/** What one operation does to a project: the shape that all of them share. */

import type { Issue } from "@dimmer/evaluation";
import type { Operation, OperationKind } from "@dimmer/protocol";
import type { Origin, ProjectState } from "../project-state.ts";

export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/**
 * The outcome of one operation.
 *
 * Shape:  `inverse` leads back from `state`, in the order in which it must be applied; `origins` name every place that was
 *         written, kills, stops and restores excepted: these are never held up by validation.
 */
export interface Step {
  readonly state: ProjectState;
  readonly inverse: readonly Operation[];
  readonly summary: string;
  readonly origins: readonly Origin[];
  readonly issues?: readonly Issue[];
}

/** Pure: state and operation in, step out. `pointer` is the operation's place in the request, `/operations/3`. */
export type Operate<K extends OperationKind> = (state: ProjectState, operation: OperationOf<K>, pointer: string) => Step;
