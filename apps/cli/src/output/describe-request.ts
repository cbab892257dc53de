/** A change request in words: what it does, who said what to it, and what stands in its way. */

import type { ChangeRequestDetails, ChangeRequestView } from "@dimmer/protocol";
import { describeEffects } from "./describe-effects.ts";
import { describeMoves } from "./describe-moves.ts";

/** One line, with what stands first named. */
export function summariseRequest({ summary }: ChangeRequestView): string {
  const [first = "", ...more] = summary;
  return more.length === 0 ? first : `${first} And ${more.length} more.`;
}

export function describeRequest(request: ChangeRequestDetails): string[] {
  const { id, actor, editor, source, reason, createdAt, summary, approvals, comments, change } = request;
  const edited = editor.id === actor.id ? "" : `, edited by ${editor.name}`;
  return [
    `${id}  ${createdAt}  ${sayState(request)}`,
    `  by ${actor.name} via ${source}${edited}${reason === null ? "" : ` (${reason})`}`,
    ...summary.map((line) => `  ${line}`),
    ...describeEffects(request.effects).flatMap(({ sign, title, lines }) => [
      `${sign} ${title}`,
      ...lines.map((line) => `    ${line}`),
    ]),
    ...(request.state === "pending" ? describeMoves(request.moves) : []),
    ...approvals.map((approval) => `  approved by ${approval.actor.name}, ${approval.at}`),
    ...comments.map((comment) => `  ${comment.actor.name}: ${comment.text}`),
    ...(change === null ? [] : [`  made ${change}`]),
  ];
}

function sayState({ state, given, needed, isReady }: ChangeRequestDetails): string {
  return state === "pending" ? `${given} of ${needed} approvals${isReady ? ", ready to be applied" : ""}` : state;
}
