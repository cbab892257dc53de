/** Which variants are watched, and what makes two looks at one comparable. */

import { liveShares, type Serve } from "@dimmer/evaluation";
import type { DriftSettings } from "@dimmer/protocol";
import { digestOf } from "../flags/value-digest.ts";
import type { DriftSettingsRecord } from "../storage/drift-record.ts";
import type { FlagRecord } from "../storage/store.ts";

/** Rules of a drill begin so: they come and go by themselves, and are no configuration of anybody's. */
export const DRILL_RULE = "fallback-drill";

export interface WatchedVariant {
  readonly flag: string;
  readonly variant: string;
  /** Null where nothing is published under a number. */
  readonly valueVersion: number | null;
  readonly configuration: string;
  readonly settings: DriftSettings;
  /** When the flag was last edited. */
  readonly editedAt: number;
}

/** Unless somebody says otherwise: flags with AI configs are watched, as nobody can see from a flag what its model does. */
export function settingsOf(flag: FlagRecord, kept: DriftSettingsRecord | undefined): DriftSettings {
  return kept?.settings ?? { ...USUAL_SETTINGS, isOn: flag.definition.schema === "ai-config" };
}

const USUAL_SETTINGS: DriftSettings = {
  isOn: true,
  metrics: ["thumbs_down_rate", "error_rate", "refusal_rate", "slow_rate", "output_tokens", "cost", "scores"],
  referenceDays: 7,
  referenceEvents: 5_000,
  falseAlarmDays: 90,
  stopOn: [],
};

/**
 * The live variants of a flag in an environment.
 *
 * Shape:  those that a rule, the default or a target serves, and that are not stopped; in the order of the variants. The configuration
 *         is a digest of the published value and of who gets it: conditions in their order and which of them lead to the variant. Shares
 *         are not in it, as a ramp draws at random from the same people; nor are drills.
 * Errors: none.
 * Source: reference statistics 4; ADR-0066.
 */
export function watchedVariants(flag: FlagRecord, environment: string, settings: DriftSettings): readonly WatchedVariant[] {
  const config = flag.environments[environment]?.config;
  if (config === undefined || !config.enabled || flag.archivedAt !== null || !settings.isOn) return [];
  const rules = (config.rules ?? []).filter(({ id }) => !id.startsWith(DRILL_RULE));
  const reaches = (serve: Serve, variant: string): boolean => servedBy(serve).has(variant);
  return Object.keys(flag.variants).flatMap((variant) => {
    const isTarget = (config.targets?.[variant]?.length ?? 0) > 0;
    const reached = rules.map(({ when, serve }) => ({ when: when ?? null, reached: reaches(serve, variant) }));
    const isDefault = reaches(config.default, variant);
    const isLive = isTarget || isDefault || reached.some((rule) => rule.reached);
    if (!isLive || config.stopped?.includes(variant) === true) return [];
    const valueVersion = config.published?.[variant] ?? null;
    const who = JSON.parse(JSON.stringify({ valueVersion, reached, isDefault, isTarget })) as Parameters<typeof digestOf>[0];
    return [{ flag: flag.key, variant, valueVersion, configuration: digestOf(who), settings, editedAt: flag.updatedAt }];
  });
}

function servedBy(serve: Serve): ReadonlySet<string> {
  const others = "split" in serve ? [serve.else, typeof serve.rest === "object" ? serve.rest.variant : undefined] : [];
  return new Set([...liveShares(serve).keys(), ...others.filter((one) => one !== undefined)]);
}
