/** The table of all operations: kind → what it does. */

import type { Operation, OperationKind } from "@dimmer/protocol";
import { closeRun, openRun, type ProjectState } from "../project-state.ts";
import { declareContext } from "../../context/declare-context.ts";
import { createSegment, removeSegment, setSegment, updateSegment } from "../../segments/edit-segment.ts";
import { configureEnvironment, removeEnvironment } from "./configure-environment.ts";
import { archiveFlag, createFlag, unarchiveFlag, updateFlag } from "./edit-flag.ts";
import { moveRule, removeRule, setRule } from "./edit-rules.ts";
import { drawFreshPeople, rampVariant, serveAll, setServe, setSplit } from "./edit-serve.ts";
import { setBudgets, setFallback, setPin, setRequires, setShadow, setSpend, setTargets } from "./edit-targeting.ts";
import { addVariant, removeVariant, updateVariant } from "./edit-variants.ts";
import { killFlag, restoreFlag, stopVariant } from "./kill-flag.ts";
import { ownFlag, ownSegment, releaseFlag, releaseSegment } from "./own.ts";
import { discardDraft, draftValue, publishValue } from "./publish-value.ts";
import type { Operate, Step } from "./step.ts";

const OPERATIONS: { readonly [K in OperationKind]: Operate<K> } = {
  "create-flag": createFlag,
  "update-flag": updateFlag,
  "archive-flag": archiveFlag,
  "unarchive-flag": unarchiveFlag,
  "own-flag": ownFlag,
  "release-flag": releaseFlag,
  "add-variant": addVariant,
  "update-variant": updateVariant,
  "remove-variant": removeVariant,
  "draft-value": draftValue,
  "discard-draft": discardDraft,
  publish: publishValue,
  kill: killFlag,
  stop: stopVariant,
  restore: restoreFlag,
  "configure-environment": configureEnvironment,
  "remove-environment": removeEnvironment,
  "serve-all": serveAll,
  ramp: rampVariant,
  "set-split": setSplit,
  "fresh-people": drawFreshPeople,
  "set-serve": setServe,
  "set-rule": setRule,
  "move-rule": moveRule,
  "remove-rule": removeRule,
  "set-targets": setTargets,
  "set-fallback": setFallback,
  "set-requires": setRequires,
  "set-pin": setPin,
  "set-budgets": setBudgets,
  "set-shadow": setShadow,
  "set-spend": setSpend,
  "create-segment": createSegment,
  "update-segment": updateSegment,
  "set-segment": setSegment,
  "remove-segment": removeSegment,
  "own-segment": ownSegment,
  "release-segment": releaseSegment,
  "declare-context": declareContext,
};

/**
 * Applies one operation to a project's state.
 *
 * Shape:  pure; `pointer` is the operation's place in the request (`/operations/3`) and leads every issue's path.
 * Errors: `ProblemError`: not-found, already-exists, conflict, invalid-document, each with where and how to mend it.
 */
export function applyOperation(state: ProjectState, operation: Operation, pointer: string): Step {
  const operate = OPERATIONS[operation.kind] as Operate<OperationKind>;
  return operate(state, operation, pointer);
}

/** The state after all operations, with everything that the steps said; inverses in the order in which they undo. */
export function applyOperations(
  start: ProjectState,
  operations: readonly Operation[],
): Required<Omit<Step, "summary">> & { readonly summary: readonly string[] } {
  const steps: Step[] = [];
  let state = openRun(start);
  operations.forEach((operation, index) => {
    const step = applyOperation(state, operation, `/operations/${index}`);
    state = step.state;
    steps.push(step);
  });
  return {
    state: closeRun(state),
    inverse: [...steps].reverse().flatMap((step) => step.inverse),
    summary: steps.map((step) => step.summary),
    origins: steps.flatMap((step) => step.origins),
    issues: steps.flatMap((step) => step.issues ?? []),
  };
}
