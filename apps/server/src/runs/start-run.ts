/** Begins a run for an app without an SDK: decides, fills the prompts of the chain, and signs the token for feedback. */

import { strict as assert } from "node:assert";
import { isReply, openPrompts, type Prompts } from "@dimmer/ai/parts";
import { evaluate, type Evaluation, type JsonValue, signToken } from "@dimmer/evaluation";
import { type PassedOver, ProblemError, RUN_LIMITS, type RunAttempt, type Served, type StartedRun } from "@dimmer/protocol";
import { audienceOf, type EnvironmentTokens, hmacSha256 } from "../access/environment-tokens.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { OfrepView } from "../ofrep/ofrep-view.ts";
import { carriesTokens, optionsFor, readClaims, readTokens, snapshotFor } from "../ofrep/read-question.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { OwnEvaluations } from "../telemetry/own-evaluations.ts";

export interface RunPorts {
  readonly tokens: EnvironmentTokens;
  readonly events: Pick<EventIntake, "take">;
  readonly evaluations: Pick<OwnEvaluations, "count">;
  readonly clock: () => number;
  readonly drawId: () => string;
}

/** What is asked, with the defaults that reading leaves out. */
export interface RunOrder {
  readonly flag: string;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly task?: string | undefined;
  readonly conversation?: string | undefined;
}

/** Milliseconds for which filling holds up everybody else: one text, and all of a chain. */
const RENDER_MS = 50;
const RENDER_TOTAL_MS = 150;

/**
 * Begins a run.
 *
 * Shape:  the chain as `@dimmer/ai` would go down it, but for breakers, which only whoever calls can keep. The evaluation and the
 *         exposure are counted here, as an SDK would count them.
 * Errors: `ProblemError` not-found where there is no such flag, invalid-request where the context cannot be read.
 * Source: ADR-0054.
 */
export async function startRun(ports: RunPorts, view: OfrepView, place: Place, order: RunOrder): Promise<StartedRun> {
  const { evaluation, context } = await decide(ports, view, place, order);
  const from = { ...place, source: "server" } as const;
  ports.evaluations.count(from, evaluation, context);
  const prompts = openPrompts({ renderMs: RENDER_MS, totalMs: RENDER_TOTAL_MS, clock: ports.clock });
  const { chain, passedOver } = fillChain(candidatesOf(evaluation), order, prompts);
  const run = ports.drawId();
  const targetingKey = typeof context.targetingKey === "string" ? { targetingKey: context.targetingKey } : {};
  const links = { ...(order.task === undefined ? {} : { task: order.task }), ...targetingKey };
  const served = servedOf(evaluation);
  if (served !== undefined)
    ports.events.take(from, [{ kind: "exposure", id: ports.drawId(), at: ports.clock(), run, ...links, served }]);
  return {
    run,
    flag: order.flag,
    reason: evaluation.reason,
    ...(evaluation.errorCode === undefined
      ? {}
      : { errorCode: evaluation.errorCode, errorMessage: evaluation.errorMessage ?? evaluation.errorCode }),
    chain,
    passedOver,
    ...(await signRun(ports, place, { run, ...links, ...(served === undefined ? {} : { served }) })),
  };
}

async function decide({ tokens }: RunPorts, view: OfrepView, place: Place, { flag, context }: RunOrder) {
  if (!view.flags.has(flag)) throw new ProblemError("not-found", `There is no flag ${flag} in ${audienceOf(place)}.`);
  const claims = readClaims({ context: context ?? {} });
  const isPlain = "problem" in claims || !carriesTokens(claims);
  const question = isPlain ? claims : readTokens(claims, await tokens.reader(place), view.snapshot);
  if ("problem" in question) throw new ProblemError("invalid-request", question.problem);
  const evaluation = evaluate(snapshotFor(view, question), flag, question.context, optionsFor(view, question));
  return { evaluation, context: question.context };
}

interface Candidate {
  readonly value: JsonValue;
  readonly served: Served;
}

/** What the flag served, then its fallback list; each variant once. */
function candidatesOf(evaluation: Evaluation): readonly Candidate[] {
  const first = servedOf(evaluation);
  if (first === undefined || evaluation.value === undefined) return [];
  const { flag, version, ineligible, overridden } = first;
  const rest = evaluation.fallback
    .filter(({ variant }, index, all) => variant !== first.variant && all.findIndex((one) => one.variant === variant) === index)
    .map(({ variant, value, valueVersion }): Candidate => {
      // What stays true down the chain: the flag's revision, and what leaves the whole run out of evidence.
      const marks = { ...(ineligible === undefined ? {} : { ineligible }), ...(overridden === undefined ? {} : { overridden }) };
      return {
        value,
        served: { flag, variant, valueVersion, ...(version === undefined ? {} : { version }), path: "fallback", ...marks },
      };
    });
  return [{ value: evaluation.value, served: first }, ...rest].slice(0, RUN_LIMITS.attempts);
}

function servedOf({ flagKey, variant, reason, flagMetadata }: Evaluation): Served | undefined {
  if (variant === undefined) return undefined;
  const { valueVersion, version, path, ruleId, blocked, ineligible, pinned, overridden } = flagMetadata;
  const known = { valueVersion, version, path, rule: ruleId, blocked, ineligible, pinned, overridden };
  const said = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { flag: flagKey, variant, reason, ...said };
}

/** Up to the first answer that is one by itself: behind it nothing is ever tried. */
function fillChain(candidates: readonly Candidate[], { variables = {}, tools }: RunOrder, prompts: Prompts) {
  const chain: RunAttempt[] = [];
  const passedOver: PassedOver[] = [];
  for (const [index, { value, served }] of candidates.entries()) {
    const attempt = index + 1;
    const passOver = (errorType: PassedOver["errorType"], message: string): void =>
      void passedOver.push({ attempt, variant: served.variant, errorType, message });
    const rendered = prompts.render(value, variables);
    if (rendered.value === undefined) {
      passOver(rendered.errorType, rendered.message);
      continue;
    }
    if (isReply(rendered.value)) {
      chain.push({ attempt, served, reply: rendered.value.reply });
      break;
    }
    const missing = (rendered.value.tools ?? []).map((tool) => tool.name).filter((tool) => tools?.includes(tool) === false);
    if (missing.length > 0) passOver("missing_tools", `The app has no ${missing.join(", ")}.`);
    else chain.push({ attempt, served, config: { ...rendered.value } });
  }
  return { chain, passedOver };
}

async function signRun(
  { tokens, clock }: RunPorts,
  place: Place,
  content: Readonly<Record<string, unknown>>,
): Promise<Pick<StartedRun, "token" | "tokenExpiresAt">> {
  const expiresAt = clock() + RUN_LIMITS.tokenSeconds * 1_000;
  const [key] = await tokens.keys(place);
  assert(key !== undefined, "an environment has a signing key");
  const claims = { audience: audienceOf(place), expiresAt, content };
  return { token: signToken("run", claims, key, hmacSha256), tokenExpiresAt: new Date(expiresAt).toISOString() };
}
