/** What an SDK tells of one run whose model took too long, half an hour ago. */

import { expect } from "vitest";
import type { ServerProcess } from "./processes.ts";

export interface ToldRun {
  readonly run: string;
  readonly flag: string;
  /** What was served, and what answered in its place. */
  readonly variant: string;
  readonly fallback: string;
  readonly valueVersion: number;
}

const HALF_AN_HOUR_MS = 1_800_000;

export async function tellRun(
  { url, key }: Pick<ServerProcess, "url" | "key">,
  { run, flag, variant, fallback, valueVersion }: ToldRun,
): Promise<void> {
  const served = { flag, variant, valueVersion, path: "default" };
  const common = { at: Date.now() - HALF_AN_HOUR_MS, run, targetingKey: "user-7", served };
  const told = (id: string, more: object) => ({ ...common, id: `event-of-the-page-${id}`, ...more });
  const call = { kind: "generation", operation: "chat", attempt: 1, provider: "openai", requestModel: "gpt-4o-mini" };
  const events = [
    told("exposure", { kind: "exposure" }),
    told("call", { ...call, durationMs: 9_000, errorType: "timeout" }),
    told("other", {
      ...call,
      served: { ...served, variant: fallback },
      attempt: 2,
      durationMs: 700,
      inputTokens: 900,
      outputTokens: 80,
    }),
    told("tool", { kind: "step", operation: "execute_tool", name: "search", durationMs: 40 }),
    told("end", { kind: "run", outcome: "fallback", attempts: 2, durationMs: 9_800, served: { ...served, variant: fallback } }),
    told("thumbs", { kind: "feedback", name: "thumbs", value: 0 }),
    told("comment", { kind: "feedback", name: "comment", comment: "Too short." }),
  ];
  const response = await fetch(`${url}/sdk/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  expect(await response.json()).toMatchObject({ accepted: events.length, dropped: 0 });
}
