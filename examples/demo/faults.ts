/** What can go wrong with a model while the demo runs, each to be switched on and off. */

import type { Behaviour } from "../model-server/behaviour.ts";
import type { ModelServer } from "../model-server/model-server.ts";

/** How the models are when nothing is wrong. */
export const HEALTHY: Readonly<Record<string, Partial<Behaviour>>> = {
  "claude-opus-4-6": { latencyMs: 700, latencySpread: 0.35, pieceMs: 12, quality: 0.97, errorRate: 0.004, fingerprint: "opus-1" },
  "claude-sonnet-4-6": {
    latencyMs: 380,
    latencySpread: 0.3,
    pieceMs: 8,
    quality: 0.93,
    errorRate: 0.004,
    fingerprint: "sonnet-1",
  },
};

/** What a switch does to the model that is being rolled out. */
export const FAULTS = {
  worse: { says: "answers lose half of their words", change: { quality: 0.5 } },
  slower: { says: "the first word takes four times as long", change: { latencyMs: 2_800 } },
  dearer: { says: "it thinks 2,000 tokens before each answer", change: { reasoningTokens: 2_000 } },
  failing: { says: "three of ten calls end in 529 overloaded", change: { errorRate: 0.3, errorStatus: 529 } },
  drifting: { says: "another build answers, a little worse every ten seconds", change: { fingerprint: "opus-2" } },
} as const satisfies Readonly<Record<string, { readonly says: string; readonly change: Partial<Behaviour> }>>;

export type Fault = keyof typeof FAULTS;

export const isFault = (name: string): name is Fault => Object.hasOwn(FAULTS, name);

/** Whose faults are switched: the variant that a rollout would turn up. */
const FAULTY = "claude-opus-4-6";
const DRIFT_EVERY_MS = 10_000;
const DRIFT_STEP = 0.04;
const WORST_QUALITY = 0.4;

export interface Faults {
  /** The names of those that are on. */
  readonly on: readonly Fault[];
  set(fault: Fault, on: boolean): void;
  close(): void;
}

/** Switches over a model server. */
export function openFaults(models: Pick<ModelServer, "behave">): Faults {
  const on = new Set<Fault>();
  let drifted = 0;
  const apply = (): void => {
    const changes = [...on].map((fault): Partial<Behaviour> => FAULTS[fault].change);
    const behaviour = Object.assign({ reasoningTokens: 0, errorStatus: 500 }, HEALTHY[FAULTY], ...changes) as Behaviour;
    models.behave(FAULTY, { ...behaviour, quality: Math.max(WORST_QUALITY, behaviour.quality - drifted) });
  };
  const drift = setInterval(() => {
    if (!on.has("drifting")) return;
    drifted += DRIFT_STEP;
    apply();
  }, DRIFT_EVERY_MS);
  return {
    get on() {
      return [...on];
    },
    set(fault, isOn) {
      if (isOn) on.add(fault);
      else on.delete(fault);
      if (fault === "drifting") drifted = 0;
      apply();
    },
    close: () => clearInterval(drift),
  };
}
