/** A flag in one environment as a list shows it. */

import { brightnessOf, sayServing } from "@dimmer/evaluation";
import type { FlagSummary } from "@dimmer/protocol";
import type { FlagRecord } from "../storage/store.ts";

/** Pure; needs no value, which are the larger part of a flag. */
export function summariseFlag(record: FlagRecord, environment: string): FlagSummary {
  const { definition, variants, archivedAt } = record;
  const config = record.environments[environment]?.config;
  const names = Object.keys(variants);
  return {
    key: record.key,
    description: definition.description ?? null,
    type: definition.type,
    purpose: definition.purpose,
    owner: definition.owner,
    tags: definition.tags ?? [],
    audience: definition.audience ?? "server",
    variants: names,
    removeBy: definition.removeBy ?? null,
    permanent: definition.permanent === true,
    archived: archivedAt !== null,
    file: record.file?.name ?? null,
    hasDraft: Object.values(variants).some(({ draft }) => draft !== undefined),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    state: config === undefined ? "absent" : config.enabled ? "on" : "killed",
    stopped: config?.stopped ?? [],
    serving: config === undefined ? [] : sayServing(config),
    brightness: config === undefined || archivedAt !== null ? 0 : brightnessOf(names, config),
  };
}
