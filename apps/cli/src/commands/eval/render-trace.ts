/** The trace of one evaluation as text: every step, and the condition that decided it. */

import { type ConditionTrace, type Explanation, sayPercent, type TraceStep } from "@dimmer/evaluation";
import type { Paint } from "../../output/output.ts";

export function renderTrace(flagKey: string, explanation: Explanation, paint: Paint): string {
  const { evaluation, trace, steps, unknowns } = explanation;
  const outcome = evaluation.errorCode ?? evaluation.variant ?? "the default in the code";
  const head = `${paint("bold", flagKey)} → ${paint(evaluation.errorCode === undefined ? "green" : "red", outcome)} (${evaluation.reason})`;
  const lines = trace.flatMap((step) => renderStep(step, paint));
  const why = evaluation.errorMessage === undefined ? [] : [`  ${paint("red", evaluation.errorMessage)}`];
  const foot = paint(
    "dim",
    `  ${steps} steps${unknowns > 0 ? `, ${unknowns} unknown` : ""}; value ${JSON.stringify(evaluation.value ?? null)}`,
  );
  return [head, ...lines, ...why, foot].join("\n");
}

function renderStep(step: TraceStep, paint: Paint): string[] {
  const conditions = "conditions" in step ? step.conditions.map((condition) => `      ${renderCondition(condition, paint)}`) : [];
  return [`  ${sayStep(step, paint)}`, ...conditions];
}

function sayStep(step: TraceStep, paint: Paint): string {
  const strong = (text: string) => paint("bold", text);
  const because = (why: string | undefined) => (why === undefined ? "" : `: ${why}`);
  switch (step.step) {
    case "killed":
      return paint("red", "the flag is killed");
    case "requires":
      return `requires ${step.flag} to serve ${[step.variant].flat().join(" or ")}: it serves ${step.served ?? "nothing"}, ${step.holds ? "holds" : "fails"}`;
    case "override":
      return step.applies
        ? `overridden with ${strong(step.variant)}`
        : `the override names no variant of this flag: ${step.variant}`;
    case "pin":
      return step.applies ? `pinned to ${strong(step.variant)}` : `the pin to ${step.variant} does not count${because(step.why)}`;
    case "target":
      return `named as a target of ${strong(step.variant)}`;
    case "rule":
      return `rule ${strong(step.ruleId)}: ${sayTruth(step.result, paint)}`;
    case "default":
      return "the default";
    case "ineligible":
      return paint("yellow", `may not have ${step.variant}, so it is out of the whole split`);
    case "split":
      return saySplit(step, strong);
    case "stopped":
      return paint("yellow", `${step.variant} is stopped: the fallback`);
    case "only":
      return step.result === "true"
        ? `may have ${step.variant}`
        : paint("red", `blocked: may not have ${step.variant} (${step.result})`);
    default:
      return step.applies ? `fallback ${strong(step.variant)}` : `not the fallback ${step.variant}${because(step.why)}`;
  }
}

function saySplit(step: Extract<TraceStep, { step: "split" }>, strong: (text: string) => string): string {
  if (step.slot === null) return `split by ${step.by}: the context has none`;
  const offset = step.offset === 0 ? "" : ` + ${step.offset}`;
  const range = step.range === null ? "no range" : `${sayPercent(step.range[0] / 1000)} to ${sayPercent(step.range[1] / 1000)}`;
  return `split by ${step.by} ${JSON.stringify(step.unit)}: slot ${step.slot}${offset} of 100000 (${range}) → ${strong(step.variant ?? "next rule")}`;
}

function sayTruth(truth: "true" | "false" | "unknown", paint: Paint): string {
  if (truth === "true") return paint("green", "holds");
  return truth === "false" ? paint("dim", "does not hold") : paint("yellow", "unknown, so it does not hold");
}

function renderCondition(condition: ConditionTrace, paint: Paint): string {
  const expected = JSON.stringify(condition.expected);
  const what =
    condition.attribute === undefined
      ? `${condition.path === "" ? "all" : condition.path} ${expected}`
      : `${condition.attribute} ${expected}, it is ${condition.actual === undefined ? "missing" : JSON.stringify(condition.actual)}`;
  return `${what}: ${sayTruth(condition.result, paint)}`;
}
