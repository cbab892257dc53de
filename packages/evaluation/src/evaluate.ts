/** The whole algorithm: snapshot, flag key and context in, details out; the same on every runtime. */

import { slotOf } from "./bucketing/slot.ts";
import { SLOTS } from "./bucketing/split.ts";
import { answerAt, type CompiledFlag, type CompiledSnapshot, planOf, programOf } from "./compile-snapshot.ts";
import type { EvaluateOptions, EvaluationContext, Pin } from "./context.ts";
import type { ErrorCode, Evaluation, FlagMetadata } from "./details.ts";
import { LIMITS } from "./limits.ts";
import { newOrigin, type Origin, type Plan, type PlanRule, type PlanServe, type PlanSplit, type PlanVariant } from "./plan.ts";
import { runProgram, UNDECIDED } from "./program/run-program.ts";
import { answer, degrade, mayHave, NO_CHAIN, serveVariant, variantNamed, withUnknowns } from "./serve-variant.ts";
import { isEveryday, mayGoOn, readAttribute, type Run, startRun, targetingKeyOf, unitOf } from "./run.ts";
import { compileCondition } from "./targeting/condition.ts";
import { testCondition } from "./targeting/test-condition.ts";
import { giveUp } from "./targeting/operators.ts";
import { TRUE, type Truth, TRUTH_WORDS } from "./targeting/truth.ts";
import type { TraceStep } from "./trace.ts";
import { explainOnly, traceRule, traceSplit } from "./trace-steps.ts";

const EMPTY_CONTEXT: EvaluationContext = Object.freeze({});
const NO_OPTIONS: EvaluateOptions = Object.freeze({});

/**
 * Decides one flag for one context.
 *
 * Shape:  killed? → requires → override → pin → targets → first matching rule → default → eligible for the split? → slot →
 *         stopped? `only`? → details. A static flag is one map look-up and no allocation.
 * Errors: never throws; `errorCode` says FLAG_NOT_FOUND, PARSE_ERROR, INVALID_CONTEXT, TARGETING_KEY_MISSING or GENERAL.
 * Source: spec/vectors/evaluation.json; ADR-0003, ADR-0004.
 */
export function evaluate(snapshot: CompiledSnapshot, flagKey: string, context: unknown, options?: EvaluateOptions): Evaluation {
  const flag = snapshot.flags.get(flagKey);
  if (flag === undefined) return notFound(flagKey);
  if (options !== undefined) return evaluateCarefully(snapshot, flag, context, options);
  if (flag.constant !== undefined && isContext(context)) return flag.constant;
  return runQuickly(snapshot, flag, context) ?? evaluateCarefully(snapshot, flag, context, NO_OPTIONS);
}

/** What the flag's program answers; undefined is the way on to the careful evaluation, which decides the same for any context. */
function runQuickly(snapshot: CompiledSnapshot, flag: CompiledFlag, context: unknown): Evaluation | undefined {
  try {
    if (!isContext(context)) return undefined;
    const program = flag.program ?? programOf(snapshot, flag);
    if (flag.constant !== undefined) return flag.constant;
    const attributes = context ?? EMPTY_CONTEXT;
    if (!isEveryday(attributes)) return undefined;
    const at = runProgram(program, attributes);
    if (at === UNDECIDED) return undefined;
    const answer = program[at] as Evaluation | number;
    return typeof answer === "number" ? (program[at] = answerAt(snapshot, flag, answer)) : answer;
  } catch {
    return undefined;
  }
}

function evaluateCarefully(
  snapshot: CompiledSnapshot,
  flag: CompiledFlag,
  context: unknown,
  options: EvaluateOptions,
): Evaluation {
  const run = spareRun ?? newRun(snapshot);
  spareRun = undefined;
  const evaluation = evaluateIn(run, snapshot, flag, context, options, undefined);
  spareRun = run;
  return evaluation;
}

/** The run that evaluations reuse; one that evaluates from inside a getter of its context finds none and makes its own. */
let spareRun: Run | undefined;

export function newRun(snapshot: CompiledSnapshot): Run {
  return {
    snapshot,
    context: EMPTY_CONTEXT,
    isPlain: true,
    proven: undefined,
    isProof: false,
    steps: 0,
    matcherSteps: 0,
    unknowns: 0,
    depth: 0,
    isCut: false,
    trace: undefined,
  };
}

