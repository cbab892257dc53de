/** What an environment is taken for, in words. */

import { type EvalRequirement, REVIEW_APPROVALS_MAX } from "@dimmer/protocol";

/** What it means that so many approvals are asked for. */
export function sayReview(approvals: number): string {
  if (approvals === 0) return "An edit here is made at once.";
  const who = approvals === 1 ? "one other person approves" : `${approvals} other people approve`;
  return `An edit here becomes a review, and is made once ${who}. Kill and stop pass at once.`;
}

export const sayProduction = (isProduction: boolean): string =>
  isProduction
    ? "An amber line on every page says where one is, and stale flags are told by what goes on here."
    : "For trying out: no amber line, and production has the word on which flags are stale.";

export const REVIEW_CHOICES: readonly { readonly value: string; readonly label: string }[] = Array.from(
  { length: REVIEW_APPROVALS_MAX + 1 },
  (_, approvals) => ({
    value: String(approvals),
    label: approvals === 0 ? "No review" : approvals === 1 ? "One other person approves" : `${approvals} other people approve`,
  }),
);

/** "Values of summarizer: suite faq scores 0.9 or more by exact, in the last 24 hours." */
export function sayRequirement({ flag, tag, suite, scorer, atLeast, maxAgeHours }: EvalRequirement): string {
  const whose = flag === undefined ? `all flags with the tag ${tag}` : flag;
  const age = maxAgeHours === 1 ? "hour" : `${maxAgeHours} hours`;
  return `Values of ${whose}: suite ${suite} scores ${atLeast} or more by ${scorer}, in the last ${age}.`;
}
