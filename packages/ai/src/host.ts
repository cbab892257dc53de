/** What this package needs of its surroundings: two clocks, chance, a timer and somewhere to say what is missing. */

/** Shape: nothing here throws. Tests hand in their own; otherwise `webHost()` has it. */
export interface Host {
  /** Epoch milliseconds, for the dates of events. */
  now(): number;
  /** Milliseconds from any origin, never backwards; every duration is measured with it. */
  monotonicMs(): number;
  /** In [0, 1). */
  random(): number;
  /** Another one each time: 16 to 64 of `[0-9A-Za-z-]`. */
  newId(): string;
  /** Runs once after a delay; what it returns cancels. */
  setTimer(delayMs: number, run: () => void): () => void;
  /** Gets whole sentences that hold no prompt and no answer. */
  warn(message: string): void;
}

/** Since a moment of the monotonic clock, in whole milliseconds. */
export const elapsedSince = (begunMs: number, host: Pick<Host, "monotonicMs">): number =>
  Math.max(0, Math.round(host.monotonicMs() - begunMs));

/** Says each thing once, because an app does the same thing again and again. */
export type SayOnce = (what: string, message: string) => void;

export function openSayOnce(host: Pick<Host, "warn">): SayOnce {
  const said = new Set<string>();
  return (what, message) => {
    if (said.has(what) || said.size >= SAID_MAX) return;
    said.add(what);
    host.warn(`Dimmer AI: ${message} This is said once.`);
  };
}

/** Different things that are said; what comes after is not. */
const SAID_MAX = 200;
