/** What an address serves: ramp, set-split, fresh-people, set-serve and serve-all. */

import { type FlagEnvironment, rampSplit, sayServe, type Serve, type ServeSplit } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { requireServe, sayAddress, withServe } from "../addresses.ts";
import { isSplit, layServe } from "../lay-split.ts";
import {
  flagEnvironmentResource,
  originAt,
  requireBlock,
  requireLiveFlag,
  requireVariant,
  rulePath,
  touchedBy,
  withConfig,
} from "../project-state.ts";
import type { Origin, ProjectState } from "../project-state.ts";
import { pointerSegment, refusal } from "../refusal.ts";
import type { FlagRecord } from "../../storage/store.ts";
import { readServe } from "./read-part.ts";
import type { Operate, Step } from "./step.ts";

export const rampVariant: Operate<"ramp"> = (state, operation, pointer) => {
  const { flag, environment, rule, variant, percent } = operation;
  const { record, config, serve } = findServe(state, operation, pointer);
  requireVariant(record, variant, `${pointer}/variant`);
  const present = requireSplit(serve, sayAddress(rule), pointer);
  checkDecimals(percent, `${pointer}/percent`);
  const ramped = rampSplit(present.split, variant, percent);
  if ("problem" in ramped) {
    throw refusal("conflict", pointer, `Cannot ramp ${variant}: ${ramped.problem}.`, "Give all shares with set-split.");
  }
  const next = layServe({ ...withoutStored(present), split: ramped.split }, present, record.salt);
  const summary = `Ramped ${flag}:${variant} from ${present.split[variant]} % to ${percent} % in ${sayAddress(rule)} in ${environment}.`;
  const issues = stoppedWarning(config, variant, percent, pointer);
  return { ...serveStep(state, record, { environment, rule, serve: next, pointer }, summary), issues };
};

export const setSplit: Operate<"set-split"> = (state, operation, pointer) => {
  const { flag, environment, rule, split } = operation;
  const { record, serve } = findServe(state, operation, pointer);
  for (const variant of Object.keys(split)) requireVariant(record, variant, `${pointer}/split${pointerSegment(variant)}`);
  const authored = isSplit(serve) ? { ...withoutStored(serve), split } : { split };
  const next = layServe(authored, serve, record.salt);
  const summary = `Set ${sayAddress(rule)} of ${flag} in ${environment} from ${sayServe(serve)} to ${sayServe(next)}.`;
  return serveStep(state, record, { environment, rule, serve: next, pointer, part: "" }, summary);
};

/**
 * Another offset gives a split other people. Only where one side has everything, since anywhere else it would move
 * people against the promise that an edit moves the fewest.
 */
export const drawFreshPeople: Operate<"fresh-people"> = (state, operation, pointer) => {
  const { flag, environment, rule, offset } = operation;
  const { record, serve } = findServe(state, operation, pointer);
  const present = requireSplit(serve, sayAddress(rule), pointer);
  const stored = present.stored;
  if (stored === undefined || !isOneSided(present)) {
    const mend = "Ramp down to 0 % first, then ask for fresh people.";
    throw refusal(
      "conflict",
      pointer,
      `${sayAddress(rule)} of ${flag} serves ${sayServe(present)}; new people would be moved.`,
      mend,
    );
  }
  const next = { ...present, stored: { ...withoutPrevious(stored), offset } };
  const summary = `Drew fresh people for ${sayAddress(rule)} of ${flag} in ${environment} (offset ${offset}).`;
  return serveStep(state, record, { environment, rule, serve: next, pointer }, summary);
};

export const setServe: Operate<"set-serve"> = (state, operation, pointer) => {
  const { flag, environment, rule } = operation;
  const { record, serve } = findServe(state, operation, pointer);
  const authored = readServe(operation.serve, serve, rule, `${pointer}/serve`, record);
  const next = layServe(authored, serve, record.salt);
  const summary = `Set ${sayAddress(rule)} of ${flag} in ${environment} from ${sayServe(serve)} to ${sayServe(next)}.`;
  return serveStep(state, record, { environment, rule, serve: next, pointer, part: "/serve" }, summary);
};

