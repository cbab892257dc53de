/** A rollout on the real stores, with a clock that the test moves and apps that tell of calls at a rate. */

import type { RunEvent, Served, WrittenPlan } from "@dimmer/protocol";
import { RolloutRequest } from "@dimmer/protocol";
import { ANYONE, create, openTestProject, PROJECT, SUMMARIZER, type TestProject } from "../flags/sample-project.contract.ts";
import { openDuckDbStore } from "../storage/telemetry/duckdb-store.ts";
import type { RolloutRecord, VerdictRecord } from "../storage/rollout-record.ts";
import type { KeptEvent } from "../telemetry/event-store.ts";
import { packEvents } from "../telemetry/packed-events.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import { openRolloutController, type RolloutController } from "./controller.ts";
import { startRollout, type Started, type StartPorts } from "./start-rollout.ts";
import type { TickPorts } from "./tick.ts";

export const NOON = Date.parse("2026-11-27T12:00:00Z");
const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** What an app tells of one variant. */
export interface Behaviour {
  readonly errors: number;
  readonly durationMs?: number;
  readonly costMicroUsd?: number;
  readonly thumbsDown?: number;
  readonly model?: string;
}
export const FINE: Behaviour = { errors: 0.1 };

export interface TestRollouts {
  readonly project: TestProject;
  readonly ports: StartPorts & TickPorts;
  readonly telemetry: TelemetryStore;
  readonly failures: unknown[];
  now(): number;
  /** Moves the clock, without a look. */
  jump(ms: number): void;
  /** A day of calls of what the split gives now. */
  live(perHour?: number, behaviours?: Readonly<Record<string, Behaviour>>): Promise<void>;
  start(plan: WrittenPlan, more?: object): Promise<Started>;
  /** A minute of calls, as the split says and as the variants behave, and a look. */
  tick(perTick: number, behaviours?: Readonly<Record<string, Behaviour>>, more?: TickMore): Promise<void>;
  /** Looks, as the server's timer would. */
  look(): Promise<void>;
  /** As a server that was killed and started again. */
  restart(): Promise<void>;
  rollout(id?: string): Promise<RolloutRecord>;
  verdicts(id?: string): Promise<readonly VerdictRecord[]>;
  shares(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface TickMore {
  readonly source?: "server" | "browser";
  /** Tells the one for the other. */
  readonly isFlipped?: boolean;
  /** By so much the events say that they happened before. */
  readonly ageMs?: number;
}

/** Random, and the same each time. */
function openChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function openTestRollouts(seed = 7): Promise<TestRollouts> {
  const project = await openTestProject();
  const telemetry = await openDuckDbStore(":memory:");
  const chance = openChance(seed);
  const failures: unknown[] = [];
  let now = NOON;
  let drawn = 0;
  let resolveLook = (): void => {};
  const ports: StartPorts & TickPorts = {
    ...project.ports,
    clock: () => now,
    telemetry,
    events: { oldest: () => undefined },
    onFailure: (error) => failures.push(error),
  };
  const open = (): RolloutController => openRolloutController({ ...ports, setTimer: () => (resolveLook(), () => {}) });
  let controller = open();
  await project.apply([create("summarizer", SUMMARIZER)]);

  const splitNow = async () => {
    const { default: serve } = await project.config("summarizer");
    return "split" in serve ? serve.split : { [serve.variant]: 100 };
  };
  const pick = (split: Readonly<Record<string, number>>): string => {
    let left = chance() * 100;
    for (const [variant, percent] of Object.entries(split)) if ((left -= percent) < 0) return variant;
    return Object.keys(split).at(-1) ?? "";
  };
  const callOf = (variant: string, at: number, { errors, ...behaviour }: Behaviour): KeptEvent[] => {
    const id = `call-of-the-rollout-${drawn++}`;
    const served: Served = { flag: "summarizer", variant, path: "default", reason: "SPLIT" };
    const base = { at, run: id, targetingKey: `person-${drawn}`, served };
    const { durationMs = 900 + 200 * chance(), costMicroUsd = 1_000, thumbsDown, model = `model-${variant}` } = behaviour;
    const failure = chance() < errors ? ({ errorType: "server_error" } as const) : {};
    const ended: RunEvent = { ...base, kind: "run", id: `${id}-end`, outcome: "model", attempts: 1, durationMs };
    return [
      {
        ...base,
        kind: "generation",
        id,
        operation: "chat",
        attempt: 1,
        durationMs,
        responseModel: model,
        costMicroUsd,
        ...failure,
      },
      ...(thumbsDown === undefined ? [] : [ended]),
      ...(thumbsDown !== undefined && chance() < thumbsDown
        ? [{ ...base, kind: "feedback" as const, id: `${id}-said`, name: "thumbs" as const, value: 0 }]
        : []),
    ];
  };
  const send = async (events: readonly KeptEvent[], source: "server" | "browser" = "server"): Promise<void> => {
    const from = { project: PROJECT, environment: "production", source, receivedAt: now };
    for (let at = 0; at < events.length; at += 500)
      await telemetry.appendEvents([packEvents({ ...from, events: events.slice(at, at + 500) })]);
  };
  const look = async (): Promise<void> => {
    const looked = new Promise<void>((resolve) => (resolveLook = resolve));
    controller.wake();
    await looked;
  };

  const rollouts: TestRollouts = {
    project,
    ports,
    telemetry,
    failures,
    now: () => now,
    jump: (ms) => void (now += ms),
    async live(perHour = 600, behaviours = {}) {
      const split = await splitNow();
      const events: KeptEvent[] = [];
      for (let hour = 24; hour > 0; hour--) {
        for (let one = 0; one < perHour; one++) {
          const variant = pick(split);
          events.push(...callOf(variant, Math.floor(now - (hour - chance()) * HOUR_MS), behaviours[variant] ?? FINE));
        }
      }
      await send(events);
    },
    start: (plan, more = {}) => {
      const request = { flag: "summarizer", environment: "production", variant: "opus", plan, ...more };
      return startRollout(ports, ANYONE, PROJECT, RolloutRequest.parse(request));
    },
    async tick(perTick, behaviours = {}, { source = "server", isFlipped = false, ageMs = 0 } = {}) {
      const split = await splitNow();
      now += MINUTE_MS;
      const events: KeptEvent[] = [];
      for (let one = 0; one < perTick; one++) {
        const variant = pick(split);
        const told = isFlipped ? (variant === "opus" ? "sonnet" : "opus") : variant;
        events.push(...callOf(told, Math.floor(now - ageMs - chance() * MINUTE_MS), behaviours[variant] ?? FINE));
      }
      await send(events, source);
      await look();
    },
    look,
    async restart() {
      await controller.close();
      controller = open();
    },
    async rollout(id) {
      const [newest] = await ports.store.listRollouts(PROJECT, { limit: 1 });
      const record = id === undefined ? newest : await ports.store.getRollout(PROJECT, id);
      if (record === undefined || record === null) throw new Error("no rollout");
      return record;
    },
    async verdicts(id) {
      return await ports.store.listVerdicts(id ?? (await rollouts.rollout()).id, { limit: 1_000 });
    },
    shares: splitNow,
    async close() {
      await controller.close();
      await telemetry.close();
      await ports.store.close();
    },
  };
  return rollouts;
}
