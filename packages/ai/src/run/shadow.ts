/** Shadow runs: another variant is asked the same, unseen, so that it is known before anybody gets it. */

import { renderValue } from "../config/render.ts";
import { isReply, type ModelConfig } from "../config/value.ts";
import type { Served } from "../event.ts";
import { AI_LIMITS } from "../limits.ts";
import type { FallbackEntry } from "../port.ts";
import { callAttempt, failureWithin, type Call } from "./attempt.ts";
import { settle } from "./failures.ts";
import { openInterruption } from "./interruption.ts";
import { admitVariant, type RunState } from "./run-state.ts";
import { isStream } from "./stream.ts";

/**
 * Asks the variant that the port names for this context, if it does so now.
 *
 * Shape:  resolves when it is over, streams read to their end. Its generations carry `shadow: true` and the run's id; it has no
 *         exposure, no run and no outcome of its own. A variant that is broken or over its budget is not asked.
 * Errors: none; what goes wrong is in its generation.
 */
export async function runShadow(call: Call<unknown>, state: RunState): Promise<void> {
  const { use, surroundings } = state;
  const { shadows } = surroundings;
  const entry = shadows.running < AI_LIMITS.shadows ? entryOf(state) : undefined;
  const config = entry === undefined ? undefined : configOf(entry, state);
  if (entry === undefined || config === undefined) return;
  const permit = admitVariant(entry.variant, state);
  if (typeof permit === "string") return;
  const timeoutMs = config.parameters?.timeoutMs ?? use.timeoutMs ?? AI_LIMITS.attemptTimeoutMs;
  const interruption = openInterruption({ what: "The shadow run", timeoutMs }, surroundings.host);
  shadows.running++;
  try {
    const { answer, ended } = await callAttempt(call, { ...startOf(entry, config, state), interruption }, surroundings.host);
    if (isStream(answer)) await readToEnd(answer);
    const { failure } = await ended;
    settle(permit, failure?.errorType, failure?.httpStatus);
  } catch (error) {
    const { errorType, httpStatus } = failureWithin(error, interruption);
    settle(permit, errorType, httpStatus);
  } finally {
    shadows.running--;
  }
}

function entryOf({ use, surroundings: { port } }: RunState): FallbackEntry | undefined {
  try {
    return port?.shadow?.(use.flag, use.context);
  } catch {
    return undefined;
  }
}

/** A reply needs no trying, and a config that cannot be used shows when it is served. */
function configOf({ value }: FallbackEntry, { use, surroundings }: RunState): ModelConfig | undefined {
  const rendered = renderValue(value, use.variables, surroundings.fill).value;
  return rendered === undefined || isReply(rendered) ? undefined : rendered;
}

function startOf({ variant, valueVersion }: FallbackEntry, config: ModelConfig, { use, record }: RunState) {
  const served: Served = { flag: use.flag, variant, valueVersion };
  return {
    flag: use.flag,
    served,
    number: 1,
    config,
    record: (draft: Parameters<typeof record>[0]) => record(draft.kind === "generation" ? { ...draft, shadow: true } : draft),
    breakOff: (error: unknown) => error,
  };
}

async function readToEnd(stream: AsyncIterable<unknown>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