/** One variant for everyone: rules and targets go, requirements, fallback and pin policy stay. */
export const serveAll: Operate<"serve-all"> = (state, { flag, environment, variant }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  requireVariant(record, variant, `${pointer}/variant`);
  const { rules = [], targets, ...rest } = config;
  const inverse: Operation[] = [
    { kind: "set-serve", flag, environment, rule: "default", serve: config.default },
    ...(targets === undefined ? [] : [{ kind: "set-targets" as const, flag, environment, targets: copyTargets(targets) }]),
    ...rules.map((rule, at) => ({ kind: "set-rule" as const, flag, environment, rule, at })),
  ];
  return {
    state: withConfig(state, record, environment, { ...rest, default: { variant } }),
    inverse,
    summary: `Served ${variant} of ${flag} to everyone in ${environment}.`,
    origins: [touchedBy(flagEnvironmentResource(flag, environment), pointer)],
    issues: stoppedWarning(config, variant, 100, pointer),
  };
};

/** Targets as the operation carries them: plain, writable arrays. */
export function copyTargets(targets: NonNullable<FlagEnvironment["targets"]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(targets).map(([variant, keys]) => [variant, [...keys]]));
}

interface Address {
  readonly flag: string;
  readonly environment: string;
  readonly rule: string;
}

function findServe(state: ProjectState, { flag, environment, rule }: Address, pointer: string) {
  const record = requireLiveFlag(state, flag, pointer);
  const { config } = requireBlock(state, record, environment, pointer);
  return { record, config, serve: requireServe(record, config, rule, pointer) };
}

interface Edit {
  readonly environment: string;
  readonly rule: string;
  readonly serve: Serve;
  readonly pointer: string;
  /** Where in the operation the serve stands, where one does. */
  readonly part?: string;
}

/** Every edit of a serve goes back to exactly what was there, ranges included. */
function serveStep(state: ProjectState, record: FlagRecord, edit: Edit, summary: string): Step {
  const { environment, rule, serve, pointer } = edit;
  const { config } = requireBlock(state, record, environment, pointer);
  const present = requireServe(record, config, rule, pointer);
  return {
    state: withConfig(state, record, environment, withServe(config, rule, serve)),
    inverse: [{ kind: "set-serve", flag: record.key, environment, rule, serve: present }],
    summary,
    origins: serveOrigins(flagEnvironmentResource(record.key, environment), edit),
  };
}

function serveOrigins(resource: string, { rule, pointer, part }: Edit): Origin[] {
  const path = `${rulePath(rule)}${rule === "default" ? "" : "/serve"}`;
  return [touchedBy(resource, pointer), ...(part === undefined ? [] : [originAt(resource, path, `${pointer}${part}`)])];
}

function requireSplit(serve: Serve, where: string, pointer: string): ServeSplit {
  if (isSplit(serve)) return serve;
  const mend = "Turn it into a split first (set-split).";
  throw refusal("conflict", `${pointer}/rule`, `${where} serves ${serve.variant} to all; it is not a split.`, mend);
}

function checkDecimals(percent: number, pointer: string): void {
  if (Math.abs(percent * 1_000 - Math.round(percent * 1_000)) < 1e-6) return;
  throw refusal("invalid-document", pointer, `${percent} has more than three decimals.`, "A share is a multiple of 0.001 %.");
}

const withoutStored = ({ stored: _stored, ...authored }: ServeSplit): ServeSplit => authored;
const withoutPrevious = <T extends { readonly previous?: unknown }>({ previous: _previous, ...stored }: T) => stored;

/** Whether one variant, or the rest, has every slot. */
function isOneSided({ split, rest }: ServeSplit): boolean {
  const shares = Object.values(split).filter((percent) => percent > 0);
  return shares.length === 0 ? rest !== undefined : shares.length === 1 && shares[0] === 100;
}

function stoppedWarning(config: FlagEnvironment, variant: string, percent: number, pointer: string): Step["issues"] & object {
  if (percent === 0 || config.stopped?.includes(variant) !== true) return [];
  const message = `${variant} is stopped here: its share gets the fallback.`;
  return [{ path: pointer, code: "variant-stopped", message, mend: `Restore ${variant} to serve it.`, severity: "warning" }];
}
