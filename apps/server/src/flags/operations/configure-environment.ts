/** A flag's whole block in one environment: configure it, or take it away. */

import type { FlagEnvironment, Issue } from "@dimmer/evaluation";
import { withoutEmpty } from "@dimmer/planning";
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
  withEntry,
  withFlag,
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
  const config =
    present === undefined ? openBlock(state, record, environment, authored, pointer) : replaceBlock(record, present, authored);
  return {
    state: withConfig(state, record, environment, config),
    inverse: [
      present === undefined
        ? { kind: "remove-environment", flag, environment }
        : { kind: "configure-environment", flag, environment, config: visibleConfig(record, present) },
    ],
    summary: `${present === undefined ? "Configured" : "Reconfigured"} ${flag} in ${environment}.`,
    origins: [originAt(flagEnvironmentResource(flag, environment), "", `${pointer}/config`)],
    issues: sayKept(authored, config, flag, environment, pointer),
  };
};

export const removeEnvironment: Operate<"remove-environment"> = (state, { flag, environment }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  const { revision, config } = requireBlock(state, record, environment, pointer);
  const resource = flagEnvironmentResource(flag, environment);
  const next = { ...record, environments: without(record.environments, environment) };
  return {
    state: {
      ...withFlag(state, next),
      former: withEntry(state.former, resource, { revision, config }),
    },
    inverse: [{ kind: "configure-environment", flag, environment, config: visibleConfig(record, config) }],
    summary: `Removed ${flag} from ${environment}.`,
    origins: [touchedBy(resource, pointer)],
  };
};

/** Variant → number of the value version that a place serves. */
type Published = NonNullable<FlagEnvironment["published"]>;

/** Lays out the splits of a block; `published` is what it serves where its author does not say. */
export function layBlock(
  record: FlagRecord,
  authored: FlagEnvironment,
  present: FlagEnvironment | undefined,
  published: Published,
): FlagEnvironment {
  const rules = authored.rules?.map((rule) => {
    const before = present === undefined ? undefined : serveAt(present, rule.id);
    return { ...rule, serve: layServe(rule.serve, before, record.salt) };
  });
  return {
    ...withoutEmpty(authored),
    ...(rules === undefined || rules.length === 0 ? {} : { rules }),
    default: layServe(authored.default, present?.default, record.salt),
    published: { ...published, ...authored.published },
  };
}

/** Pin epochs are floored by `settleChange`; kill and stops stay what they are. */
function replaceBlock(record: FlagRecord, present: FlagEnvironment, authored: FlagEnvironment): FlagEnvironment {
  const { stopped: _stopped, ...rest } = layBlock(record, authored, present, present.published ?? {});
  return { ...rest, enabled: present.enabled, ...(present.stopped === undefined ? {} : { stopped: present.stopped }) };
}

/**
 * A block that was there before comes back as dead as it went: what only `restore` may lift cannot be lifted by removing
 * the block and configuring it again.
 */
function openBlock(
  state: ProjectState,
  record: FlagRecord,
  environment: string,
  authored: FlagEnvironment,
  pointer: string,
): FlagEnvironment {
  const former = state.former.get(flagEnvironmentResource(record.key, environment))?.config as FlagEnvironment | null | undefined;
  const published = publishedBefore(record, former?.published ?? {});
  requirePublished(record, environment, { ...published, ...authored.published }, `${pointer}/config/published`);
  const laid = layBlock(record, authored, undefined, published);
  if (former === undefined || former === null) return laid;
  const reopened = reopenPinEpochs(former, Object.keys(record.variants), laid);
  const stops = (former.stopped ?? []).filter((variant) => Object.hasOwn(record.variants, variant));
  const stopped = [...new Set([...(authored.stopped ?? []), ...stops])];
  const enabled = authored.enabled && former.enabled;
  return { ...reopened, enabled, ...(stopped.length === 0 ? {} : { stopped }) };
}

/** What was served there before; and a variant's only version, which was published wherever there was anything of the flag. */
function publishedBefore(record: FlagRecord, former: Published): Published {
  const numbers = Object.entries(record.variants).flatMap(([variant, { latest }]) => {
    const number = Object.hasOwn(former, variant) ? former[variant] : latest === 1 ? 1 : undefined;
    return number === undefined ? [] : [[variant, number] as const];
  });
  return Object.fromEntries(numbers);
}

/** The newest version may have been made for elsewhere and never been served here: nobody gets it unless somebody says so. */
function requirePublished(record: FlagRecord, environment: string, published: Published, pointer: string): void {
  const open = Object.entries(record.variants).filter(([variant]) => !Object.hasOwn(published, variant));
  const [first] = open;
  if (first === undefined) return;
  const [variant, { latest }] = first;
  const newest = open.map(([name, { latest: number }]) => `${name}: ${number}`).join(", ");
  throw refusal(
    "invalid-document",
    pointer,
    `Which version of ${record.key}:${variant} shall ${environment} serve? There are versions 1 to ${latest}, and none was published there.`,
    `Say it; for the newest: published: { ${newest} }.`,
  );
}

/** Configuring neither kills nor restores: where the author asks for it, say that nothing of the kind happened. */
function sayKept(
  authored: FlagEnvironment,
  config: FlagEnvironment,
  flag: string,
  environment: string,
  pointer: string,
): Issue[] {
  const warn = (code: string, message: string, mend: string): Issue => ({
    path: pointer,
    code,
    message,
    mend,
    severity: "warning",
  });
  const dead = (what: string, how: string) =>
    warn("kept-dead", `${what} is ${how} in ${environment}, and stays ${how}.`, "Restore it.");
  const live = (what: string, how: string, mend: string) =>
    warn("kept-live", `${what} is not ${how} in ${environment}, and configuring does not do it.`, mend);
  const asked = new Set(authored.stopped);
  const stopped = new Set(config.stopped);
  return [
    ...(authored.enabled && !config.enabled ? [dead(flag, "killed")] : []),
    ...(!authored.enabled && config.enabled ? [live(flag, "killed", "Kill it.")] : []),
    ...[...stopped].filter((variant) => !asked.has(variant)).map((variant) => dead(`${flag}:${variant}`, "stopped")),
    ...[...asked].filter((variant) => !stopped.has(variant)).map((variant) => live(`${flag}:${variant}`, "stopped", "Stop it.")),
  ];
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
