/** The person at the controls, for all examples: edits flags through the management API and waits until the app has heard. */

import { openManagement, type Change, type Operation } from "@dimmer/protocol";
import type { Dimmer } from "@dimmer/sdk-server";

const { DIMMER_URL: url, DIMMER_KEY: key, DIMMER_TOKEN: token, DIMMER_PROJECT: project = "demo" } = process.env;
if (url === undefined || key === undefined || token === undefined) {
  throw new Error("Set DIMMER_URL, DIMMER_KEY and DIMMER_TOKEN as `npm start` prints them, or use `npm run examples`.");
}
const management = openManagement({ url, token });

/** What a change may take from the command to the decision, and what nobody waits for any longer. */
export const WITHIN_MS = 1_000;
const GIVE_UP_AFTER_MS = 5_000;

/** A change that the app has heard of, and how long after the command that was. */
export interface Heard {
  readonly change: Change;
  readonly tookMs: number;
}

/** Applies one operation; resolves once `dimmer` decides by it. */
export function edit(dimmer: Dimmer, operation: Operation, reason: string): Promise<Heard> {
  return hear(dimmer, () => management.submitChange(project, { operations: [operation], reason }));
}

/** Takes a change back; resolves once `dimmer` decides without it. */
export function undo(dimmer: Dimmer, change: Change): Promise<Heard> {
  return hear(dimmer, () => management.undoChange(project, change.id));
}

async function hear(dimmer: Dimmer, send: () => Promise<{ readonly change: Change | null }>): Promise<Heard> {
  const started = performance.now();
  const { change } = await send();
  if (change === null) throw new Error("The server applied nothing.");
  // A change that alters nothing has no version, and there is nothing to wait for.
  const version = change.versions["production"] ?? 0;
  while ((dimmer.snapshotVersion?.version ?? 0) < version) await nextChange(dimmer);
  return { change, tookMs: Math.round(performance.now() - started) };
}

async function nextChange(dimmer: Dimmer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Nothing arrived within ${GIVE_UP_AFTER_MS} ms.`)), GIVE_UP_AFTER_MS);
    const stop = dimmer.on("configuration-changed", () => {
      clearTimeout(late);
      stop();
      resolve();
    });
  });
}
