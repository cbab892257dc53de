/** An app of its own process for end-to-end tests: holds an SDK with both faces and answers questions, a JSON line each. */

import { createInterface } from "node:readline";
import { openDimmer } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import type { AppState, Question } from "./processes.ts";

type Message =
  | ({ readonly kind: "ask" | "values" } & Question)
  | { readonly kind: "state" }
  | { readonly kind: "hears"; readonly version: number };

/** When each version came to be held here. */
const heardAt = new Map<number, number>();
const openFeatureChanges: string[] = [];
let errors = 0;

const dimmer = openDimmer();
dimmer.on("configuration-changed", () => noteVersion());
dimmer.on("error", () => (errors += 1));
await dimmer.ready();
noteVersion();
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, (details) => void openFeatureChanges.push(...flagsOf(details)));
await OpenFeature.setProviderAndWait(new DimmerProvider({ client: dimmer }));
const openFeature = OpenFeature.getClient();

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await answerTo(JSON.parse(line) as Message);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function answerTo(message: Message): Promise<unknown> {
  if (message.kind === "ask")
    return await Promise.all(message.keys.map(async (key) => (await detailsFor(message, key)).variant ?? null));
  if (message.kind === "values")
    return await Promise.all(message.keys.map(async (key) => (await detailsFor(message, key)).value));
  if (message.kind === "hears") return await hear(message.version);
  const held = dimmer.snapshotVersion;
  const state: AppState = { status: dimmer.status, version: held?.version, epoch: held?.epoch, errors, openFeatureChanges };
  return state;
}

/** Asks for the type that the demo's flags have. */
async function detailsFor(
  { face, flag, context }: Question,
  key: string,
): Promise<{ readonly variant?: string; readonly value: unknown }> {
  const asked = { targetingKey: key, ...context };
  const isOpenFeature = face === "openfeature";
  if (flag === "summarizer")
    return isOpenFeature ? openFeature.getObjectDetails(flag, {}, asked) : dimmer.objectDetails(flag, asked, {});
  if (flag === "ai-enabled")
    return isOpenFeature ? openFeature.getBooleanDetails(flag, false, asked) : dimmer.booleanDetails(flag, asked, false);
  return isOpenFeature ? openFeature.getStringDetails(flag, "default", asked) : dimmer.stringDetails(flag, asked, "default");
}

function noteVersion(): void {
  const version = dimmer.snapshotVersion?.version;
  if (version !== undefined) heardAt.set(version, Date.now());
}

/** A later version may have come in one step with the asked one. */
async function hear(version: number): Promise<number> {
  for (;;) {
    const times = [...heardAt].filter(([held]) => held >= version).map(([, at]) => at);
    if (times.length > 0) return Math.min(...times);
    await new Promise<void>((resolve) => {
      const stop = dimmer.on("configuration-changed", () => {
        stop();
        resolve();
      });
    });
  }
}

/** OpenFeature types the details of its events by event, and loses that on the way to a handler of several. */
function flagsOf(details: unknown): readonly string[] {
  return (details as { readonly flagsChanged?: readonly string[] } | undefined)?.flagsChanged ?? [];
}
