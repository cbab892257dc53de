/** One conversation, one variant: hands an earlier answer's pin to the evaluation, which decides whether it still counts. */

import type { Served } from "../event.ts";
import type { FlagContext } from "../flag-client.ts";
import { AI_LIMITS } from "../limits.ts";
import type { Surroundings } from "../recorder.ts";
import { openInterruption, unlessAborted } from "../run/interruption.ts";

/**
 * Where pins of conversations are kept: in memory, in Redis, or in a column beside the conversation.
 *
 * Shape:  `memoryPins()`, `redisPins(redis)`, or two functions of your own.
 * Errors: what it rejects with is said once, and the flag is then decided without a pin; so it is after `AI_LIMITS.pinStoreMs`.
 */
export interface PinStore {
  get(key: string): PromiseLike<string | null | undefined>;
  set(key: string, token: string, expiresInSeconds: number): PromiseLike<unknown>;
}

/** A signed pin. What is in it is the SDK's business; the evaluation reads it back from the context attribute `dimmerPin`. */
export interface PinToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** The context attribute in which a pin travels, through OpenFeature and OFREP alike. */
export const PIN_ATTRIBUTE = "dimmerPin";

export interface PinRequest {
  readonly flag: string;
  readonly context: FlagContext;
  readonly conversation: string | undefined;
  /** A token that the app kept itself. */
  readonly pin: string | undefined;
}

/** The pin that this conversation holds of this flag, if any. */
export async function heldPin(
  { flag, conversation, pin }: PinRequest,
  store: PinStore | undefined,
  surroundings: Surroundings,
): Promise<string | undefined> {
  if (pin !== undefined || store === undefined || conversation === undefined) return pin;
  return (await askStore(() => store.get(keyOf(flag, conversation)), surroundings)) ?? undefined;
}

/**
 * The pin to keep after an answer.
 *
 * Shape:  the one that was held where the answer came from it; else a new one where the flag pins and the answer is not degraded,
 *         which is put into the store too.
 */
export async function keepPin(
  { flag, context, conversation }: PinRequest,
  held: string | undefined,
  served: Served | undefined,
  store: PinStore | undefined,
  surroundings: Surroundings,
): Promise<string | undefined> {
  if (served === undefined) return undefined;
  if (served.pinned === true) return held;
  if (isDegraded(served)) return undefined;
  const issued = await issue(flag, context, served, surroundings);
  if (issued !== undefined && store !== undefined && conversation !== undefined) {
    const { token, expiresInSeconds } = issued;
    await askStore(() => store.set(keyOf(flag, conversation), token, expiresInSeconds), surroundings);
  }
  return issued?.token;
}

/** What somebody gets because it could not be what it should, or because a tester said so, must not stay. */
const isDegraded = ({ path, ineligible, overridden, blocked, reason }: Served): boolean =>
  path === "fallback" || reason === "DISABLED" || ineligible === true || overridden === true || blocked === true;

async function issue(
  flag: string,
  context: FlagContext,
  served: Served,
  { port, sayOnce }: Surroundings,
): Promise<PinToken | undefined> {
  if (port?.pins === undefined) {
    sayOnce("pins", "pins come from Dimmer; without its port a conversation may change its variant.");
    return undefined;
  }
  try {
    return await port.pins.issue(flag, context, served);
  } catch {
    sayOnce("pins-failed", "a pin could not be made, so the conversation may change its variant.");
    return undefined;
  }
}

/** A store that hangs must not hang the app. */
async function askStore<T>(ask: () => PromiseLike<T>, { host, sayOnce }: Surroundings): Promise<T | undefined> {
  const patience = openInterruption({ what: "The store of pins", timeoutMs: AI_LIMITS.pinStoreMs }, host);
  patience.wait();
  try {
    return await unlessAborted(ask(), patience);
  } catch {
    sayOnce("pin-store", "the store of pins failed or took too long; flags were decided without a pin.");
    return undefined;
  } finally {
    patience.close();
  }
}

/** Both parts may hold anything. */
const keyOf = (flag: string, conversation: string): string => `dimmer:pin:${JSON.stringify([flag, conversation])}`;