/** One guarded evaluation in a given run, whose counts and trace can be read afterwards. */
export function evaluateIn(
  run: Run,
  snapshot: CompiledSnapshot,
  flag: CompiledFlag,
  context: unknown,
  options: EvaluateOptions,
  trace: TraceStep[] | undefined,
): Evaluation {
  if (!isContext(context)) return failed(flag.key, "INVALID_CONTEXT", "the context is not an object");
  try {
    startRun(run, snapshot, context ?? EMPTY_CONTEXT, options.proven, trace);
    return decide(run, flag, options);
  } catch {
    return failed(flag.key, "GENERAL", "reading the context threw an error");
  } finally {
    run.context = EMPTY_CONTEXT;
    run.proven = undefined;
    run.trace = undefined;
  }
}

/** Asking what a revoked proxy is throws, so this is guarded too. */
function isContext(context: unknown): context is EvaluationContext | undefined {
  if (typeof context !== "object") return context === undefined;
  try {
    return context !== null && !Array.isArray(context);
  } catch {
    return false;
  }
}

function decide(run: Run, flag: CompiledFlag, options: EvaluateOptions): Evaluation {
  const plan = planOf(run.snapshot, flag);
  if (plan.problem !== undefined) return failed(flag.key, "PARSE_ERROR", plan.problem, plan.base);
  if (!plan.isEnabled) {
    run.trace?.push({ step: "killed" });
    return plan.constant ?? degrade(run, plan, { path: "fallback" });
  }
  if (plan.requires.length > 0 && !holdRequirements(run, plan)) return degrade(run, plan, { path: "fallback" });
  const asked =
    options === NO_OPTIONS ? undefined : (serveOverride(run, plan, options.overrides) ?? servePin(run, plan, options));
  return asked ?? serveTarget(run, plan) ?? serveRules(run, plan) ?? serveDefault(run, plan);
}

/**
 * A required flag counts with what it really serves, fallback included, unless it is killed. Pins and overrides do not reach it.
 * Below a chain that was cut off nothing is known, so no requirement above it holds either.
 */
function holdRequirements(run: Run, plan: Plan): boolean {
  for (const { flag, variant } of plan.requires) {
    const served = serveRequired(run, flag);
    const holds = served !== undefined && !run.isCut && (Array.isArray(variant) ? variant.includes(served) : variant === served);
    run.trace?.push({ step: "requires", flag, variant, served: served ?? null, holds });
    if (!holds) return false;
  }
  return true;
}

function serveRequired(run: Run, flagKey: string): string | undefined {
  const flag = run.snapshot.flags.get(flagKey);
  if (flag === undefined) return undefined;
  const plan = planOf(run.snapshot, flag);
  if (plan.problem !== undefined || !plan.isEnabled) return undefined;
  if (run.depth >= LIMITS.chain || !mayGoOn(run, 1)) {
    run.isCut = true;
    giveUp(run);
    return undefined;
  }
  const trace = run.trace;
  run.trace = undefined;
  run.depth++;
  const evaluation = decide(run, flag, NO_OPTIONS);
  run.depth--;
  run.trace = trace;
  return evaluation.variant;
}

function serveOverride(run: Run, plan: Plan, overrides: EvaluateOptions["overrides"]): Evaluation | undefined {
  if (overrides === undefined || !Object.hasOwn(overrides, plan.key)) return undefined;
  const name = overrides[plan.key] as string;
  const variant = variantNamed(plan, name);
  run.trace?.push({ step: "override", variant: name, applies: variant !== undefined });
  if (variant === undefined) return undefined;
  return serveVariant(run, plan, variant, newOrigin("STATIC", { ...plan.base, path: "override", overridden: true }));
}

function servePin(run: Run, plan: Plan, { pins, now }: EvaluateOptions): Evaluation | undefined {
  if (pins === undefined || !Object.hasOwn(pins, plan.key)) return undefined;
  const pin = pins[plan.key] as Pin;
  const variant = variantNamed(plan, pin.variant);
  const why = brokenPin(plan, pin, variant, now);
  run.trace?.push({ step: "pin", variant: pin.variant, applies: why === undefined, ...(why === undefined ? {} : { why }) });
  if (why !== undefined || variant === undefined) return undefined;
  return serveVariant(run, plan, pinnedVersion(variant, pin), newOrigin(pin.reason, { ...plan.base, path: "pin", pinned: true }));
}

function brokenPin(plan: Plan, pin: Pin, variant: PlanVariant | undefined, now: number | undefined): string | undefined {
  if (plan.pin === undefined) return "the flag does not pin";
  if (variant === undefined) return "the variant is gone";
  if (pin.pinEpoch !== variant.pinEpoch) return "a kill, a stop or an edit to 0 % broke it";
  return pin.expiresAt !== undefined && now !== undefined && pin.expiresAt <= now ? "it has expired" : undefined;
}

