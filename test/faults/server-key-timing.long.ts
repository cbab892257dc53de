/** Whether the time of a refusal tells how much of a key was right; only in `npm run verify:long`, as it needs a quiet machine. */

import { expect, test } from "vitest";
import { createKey } from "../../apps/server/src/access/keys.ts";
import { openKnownKeys } from "../../apps/server/src/access/known-keys.ts";
import { EVERYWHERE, openTestPorts } from "../../apps/server/src/access/sample-ports.contract.ts";
import { initialiseInstallation } from "../../apps/server/src/environments/installation.ts";

const SAMPLES = 100_000;
/** The slowest are somebody else's turn on the processor. */
const KEPT = 0.9;
/** What the plan asks for: beyond it two means differ for certain. */
const MOST = 4.5;

test("A31 100,000 refusals of a key that begins rightly take as long as of one that does not", async () => {
  const ports = await openTestPorts();
  await initialiseInstallation(ports, {
    project: { key: "shop", name: "Shop" },
    environment: { key: "production", name: "Production", production: true },
  });
  const order = { kind: "server", name: "api", project: "shop", environment: "production" } as const;
  const { secret } = await createKey(ports, EVERYWHERE, order);
  const known = openKnownKeys({ store: ports.store, clock: () => 1_000 });
  const guesses = [`${secret.slice(0, -1)}!`, `${secret.slice(0, 10)}${"!".repeat(secret.length - 10)}`] as const;
  const times: [number[], number[]] = [[], []];
  for (let sample = -1_000; sample < SAMPLES; sample++) {
    // Which of the two goes first changes, so that neither always follows the other.
    for (const which of sample % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const started = performance.now();
      const found = await known.authenticate(guesses[which]);
      const tookMs = performance.now() - started;
      if (found !== null) throw new Error("A guess was right.");
      if (sample >= 0) times[which].push(tookMs);
    }
  }
  await ports.store.close();
  expect(Math.abs(welch(trimmed(times[0]), trimmed(times[1])))).toBeLessThan(MOST);
});

const trimmed = (times: readonly number[]): readonly number[] =>
  [...times].sort((one, other) => one - other).slice(0, Math.floor(times.length * KEPT));

function welch(one: readonly number[], other: readonly number[]): number {
  const [first, second] = [momentsOf(one), momentsOf(other)];
  return (first.mean - second.mean) / Math.sqrt(first.variance / one.length + second.variance / other.length);
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}
