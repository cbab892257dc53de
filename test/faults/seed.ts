/** Seeds of the fault tests: fixed for every run, another by `DIMMER_TEST_SEED`, and named by whatever fails. */

import { seededRandom, type Random } from "../runtimes/seeded-random.ts";

const GIVEN = process.env["DIMMER_TEST_SEED"];

/** The seed to replay, or this one. */
export const seedOr = (seed: number): number => (GIVEN === undefined ? seed : Number(GIVEN));

/** How many times as much as in every run: `npm run verify:long` sets it. */
export const isLong = process.env["DIMMER_TEST_LONG"] === "1";

/** Runs one seeded case; what it throws says how to have it again. */
export async function withSeed<T>(seed: number, run: (random: Random) => T | Promise<T>): Promise<T> {
  try {
    return await run(seededRandom(seed));
  } catch (cause) {
    throw new Error(`With DIMMER_TEST_SEED=${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