/** The variant with the pinned value where the snapshot still carries it, else with the published one. */
function pinnedVersion(variant: PlanVariant, pin: Pin): PlanVariant {
  const value = variant.earlier.get(pin.valueVersion);
  return value === undefined || pin.valueVersion === variant.version ? variant : { ...variant, value, version: pin.valueVersion };
}

function serveTarget(run: Run, plan: Plan): Evaluation | undefined {
  if (plan.targets === undefined) return undefined;
  const key = targetingKeyOf(run);
  const target = key === undefined ? undefined : plan.targets.get(key);
  if (target === undefined) return undefined;
  run.trace?.push({ step: "target", variant: (target.variant as PlanVariant).name });
  return serve(run, plan, target);
}

function serveRules(run: Run, plan: Plan): Evaluation | undefined {
  for (const rule of plan.rules) {
    const result = testRule(run, rule);
    if (run.trace !== undefined) traceRule(run, run.trace, rule.id, rule.whenSource, TRUTH_WORDS[result]);
    if (result !== TRUE) continue;
    const served = serve(run, plan, rule.serve);
    if (served !== undefined) return served;
  }
  return undefined;
}

function testRule(run: Run, rule: PlanRule): Truth {
  if (rule.whenSource === undefined) return TRUE;
  rule.when ??= compileCondition(rule.whenSource, "open");
  return testCondition(rule.when, run);
}

function serveDefault(run: Run, plan: Plan): Evaluation {
  run.trace?.push({ step: "default" });
  // A plan whose default leads on to a next rule is PARSE_ERROR, so the default always serves.
  return serve(run, plan, plan.default) as Evaluation;
}

/** Undefined is the way on to the next rule. */
function serve(run: Run, plan: Plan, way: PlanServe): Evaluation | undefined {
  if (way.variant !== undefined) return serveVariant(run, plan, way.variant, way.origin);
  const { split, origin } = way;
  for (const restricted of split.restricted)
    if (!mayHave(run, restricted)) return serveIneligible(run, plan, split, split.ineligible as Origin, restricted);
  return serveSplit(run, plan, split, origin);
}

function serveSplit(run: Run, plan: Plan, split: PlanSplit, origin: Origin): Evaluation | undefined {
  if (split.isForOne) return serveHolder(run, plan, split.holders[0], origin);
  const unit = unitOf(readAttribute(run, split.path));
  if (unit === undefined) {
    run.trace?.push({ step: "split", by: split.by, unit: null, slot: null, offset: split.offset, range: null, variant: null });
    return failed(
      plan.key,
      "TARGETING_KEY_MISSING",
      `the context has no ${split.by} to split by`,
      withUnknowns(run, origin.metadata),
    );
  }
  const slot = slotOf(split.salt, unit, split.prefix);
  const at = pieceAt(split.ends, (slot + split.offset) % SLOTS);
  if (run.trace !== undefined) traceSplit(run.trace, split, unit, slot, at);
  return serveHolder(run, plan, split.holders[at], origin);
}

function serveHolder(run: Run, plan: Plan, holder: PlanVariant | undefined, origin: Origin): Evaluation | undefined {
  return holder === undefined ? undefined : serveVariant(run, plan, holder, origin);
}

/** The first piece that ends above the slot. */
function pieceAt(ends: readonly number[], slot: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slot < (ends[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** May not have one of the live variants: out of the whole split, so that its arms stay comparable. */
function serveIneligible(run: Run, plan: Plan, split: PlanSplit, ineligible: Origin, restricted: PlanVariant): Evaluation {
  run.trace?.push({ step: "ineligible", variant: restricted.name, conditions: explainOnly(run, restricted) });
  if (split.else === undefined || split.else.isStopped || !mayHave(run, split.else))
    return degrade(run, plan, ineligible.metadata);
  return answer(run, plan, ineligible, split.else);
}

export function notFound(flagKey: string): Evaluation {
  return failed(flagKey, "FLAG_NOT_FOUND", "there is no such flag in this environment");
}

function failed(flagKey: string, errorCode: ErrorCode, errorMessage: string, flagMetadata: FlagMetadata = {}): Evaluation {
  return { flagKey, value: undefined, reason: "ERROR", errorCode, errorMessage, flagMetadata, fallback: NO_CHAIN };
}
