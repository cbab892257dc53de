/** A schedule in words: what it will do, and what became of it. */

import type { ModelQuery, ScheduleView } from "@dimmer/protocol";
import { describeOperation } from "./describe-operation.ts";

/** `pending`, `done, late`, `failed`. */
export const describeState = ({ state, isLate }: ScheduleView): string => (isLate ? `${state}, late` : state);

/** One line, with what stands first named. */
export function summariseSchedule({ undoes, kills, operations }: ScheduleView): string {
  if (undoes !== null) return `undo ${undoes}`;
  if (kills !== null) return describeKill(kills);
  const [first, ...more] = operations.map(describeOperation);
  return more.length === 0 ? (first ?? "") : `${first} and ${more.length} more`;
}

export function describeSchedule(schedule: ScheduleView): string[] {
  const { id, dueAt, actor, reason, settledAt, change, problem } = schedule;
  return [
    `${id}  due ${dueAt}  ${describeState(schedule)}`,
    `  by ${actor.name}${reason === null ? "" : ` (${reason})`}`,
    ...describeWork(schedule).map((line) => `  ${line}`),
    ...(settledAt === null ? [] : [`  settled ${settledAt}`]),
    ...(change === null ? [] : [`  made ${change}`]),
    ...(problem === null ? [] : [`  ${problem.code}: ${problem.detail}`]),
  ];
}

/** Of the kill of a model what it would have been is said as well: it shows what to expect, and the change shows what came. */
function describeWork(schedule: ScheduleView): string[] {
  const { undoes, kills, operations } = schedule;
  const said = operations.map(describeOperation);
  if (undoes !== null) return [summariseSchedule(schedule)];
  if (kills === null) return said;
  return [`${describeKill(kills)}, in whatever uses it then`, ...said.map((line) => `  when it was made: ${line}`)];
}

function describeKill({ model, provider, environment }: ModelQuery): string {
  const named = [...(model === undefined ? [] : [`model ${model}`]), ...(provider === undefined ? [] : [`provider ${provider}`])];
  return `kill ${named.join(" of ")} in ${environment ?? "every environment"}`;
}
