/** Questions to DuckDB, one after the other and each within its bound: what is too much is interrupted, and nothing waits behind it. */

import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { QuestionTooLargeError } from "../../telemetry/telemetry-store.ts";

/** One statement; rows as plain objects. */
export type Run = (sql: string, values?: DuckDBValue[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export const runOn =
  (connection: DuckDBConnection): Run =>
  async (sql, values = []) =>
    (await connection.runAndReadAll(sql, values)).getRowObjectsJS();

/** One connection has one transaction; whoever comes meanwhile waits. */
export function openTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
}

export interface Questions {
  readonly ask: Run;
  /** Ends what is being asked, then the connection. */
  readonly close: () => Promise<void>;
}

/**
 * Shape:  the connection is for questions alone, so that one that takes long holds up no append. A question has `questionMs` from its
 *         turn on; one whose turn comes after `readMs` is not put at all, as whoever asked has gone.
 * Errors: `QuestionTooLargeError` for one that needs more time or memory than there is.
 * Source: ADR-0027.
 */
export function openQuestions(connection: DuckDBConnection, questionMs: number): Questions {
  const run = runOn(connection);
  const inTurn = openTurns();
  let closing: Error | undefined;
  let interrupt: (why: Error) => void = () => {};

  const askWithin = async (...statement: Parameters<Run>): ReturnType<Run> => {
    let timer: NodeJS.Timeout | undefined;
    let over: Error | undefined;
    interrupt = (why) => {
      over ??= why;
      connection.interrupt();
      // Again: between the steps of a statement nothing runs that could hear it.
      clearTimeout(timer);
      timer = setTimeout(interrupt, TELEMETRY_LIMITS.interruptAgainMs, why);
    };
    timer = setTimeout(interrupt, questionMs, new QuestionTooLargeError(`It would take longer than ${questionMs} ms.`));
    try {
      return await run(...statement);
    } catch (error) {
      throw over ?? (isOutOfMemory(error) ? new QuestionTooLargeError("It would take more memory than there is.") : error);
    } finally {
      clearTimeout(timer);
      interrupt = () => {};
    }
  };

  return {
    ask(...statement) {
      let isLate = false;
      const timer = setTimeout(() => (isLate = true), TELEMETRY_LIMITS.readMs);
      return inTurn(async () => {
        clearTimeout(timer);
        if (isLate) throw new Error("Other questions took too long.");
        if (closing !== undefined) throw closing;
        return await askWithin(...statement);
      });
    },
    close() {
      closing = new Error("The telemetry store is closed.");
      interrupt(closing);
      return inTurn(async () => connection.closeSync());
    },
  };
}

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && error.message.startsWith("Out of Memory Error");
