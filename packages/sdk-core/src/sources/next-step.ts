/** What a remote source does next: one pure function over what has happened to it. */

import { ENGINE_LIMITS } from "../limits.ts";
import { backoffMs } from "./backoff.ts";
import type { SourceFailure } from "./source.ts";

/** `fetch` asks for the snapshot once, `stream` follows the stream until it ends, `rest` waits for close. */
export type Action = "fetch" | "stream" | "rest";

/** How the caller wants its snapshots: streamed, or fetched at an interval (undefined: once). */
export type Plan = { readonly stream: true } | { readonly stream: false; readonly pollIntervalMs: number | undefined };

/**
 * What a remote source remembers between its steps.
 *
 * `failures`        in a row, whatever failed; the exponent of the backoff.
 * `streamFailures`  in a row, while nothing said that the server itself is away.
 * `polling`         set while streaming does not work but fetching does.
 */
export interface RemoteState {
  readonly failures: number;
  readonly streamFailures: number;
  readonly polling: { readonly tryStreamAtMs: number; readonly waitMs: number } | undefined;
}

export const INITIAL_STATE: RemoteState = { failures: 0, streamFailures: 0, polling: undefined };

export type Outcome =
  | { readonly of: "fetch"; readonly failure: SourceFailure | undefined }
  | { readonly of: "stream"; readonly failure: SourceFailure; readonly livedMs: number };

export interface Step {
  readonly state: RemoteState;
  readonly action: Action;
  readonly delayMs: number;
}

/**
 * Decides the next action and when, from how the last one ended.
 *
 * Shape:  one action at a time, so that streaming and polling never overlap.
 * Errors: none; no outcome leads to "never again", and only a plan without an interval ever rests.
 * Source: ADR-0010.
 */
export function nextStep(state: RemoteState, outcome: Outcome, plan: Plan, nowMs: number, random: () => number): Step {
  if (outcome.of === "stream") return afterStream(state, outcome, nowMs, random);
  if (outcome.failure !== undefined) return afterFailedFetch(state, outcome.failure, random);
  return plan.stream ? afterFetch(state, nowMs, random) : afterPlannedFetch(plan.pollIntervalMs, random);
}

/** Polling by plan: every success starts the count of failures from the beginning. */
function afterPlannedFetch(pollIntervalMs: number | undefined, random: () => number): Step {
  if (pollIntervalMs === undefined) return { state: INITIAL_STATE, action: "rest", delayMs: 0 };
  return { state: INITIAL_STATE, action: "fetch", delayMs: spread(pollIntervalMs, random) };
}

/** The server is away or refuses us: that says nothing about streaming. */
function afterFailedFetch(state: RemoteState, failure: SourceFailure, random: () => number): Step {
  const delayMs = backoffMs(state.failures, failure, random);
  return { state: { ...state, failures: state.failures + 1, streamFailures: 0 }, action: "fetch", delayMs };
}

function afterFetch(state: RemoteState, nowMs: number, random: () => number): Step {
  const { polling } = state;
  if (polling !== undefined) {
    const action = nowMs >= polling.tryStreamAtMs ? "stream" : "fetch";
    const delayMs = action === "stream" ? 0 : spread(ENGINE_LIMITS.pollIntervalMs, random);
    return { state: { ...state, failures: 0 }, action, delayMs };
  }
  if (state.streamFailures < ENGINE_LIMITS.streamFailures) return { state, action: "stream", delayMs: 0 };
  return startPolling(ENGINE_LIMITS.streamRetryMs, nowMs, spread(ENGINE_LIMITS.pollIntervalMs, random));
}

function afterStream(state: RemoteState, end: Extract<Outcome, { of: "stream" }>, nowMs: number, random: () => number): Step {
  const { failure, livedMs } = end;
  const before = livedMs >= ENGINE_LIMITS.healthyMs ? INITIAL_STATE : state;
  const delayMs = backoffMs(before.failures, failure, random);
  if (before.polling !== undefined && livedMs === 0) {
    return startPolling(Math.min(before.polling.waitMs * 2, ENGINE_LIMITS.streamRetryMaxMs), nowMs, delayMs);
  }
  const failures = before.failures + 1;
  if (isStreamRefused(failure)) {
    return { state: { failures, streamFailures: ENGINE_LIMITS.streamFailures, polling: undefined }, action: "fetch", delayMs };
  }
  const streamFailures = before.streamFailures + 1;
  // A payload that was not taken leaves us behind, and streams that keep failing need a second opinion: both ask for the snapshot.
  const needsFetch = streamFailures >= ENGINE_LIMITS.streamFailures || failure.code === "payload";
  return { state: { failures, streamFailures, polling: undefined }, action: needsFetch ? "fetch" : "stream", delayMs };
}

function startPolling(waitMs: number, nowMs: number, delayMs: number): Step {
  const polling = { tryStreamAtMs: nowMs + waitMs, waitMs };
  return { state: { failures: 0, streamFailures: 0, polling }, action: "fetch", delayMs };
}

/** Some proxies and old servers know the snapshot but not the stream. */
function isStreamRefused(failure: SourceFailure): boolean {
  return failure.status !== undefined && [404, 405, 406, 410, 426, 501].includes(failure.status);
}

/** Up to a tenth early, so that processes which started together do not poll together. */
const spread = (intervalMs: number, random: () => number): number => intervalMs * (1 - random() / 10);
