/** Gives turns: one holder at a time, in order of arrival, with a bounded queue behind it. */

import { type ProblemCode, ProblemError } from "@dimmer/protocol";

export interface Turns {
  /** Waits for its turn, runs `work`, and lets the next one in whatever came of it. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Shape:  first come, first served.
 * Errors: `ProblemError` with the code when `bound` callers wait already; `work`'s own error otherwise.
 */
export function createTurns(bound: number, what: string, code: ProblemCode = "store-unavailable"): Turns {
  const waiting: (() => void)[] = [];
  let isTaken = false;

  async function enter(): Promise<void> {
    if (!isTaken) {
      isTaken = true;
      return;
    }
    if (waiting.length >= bound) {
      throw new ProblemError(code, `More than ${bound} ${what} are waiting. Try again in a second.`);
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) isTaken = false;
    else next();
  }

  return {
    async take(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
