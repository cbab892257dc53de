/** The person at the controls, for all examples: edits flags through the management API and waits until the app has heard. */

import { openManagement, type Change, type Operation } from "@dimmer/protocol";
import type { Dimmer } from "@dimmer/sdk-server";

const { DIMMER_URL: url = "http://127.0.0.1:4180", DIMMER_TOKEN: token, DIMMER_PROJECT: project = "demo" } = process.env;
const management = openManagement({ url, token });

/** Applies one operation and gives the change once `dimmer` holds it. */
export async function edit(dimmer: Dimmer, operation: Operation, reason: string): Promise<Change> {
  const { change } = await management.submitChange(project, { operations: [operation], reason });
  return await heardBy(dimmer, change);
}

/** Takes a change back. */
export async function undo(dimmer: Dimmer, change: Change): Promise<Change> {
  return await heardBy(dimmer, (await management.undoChange(project, change.id)).change);
}

async function heardBy(dimmer: Dimmer, change: Change | null): Promise<Change> {
  if (change === null) throw new Error("The server applied nothing.");
  const version = change.versions["production"] ?? 0;
  while ((dimmer.snapshotVersion?.version ?? 0) < version) await nextChange(dimmer);
  return change;
}

async function nextChange(dimmer: Dimmer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("The change did not arrive within five seconds.")), 5_000);
    const stop = dimmer.on("configuration-changed", () => {
      clearTimeout(late);
      stop();
      resolve();
    });
  });
}
