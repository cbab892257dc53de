/** What an evaluation went through, in words. */

import { type Condition, type ConditionTrace, type Evaluation, listOf, sayCondition, type TraceStep } from "@dimmer/evaluation";

/** `decides`: it led to the answer; `passes`: it was looked at and the way went on; `blocks`: it took something away. */
export type StepLook = "decides" | "passes" | "blocks";

export interface SaidStep {
  readonly look: StepLook;
  readonly text: string;
  /** The conditions that were looked at, each with what was there. */
  readonly details: readonly string[];
}

/** Shape: `nameOfRule` gives what people call a rule. */
export function sayTrace(trace: readonly TraceStep[], nameOfRule: (id: string) => string): readonly SaidStep[] {
  const hasRules = trace.some(({ step }) => step === "rule");
  return trace.map((step) => ({
    ...sayStep(step, nameOfRule, hasRules),
    details: "conditions" in step ? step.conditions.map(sayConditionTrace) : [],
  }));
}

type Said = Omit<SaidStep, "details">;

function sayStep(step: TraceStep, nameOfRule: (id: string) => string, hasRules: boolean): Said {
  switch (step.step) {
    case "killed":
      return blocks("The flag is killed here, so its fallback answers.");
    case "requires":
      return step.holds
        ? passes(`It needs ${step.flag} to serve ${orOf(step.variant)}, which it does.`)
        : blocks(`It needs ${step.flag} to serve ${orOf(step.variant)}, and that serves ${step.served ?? "nothing"}.`);
    case "override":
      return step.applies
        ? decides(`An override asks for ${step.variant}.`)
        : passes(`An override asks for ${step.variant}, which this flag does not have.`);
    case "pin":
      return step.applies
        ? decides(`The session is pinned to ${step.variant}.`)
        : passes(`The pin to ${step.variant} does not count${because(step.why)}.`);
    case "target":
      return decides(`It is on the list of people who get ${step.variant}.`);
    case "rule":
      return sayRule(nameOfRule(step.ruleId), step.result);
    case "default":
      return decides(hasRules ? "No rule holds, so the default answers." : "The default answers.");
    case "ineligible":
      return blocks(`It may not have ${step.variant}, so it is left out of the whole split.`);
    case "split":
      return saySplit(step);
    case "stopped":
      return blocks(`${step.variant} is stopped, so the fallback answers.`);
    case "only":
      return step.result === "true"
        ? passes(`It may have ${step.variant}.`)
        : blocks(`It may not have ${step.variant}: only those may who fit what the variant asks for.`);
    case "fallback":
      return step.applies
        ? decides(`The fallback is ${step.variant}.`)
        : passes(`The fallback ${step.variant} is not for it${because(step.why)}.`);
    default:
      // What a newer server may send.
      return passes(`A step that this page does not know: ${(step as { readonly step: string }).step}.`);
  }
}

const decides = (text: string): Said => ({ look: "decides", text });
const passes = (text: string): Said => ({ look: "passes", text });
const blocks = (text: string): Said => ({ look: "blocks", text });
const because = (why: string | undefined): string => (why === undefined ? "" : `: ${why}`);
const orOf = (variant: string | readonly string[]): string => listOf([variant].flat(), "or");

function sayRule(name: string, result: "true" | "false" | "unknown"): Said {
  if (result === "true") return decides(`The rule ${name} holds.`);
  return passes(
    result === "false"
      ? `The rule ${name} does not hold.`
      : `Whether the rule ${name} holds cannot be told, so it counts as not holding.`,
  );
}

const SLOTS = 100_000;
const percent = (slots: number): string => `${Math.round(slots) / 1_000} %`;

function saySplit({ by, unit, slot, offset, range, variant }: Extract<TraceStep, { readonly step: "split" }>): Said {
  if (slot === null || unit === null) return blocks(`There is no ${by} to split by.`);
  const stands = `By its ${by} ${unit} it stands at ${percent((slot + offset) % SLOTS)}`;
  if (variant === null) return passes(`${stands}, which no share covers: it goes on to the next rule.`);
  if (range === null) return decides(`${stands}, which no share covers: the rest gets ${variant}.`);
  return decides(`${stands}; ${variant} has ${percent(range[0])} to ${percent(range[1])}.`);
}

function sayConditionTrace({ attribute, actual, expected, result }: ConditionTrace): string {
  if (attribute === undefined) {
    const said = sayCondition({ segment: expected } as Condition);
    return `${said}: ${TRUTHS[result]}`;
  }
  const said = sayCondition({ attribute: { [attribute]: expected } } as Condition);
  return `${said}: ${TRUTHS[result]}, ${actual === undefined ? "it is not there" : `it is ${JSON.stringify(actual)}`}`;
}

const TRUTHS = { true: "yes", false: "no", unknown: "cannot be told" } as const;

/** "opus", or what happens where there is no value. */
export function sayAnswer({ variant, value, errorCode }: Pick<Evaluation, "variant" | "value" | "errorCode">): string {
  if (errorCode !== undefined || value === undefined) return "the default in the code";
  return variant ?? "a value without a name";
}

const REASONS: Readonly<Record<Evaluation["reason"], string>> = {
  STATIC: "the same for everyone",
  DEFAULT: "no rule holds",
  TARGETING_MATCH: "a rule or a list says so",
  SPLIT: "by its share of a split",
  DISABLED: "switched off",
  CACHED: "from a cache",
  STALE: "from what was last known",
  UNKNOWN: "for a reason that is not known",
  ERROR: "something went wrong",
};

/** Why, in a few words. */
export function sayReason({ reason, errorMessage, flagMetadata }: Pick<Evaluation, "reason" | "errorMessage" | "flagMetadata">) {
  if (errorMessage !== undefined) return errorMessage;
  if (flagMetadata.blocked === true) return "it may not have the variant that the rules name";
  return REASONS[reason];
}
