/** An app of its own process for end-to-end tests: holds an SDK with both faces and answers questions, a JSON line each. */

import { createInterface } from "node:readline";
import { openDimmer } from "@dimmer/sdk-server";
import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";
import type { AppState, Question } from "./processes.ts";

type Message =
  | ({ readonly kind: "ask" } & Question)
  | { readonly kind: "state" }
  | { readonly kind: "hears"; readonly version: number };

/** When each version came to be held here. */
const heardAt = new Map<number, number>();
const openFeatureChanges: string[] = [];

const dimmer = openDimmer();
dimmer.on("configuration-changed", () => noteVersion());
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
  if (message.kind === "ask") return await Promise.all(message.keys.map((key) => variantFor(message, key)));
  if (message.kind === "hears") return await hear(message.version);
  const held = dimmer.snapshotVersion;
  const state: AppState = { status: dimmer.status, version: held?.version, epoch: held?.epoch, openFeatureChanges };
  return state;
}

/** Asks for the type that the demo's flags have; the variant is what counts. */
async function variantFor({ face, flag, context }: Question, key: string): Promise<string | null> {
  const asked = { targetingKey: key, ...context };
  const isObject = flag === "summarizer";
  const isBoolean = flag === "ai-enabled";
  if (face === "openfeature") {
    const details = isObject
      ? await openFeature.getObjectDetails(flag, {}, asked)
      : isBoolean
        ? await openFeature.getBooleanDetails(flag, false, asked)
        : await openFeature.getStringDetails(flag, "default", asked);
    return details.variant ?? null;
  }
  const details = isObject
    ? dimmer.objectDetails(flag, asked, {})
    : isBoolean
      ? dimmer.booleanDetails(flag, asked, false)
      : dimmer.stringDetails(flag, asked, "default");
  return details.variant ?? null;
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
