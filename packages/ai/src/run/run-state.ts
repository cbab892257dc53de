/** What one run knows while it goes down its chain. */

import type { Rendered } from "../config/render.ts";
import type { Fill, Variables } from "../config/template.ts";
import type { Breaker, Permit } from "../fallback/breaker.ts";
import type { Candidate } from "../fallback/chain.ts";
import type { FlagContext } from "../flag-client.ts";
import { AI_LIMITS } from "../limits.ts";
import { openRecorder, type EventIds, type Recorder, type Surroundings } from "../recorder.ts";
import type { AttemptFailure } from "./errors.ts";
import { openInterruption, type Interruption } from "./interruption.ts";

/** A config that was read, ready to be used any number of times. */
export interface Use {
  readonly flag: string;
  readonly context: FlagContext;
  /** What the flag served, or the app's default model; nothing where only the plain answer is left. */
  readonly first: (Candidate & { readonly rendered: Rendered }) | undefined;
  readonly reply: string;
  readonly variables: Variables;
  readonly tools: readonly string[] | undefined;
  readonly timeoutMs: number | undefined;
  readonly totalTimeoutMs: number | undefined;
  readonly task: string | undefined;
  readonly conversation: string | undefined;
}

/** What runs share. */
export interface RunSurroundings extends Surroundings {
  readonly breaker: Breaker;
  readonly fill: Fill;
  /** Shadow runs that are on their way. */
  readonly shadows: { running: number };
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined;
}

export interface RunState {
  readonly use: Use;
  readonly surroundings: RunSurroundings;
  readonly whole: Interruption;
  readonly record: Recorder;
  readonly failures: AttemptFailure[];
  readonly missingTools: Set<string>;
  readonly id: string;
  readonly begunMs: number;
  attempts: number;
}

export function openState(
  use: Use,
  { signal, totalTimeoutMs }: { readonly signal?: AbortSignal; readonly totalTimeoutMs?: number },
  surroundings: RunSurroundings,
): RunState {
  const { host } = surroundings;
  const id = host.newId();
  const timeoutMs = totalTimeoutMs ?? use.totalTimeoutMs ?? AI_LIMITS.totalTimeoutMs;
  return {
    use,
    surroundings,
    whole: openInterruption({ what: "The run", timeoutMs, outer: signal }, host),
    record: openRecorder(idsOf(id, use, surroundings.port), surroundings),
    failures: [],
    missingTools: new Set(),
    id,
    begunMs: host.monotonicMs(),
    attempts: 0,
  };
}

const idsOf = (run: string, { flag, task, conversation, context }: Use, port: RunSurroundings["port"]): EventIds => ({
  run,
  task,
  conversation,
  targetingKey: context["targetingKey"],
  attributes: orElse(undefined, () => port?.spendAttributes?.(flag, context)),
});

/** Leave to call a variant once, or what stands in the way; without a variant it is the app's own default. */
export function admitVariant(variant: string | undefined, { use, surroundings }: RunState): Permit | "breaker_open" | "budget" {
  const permit = surroundings.breaker.admit(`${use.flag.length}:${use.flag}:${variant}`);
  if (permit === undefined) return "breaker_open";
  const isLeft = () => surroundings.port?.takeBudget?.(use.flag, variant as string, use.context) ?? true;
  if (variant === undefined || orElse(true, isLeft)) return permit;
  permit.release();
  return "budget";
}

/** A port that cannot say takes nothing away. */
function orElse<T>(nothing: T, ask: () => T): T {
  try {
    return ask();
  } catch {
    return nothing;
  }
}
