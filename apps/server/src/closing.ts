/** What was opened, closed in the opposite order. */

export interface Closing {
  /** Adds what is to be done before everything that was added earlier. */
  add(close: () => unknown): void;
  /** Does all of it, once; what fails does not keep the rest from being closed. */
  close(): Promise<void>;
}

/** Shape: `close` rejects with the first failure, when everything has been tried. */
export function openClosing(): Closing {
  const closers: (() => unknown)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return { add: (close) => void closers.push(close), close: () => (closed ??= closeAll()) };
}
