/** A schedule in words: what it will do, and what became of it. */

import type { ScheduleView } from "@dimmer/protocol";
import { describeOperation } from "./describe-operation.ts";

/** `pending`, `done, late`, `failed`. */
export const describeState = ({ state, isLate }: ScheduleView): string => (isLate ? `${state}, late` : state);

/** One line, with what stands first named. */
export function summariseSchedule({ undoes, operations }: ScheduleView): string {
  if (undoes !== null) return `undo ${undoes}`;
  const [first, ...more] = operations.map(describeOperation);
  return more.length === 0 ? (first ?? "") : `${first} and ${more.length} more`;
}

export function describeSchedule(schedule: ScheduleView): string[] {
  const { id, dueAt, actor, reason, undoes, operations, settledAt, change, problem } = schedule;
  return [
    `${id}  due ${dueAt}  ${describeState(schedule)}`,
    `  by ${actor.name}${reason === null ? "" : ` (${reason})`}`,
    ...(undoes === null ? operations.map((operation) => `  ${describeOperation(operation)}`) : [`  undo ${undoes}`]),
    ...(settledAt === null ? [] : [`  settled ${settledAt}`]),
    ...(change === null ? [] : [`  made ${change}`]),
    ...(problem === null ? [] : [`  ${problem.code}: ${problem.detail}`]),
  ];
}
