/** A flag's whole block in one environment: configure it, or take it away. */

import type { FlagEnvironment, Issue } from "@dimmer/evaluation";
import { serveAt } from "../addresses.ts";
import { layServe } from "../lay-split.ts";
import { reopenPinEpochs } from "../pin-epochs.ts";
import {
  blockOf,
  flagEnvironmentResource,
  originAt,
  requireBlock,
  requireEnvironment,
  requireLiveFlag,
  touchedBy,
  visibleConfig,
  withConfig,
  without,
} from "../project-state.ts";
import type { ProjectState } from "../project-state.ts";
import { refusal } from "../refusal.ts";
import type { FlagRecord } from "../../storage/store.ts";
import { readEnvironment } from "./read-part.ts";
import type { Operate } from "./step.ts";

/** Replaces the block, kill and stops excepted; a block that is new takes them from the configuration. */
export const configureEnvironment: Operate<"configure-environment"> = (state, { flag, environment, config: part }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  requireEnvironment(state, environment, `${pointer}/environment`);
  const present = blockOf(record, environment)?.config;
  const authored = readEnvironment(part, present, `${pointer}/config`, record);
  checkPublished(record, authored, `${pointer}/config/published`);
  const { config, issues } =
    present === undefined
      ? openBlock(state, record, environment, authored, pointer)
      : { config: replaceBlock(record, present, authored), issues: [] };
  return {
    state: withConfig(state, record, environment, config),
    inverse: [
      present === undefined
        ? { kind: "remove-environment", flag, environment }
        : { kind: "configure-environment", flag, environment, config: visibleConfig(record, present) },
    ],
    summary: `${present === undefined ? "Configured" : "Reconfigured"} ${flag} in ${environment}.`,
    origins: [originAt(flagEnvironmentResource(flag, environment), "", `${pointer}/config`)],
    issues,
  };
};

export const removeEnvironment: Operate<"remove-environment"> = (state, { flag, environment }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { revision, config } = requireBlock(state, record, environment, pointer);
  const resource = flagEnvironmentResource(flag, environment);
  const next = { ...record, environments: without(record.environments, environment) };
  return {
    state: {
      ...state,
      flags: new Map(state.flags).set(flag, next),
      former: new Map(state.former).set(resource, { revision, config }),
    },
    inverse: [{ kind: "configure-environment", flag, environment, config: visibleConfig(record, config) }],
    summary: `Removed ${flag} from ${environment}.`,
    origins: [touchedBy(resource, pointer)],
  };
};

/** Lays out the splits of a block that nobody has been served from, and publishes what the author did not say. */
export function layBlock(record: FlagRecord, authored: FlagEnvironment, present: FlagEnvironment | undefined): FlagEnvironment {
  const latest = Object.entries(record.variants).map(([variant, { latest }]) => [variant, latest] as const);
  const rules = authored.rules?.map((rule) => {
    const before = present === undefined ? undefined : serveAt(present, rule.id);
    return { ...rule, serve: layServe(rule.serve, before, record.salt) };
  });
  return {
    ...withoutEmpty(authored),
    ...(rules === undefined || rules.length === 0 ? {} : { rules }),
    default: layServe(authored.default, present?.default, record.salt),
    published: { ...Object.fromEntries(latest), ...present?.published, ...authored.published },
  };
}

/** An empty list or map says the same as none: one way to say it makes what an undo brings back equal to what was there. */
function withoutEmpty(config: FlagEnvironment): FlagEnvironment {
  const kept = Object.entries(config).filter(([name, value]) => {
    return !MAY_BE_EMPTY.has(name) || Object.keys(value as object).length > 0;
  });
  return Object.fromEntries(kept) as unknown as FlagEnvironment;
}

const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["stopped", "requires", "targets", "rules", "published", "pinEpochs"]);

/** Pin epochs are floored by `settleChange`; kill and stops stay what they are. */
function replaceBlock(record: FlagRecord, present: FlagEnvironment, authored: FlagEnvironment): FlagEnvironment {
  const { stopped: _stopped, ...rest } = layBlock(record, authored, present);
  return { ...rest, enabled: present.enabled, ...(present.stopped === undefined ? {} : { stopped: present.stopped }) };
}

/**
 * A block that was there before comes back as dead as it went: what only `restore` may lift cannot be lifted by removing
 * the block and configuring it again.
 */
function openBlock(state: ProjectState, record: FlagRecord, environment: string, authored: FlagEnvironment, pointer: string) {
  const laid = layBlock(record, authored, undefined);
  const former = state.former.get(flagEnvironmentResource(record.key, environment))?.config as FlagEnvironment | null | undefined;
  if (former === undefined || former === null) return { config: laid, issues: [] };
  const reopened = reopenPinEpochs(former, Object.keys(record.variants), laid);
  const stops = (former.stopped ?? []).filter((variant) => Object.hasOwn(record.variants, variant));
  const stopped = [...new Set([...(authored.stopped ?? []), ...stops])];
  const enabled = authored.enabled && former.enabled;
  const config = { ...reopened, enabled, ...(stopped.length === 0 ? {} : { stopped }) };
  return { config, issues: keptDead(authored, config, record.key, environment, pointer) };
}

function keptDead(
  authored: FlagEnvironment,
  config: FlagEnvironment,
  flag: string,
  environment: string,
  pointer: string,
): Issue[] {
  const dead = [
    ...(authored.enabled && !config.enabled
      ? [`${flag} was killed in ${environment} before it was removed, and stays killed.`]
      : []),
    ...(config.stopped ?? [])
      .filter((variant) => authored.stopped?.includes(variant) !== true)
      .map((variant) => `${flag}:${variant} was stopped in ${environment} before it was removed, and stays stopped.`),
  ];
  return dead.map((message) => ({ path: pointer, code: "kept-dead", message, mend: "Restore it.", severity: "warning" }));
}

/** Published numbers of a request must exist; versions of a variant are numbered without gaps. */
function checkPublished(record: FlagRecord, { published }: FlagEnvironment, pointer: string): void {
  for (const [variant, number] of Object.entries(published ?? {})) {
    const latest = record.variants[variant]?.latest ?? 0;
    if (number >= 1 && number <= latest) continue;
    const mend = latest === 0 ? "Leave it out." : `It has versions 1 to ${latest}.`;
    throw refusal("not-found", `${pointer}/${variant}`, `Variant "${variant}" of ${record.key} has no version ${number}.`, mend);
  }
}
