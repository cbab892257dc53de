/** One piece of work in DuckDB, whole or not at all. */

import type { Run } from "./open-questions.ts";

export async function inTransaction<T>(run: Run, work: () => Promise<T>): Promise<T> {
  await run("BEGIN");
  try {
    const value = await work();
    await run("COMMIT");
    return value;
  } catch (error) {
    // Where the commit itself failed there is nothing left to take back.
    await run("ROLLBACK").catch(() => {});
    throw error;
  }
}
