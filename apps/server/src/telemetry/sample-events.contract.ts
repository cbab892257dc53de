/** Events for the contracts of stores: of two variants of one flag, each with its own id. */

import type { GenerationEvent, Served } from "@dimmer/protocol";
import type { KeptEvent, MetricQuestion, PackedEvents } from "./event-store.ts";
import { packEvents } from "./packed-events.ts";
import { DAY_MS } from "./times.ts";

export const NOW = Date.UTC(2026, 10, 20, 12);
export const OPUS: Served = {
  flag: "summarizer",
  variant: "opus",
  valueVersion: 3,
  version: "7",
  path: "rule",
  rule: "paid",
  reason: "SPLIT",
};
export const SONNET: Served = { ...OPUS, variant: "sonnet" };
export const ALL: MetricQuestion = { since: 0, until: NOW + 1_000 * DAY_MS, flag: "summarizer", by: "none" };

let drawn = 0;
export const base = (served: Served = OPUS) => ({
  id: `event-of-the-contract-${drawn++}`,
  at: NOW,
  targetingKey: "user-1",
  served,
});
export const call = (more: Partial<GenerationEvent> = {}, served?: Served): KeptEvent => ({
  ...base(served),
  kind: "generation",
  operation: "chat",
  attempt: 1,
  durationMs: 1_000,
  provider: "anthropic",
  requestModel: "claude-opus-4-5",
  responseModel: "claude-opus-4-5-20251101",
  inputTokens: 1_000,
  outputTokens: 100,
  costMicroUsd: 7_500,
  ...more,
});
export const received = (environment: string, events: readonly KeptEvent[], receivedAt = NOW): PackedEvents =>
  packEvents({ project: "p", environment, source: "server", receivedAt, events });
export const place = (environment: string) => ({ project: "p", environment });
