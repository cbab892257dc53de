/** Looks at what is due, again and again: one pass or one timer, never both. */

export interface PassesPorts {
  /** Does what is due; gives the milliseconds until something else may be. */
  readonly runDue: () => Promise<number>;
  /** Milliseconds after a pass that failed. */
  readonly retryMs: number;
  /** What is looked at, for whoever hears of a failure. */
  readonly what: string;
  /** Calls back once; gives what cancels it. */
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onFailure: (error: unknown, what: string) => void;
}

export interface Passes {
  /** Begins a pass, or another one after that which runs. */
  wake(): void;
  /** Begins none any more; resolves when that which runs has ended. */
  close(): Promise<void>;
}

/** Errors: none; what a pass throws is told to `onFailure`, and the next comes after `retryMs`. */
export function openPasses({ runDue, retryMs, what, setTimer, onFailure }: PassesPorts): Passes {
  let cancelTimer = () => {};
  let pass: Promise<void> | undefined;
  let isAskedAgain = false;
  let isClosed = false;

  async function runPasses(): Promise<void> {
    let waitMs = retryMs;
    while (isAskedAgain) {
      isAskedAgain = false;
      waitMs = await runDue().catch((error: unknown) => {
        onFailure(error, what);
        return retryMs;
      });
    }
    pass = undefined;
    if (!isClosed) cancelTimer = setTimer(Math.max(0, waitMs), wake);
  }

  function wake(): void {
    if (isClosed) return;
    cancelTimer();
    isAskedAgain = true;
    pass ??= runPasses();
  }

  return {
    wake,
    async close() {
      isClosed = true;
      isAskedAgain = false;
      cancelTimer();
      await pass;
    },
  };
}
