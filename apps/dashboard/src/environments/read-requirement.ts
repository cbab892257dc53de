/** An eval that an environment is to require, as somebody types it. */

import { EvalRequirement } from "@dimmer/protocol";

export interface TypedRequirement {
  /** `flag` or `tag`, and its name. */
  readonly of: string;
  readonly name: string;
  readonly suite: string;
  readonly scorer: string;
  readonly atLeast: string;
  readonly hours: string;
}

export type RequirementField = keyof TypedRequirement;

/** Shape: what is wrong stands under the field that it is of. Errors: none. */
export function readRequirement(
  typed: TypedRequirement,
): { readonly requirement: EvalRequirement } | { readonly problems: Readonly<Partial<Record<RequirementField, string>>> } {
  const texts = { name: typed.name.trim(), suite: typed.suite.trim(), scorer: typed.scorer.trim() };
  const [atLeast, maxAgeHours] = [numberOf(typed.atLeast), numberOf(typed.hours)];
  const problems: Partial<Record<RequirementField, string>> = {
    ...(texts.name === "" ? { name: "Say whose values it is of." } : {}),
    ...(texts.suite === "" ? { suite: "Name a suite." } : {}),
    ...(texts.scorer === "" ? { scorer: "Name a scorer of it." } : {}),
    ...(atLeast === undefined || atLeast > 1 ? { atLeast: "A mean is from 0 to 1: write 0.9." } : {}),
    ...(maxAgeHours === undefined || maxAgeHours < 1 ? { hours: "Whole hours, one at least." } : {}),
  };
  if (Object.keys(problems).length > 0) return { problems };
  const whose = typed.of === "tag" ? { tag: texts.name } : { flag: texts.name };
  const read = EvalRequirement.safeParse({ ...whose, suite: texts.suite, scorer: texts.scorer, atLeast, maxAgeHours });
  return read.success ? { requirement: read.data } : { problems: { hours: read.error.issues[0]?.message ?? "It is not valid." } };
}

const numberOf = (text: string): number | undefined => (/^\d{1,6}(?:\.\d{1,6})?$/u.test(text.trim()) ? Number(text) : undefined);
