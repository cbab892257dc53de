/** Begins a run for an app without an SDK: decides, fills the prompts of the chain, and signs the token for feedback. */

import { strict as assert } from "node:assert";
import type { z } from "zod";
import { type Candidate, chainOf, isReply, openPrompts, type Prompts, servedOf } from "@dimmer/ai/parts";
import { evaluate, signToken } from "@dimmer/evaluation";
import { type PassedOver, ProblemError, RUN_LIMITS, type RunAttempt, type RunRequest, type StartedRun } from "@dimmer/protocol";
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

type RunOrder = z.output<typeof RunRequest>;

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
  const served = servedOf(order.flag, evaluation);
  const first = served === undefined ? undefined : { number: 1, value: evaluation.value, served };
  const candidates = chainOf(first, order.flag, context, { fallback: () => evaluation.fallback });
  const { chain, passedOver } = fillChain(candidates, order, prompts);
  const run = ports.drawId();
  const targetingKey = typeof context.targetingKey === "string" ? { targetingKey: context.targetingKey } : {};
  const { task, conversation } = order;
  const links = {
    ...(task === undefined ? {} : { task }),
    ...(conversation === undefined ? {} : { conversation }),
    ...targetingKey,
  };
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

/** Up to the first answer that is one by itself: behind it nothing is ever tried. */
function fillChain(candidates: Iterable<Candidate>, { variables = {}, tools }: RunOrder, prompts: Prompts) {
  const chain: RunAttempt[] = [];
  const passedOver: PassedOver[] = [];
  for (const { number: attempt, value, served } of candidates) {
    assert(served !== undefined, "a flag's own chain");
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
