/** From the authored document to the compiled snapshot: what one environment serves. */

import { storeSplit } from "./bucketing/store-split.ts";
import { travellingAttributes } from "./declaration.ts";
import { type FlagDefinition, type FlagDocument, type FlagEnvironment, type Serve, variantsOf } from "./flag.ts";
import { SNAPSHOT_FORMAT, type Snapshot, type SnapshotFlag, type SnapshotServe, type SnapshotVariant } from "./snapshot.ts";

/** What the document does not say about a flag in an environment. */
export interface FlagFacts {
  readonly revision: number;
  /** Frozen at the flag's creation. */
  readonly salt: string;
  /** Which value version of a variant is published here, and where its value lies. */
  readonly published: (variant: string) => Pick<SnapshotVariant, "version" | "digest" | "earlier">;
}

/**
 * One flag as it travels.
 *
 * Shape:  splits without a stored form are laid out from slot 0 with the flag's salt; a fallback that is one name becomes a list.
 * Errors: none; the parser has accepted definition and configuration.
 */
export function snapshotFlag(
  definition: Pick<FlagDefinition, "type" | "audience" | "variants">,
  config: FlagEnvironment,
  facts: FlagFacts,
): SnapshotFlag {
  const serve = (authored: Serve): SnapshotServe => snapshotServe(authored, facts.salt);
  return {
    revision: facts.revision,
    type: definition.type,
    ...(definition.audience === undefined ? {} : { audience: definition.audience }),
    enabled: config.enabled,
    variants: snapshotVariants(definition, config, facts),
    fallback: typeof config.fallback === "string" ? [{ variant: config.fallback }] : config.fallback,
    ...(config.stopped === undefined || config.stopped.length === 0 ? {} : { stopped: config.stopped }),
    ...(config.requires === undefined || config.requires.length === 0 ? {} : { requires: config.requires }),
    ...(config.pin === undefined ? {} : { pin: config.pin }),
    ...(config.budgets === undefined || Object.keys(config.budgets).length === 0 ? {} : { budgets: config.budgets }),
    ...(config.shadow === undefined ? {} : { shadow: config.shadow }),
    ...(config.spend === undefined || Object.keys(config.spend).length === 0 ? {} : { spend: config.spend }),
    ...(config.targets === undefined || Object.keys(config.targets).length === 0 ? {} : { targets: config.targets }),
    ...(config.rules === undefined || config.rules.length === 0
      ? {}
      : {
          rules: config.rules.map((rule) => ({
            id: rule.id,
            ...(rule.when === undefined ? {} : { when: rule.when }),
            serve: serve(rule.serve),
          })),
        }),
    default: serve(config.default),
  };
}

function snapshotVariants(
  definition: Pick<FlagDefinition, "type" | "variants">,
  config: FlagEnvironment,
  facts: FlagFacts,
): Record<string, SnapshotVariant> {
  return Object.fromEntries(
    Object.entries(variantsOf(definition)).map(([name, { only }]) => {
      const pinEpoch = config.pinEpochs?.[name] ?? 0;
      return [name, { ...facts.published(name), pinEpoch, ...(only === undefined ? {} : { only }) }];
    }),
  );
}

function snapshotServe(serve: Serve, salt: string): SnapshotServe {
  if (!("split" in serve)) return { variant: serve.variant };
  const { previous: _previous, ...split } = serve.stored ?? storeSplit(serve.split, { salt, by: serve.by });
  return {
    split,
    ...(serve.else === undefined ? {} : { else: serve.else }),
    ...(serve.rest === undefined ? {} : { rest: serve.rest }),
  };
}

/**
 * The snapshot of a file used alone.
 *
 * Shape:  each variant serves its `value`, named by flag and variant instead of a digest; flags without a block in this environment are absent.
 * Errors: none; the parser has accepted the document.
 */
export function snapshotOf(
  document: FlagDocument,
  environment: string,
  about: { readonly project?: string; readonly epoch?: string; readonly version?: number } = {},
): Snapshot {
  const configured = Object.entries(document.flags).flatMap(([key, flag]) => {
    const config = flag.environments?.[environment];
    return config === undefined ? [] : [{ key, flag, config }];
  });
  const values = configured.flatMap(({ key, flag }) =>
    Object.entries(variantsOf(flag)).map(([name, { value }]): [string, string] => [`${key}/${name}`, JSON.stringify(value)]),
  );
  const flags = configured.map(({ key, flag, config }): [string, SnapshotFlag] => {
    const published = (name: string) => ({ version: config.published?.[name] ?? 1, digest: `${key}/${name}` });
    return [key, snapshotFlag(flag, config, { revision: about.version ?? 1, salt: flag.salt ?? key, published })];
  });
  const segments = Object.entries(document.segments ?? {}).flatMap(([name, { environments }]) => {
    const config = environments?.[environment];
    return config === undefined ? [] : [[name, config] as const];
  });
  const context = travellingAttributes(document.context);
  return {
    format: SNAPSHOT_FORMAT,
    project: about.project ?? "file",
    environment,
    epoch: about.epoch ?? "file",
    version: about.version ?? 1,
    ...(context === undefined ? {} : { context }),
    flags: Object.fromEntries(flags),
    segments: Object.fromEntries(segments),
    values: Object.fromEntries(values),
  };
}
