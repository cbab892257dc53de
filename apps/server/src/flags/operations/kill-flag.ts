/** Kill, stop and restore: never refused for revision, validity or archived state, and idempotent. */

import type { FlagEnvironment } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { raisePinEpochs } from "../pin-epochs.ts";
import { requireBlock, requireFlag, requireVariant, withConfig } from "../project-state.ts";
import { refusal } from "../refusal.ts";
import type { Operate, Step } from "./step.ts";

/** The operations that nothing but a missing right holds up. */
export const isEmergency = (operation: Operation): boolean => operation.kind === "kill" || operation.kind === "stop";

export const killFlag: Operate<"kill"> = (state, { flag, environment }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  if (!config.enabled) return unchanged(state, `Killed ${flag} in ${environment} (it was killed already).`);
  const killed = raisePinEpochs({ ...config, enabled: false }, Object.keys(record.variants));
  return {
    state: withConfig(state, record, environment, killed),
    inverse: [{ kind: "restore", flag, environment }],
    summary: `Killed ${flag} in ${environment}.`,
    origins: [],
  };
};

export const stopVariant: Operate<"stop"> = (state, { flag, environment, variant }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  requireVariant(record, variant, `${pointer}/variant`);
  const { config } = requireBlock(state, record, environment, pointer);
  const stopped = config.stopped ?? [];
  if (stopped.includes(variant))
    return unchanged(state, `Stopped ${flag}:${variant} in ${environment} (it was stopped already).`);
  return {
    state: withConfig(state, record, environment, raisePinEpochs({ ...config, stopped: [...stopped, variant] }, [variant])),
    inverse: [{ kind: "restore", flag, environment, variant }],
    summary: `Stopped ${flag}:${variant} in ${environment}.`,
    origins: [],
  };
};

/** With a variant it lifts that stop, without one the kill; pins of before stay broken. */
export const restoreFlag: Operate<"restore"> = (state, { flag, environment, variant }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  if (variant === undefined) {
    if (config.enabled) throw refusal("conflict", pointer, `${flag} is not killed in ${environment}.`, sayStops(config));
    return {
      state: withConfig(state, record, environment, { ...config, enabled: true }),
      inverse: [{ kind: "kill", flag, environment }],
      summary: `Restored ${flag} in ${environment}.`,
      origins: [],
    };
  }
  requireVariant(record, variant, `${pointer}/variant`);
  if (config.stopped?.includes(variant) !== true) {
    throw refusal("conflict", pointer, `${flag}:${variant} is not stopped in ${environment}.`, sayStops(config));
  }
  return {
    state: withConfig(state, record, environment, withoutStop(config, variant)),
    inverse: [{ kind: "stop", flag, environment, variant }],
    summary: `Restored ${flag}:${variant} in ${environment}.`,
    origins: [],
  };
};

function unchanged(state: Step["state"], summary: string): Step {
  return { state, inverse: [], summary, origins: [] };
}

function withoutStop(config: FlagEnvironment, variant: string): FlagEnvironment {
  const { stopped, ...rest } = config;
  const left = (stopped ?? []).filter((name) => name !== variant);
  return left.length === 0 ? rest : { ...rest, stopped: left };
}

function sayStops({ stopped = [] }: FlagEnvironment): string {
  return stopped.length === 0 ? "There is nothing to restore." : `Stopped are: ${stopped.join(", ")}.`;
}
