/** A variant that leaves while its flag still names it. */

import type { FlagEnvironment, Serve } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";
import { sayAddress, servesOf } from "./addresses.ts";
import { isSplit } from "./lay-split.ts";
import type { Finding } from "./locate-issue.ts";
import { flagResource, type ProjectState } from "./project-state.ts";

/** Shape: one finding a flag and variant, with every place that still names it. */
export function checkVariants(before: ProjectState, after: ProjectState): Finding[] {
  return [...after.flags.values()].flatMap((record) => {
    const was = before.flags.get(record.key);
    if (was === undefined || was === record) return [];
    const gone = Object.keys(was.variants).filter((name) => !Object.hasOwn(record.variants, name));
    return gone.flatMap((name) => checkGone(record, name));
  });
}

function checkGone(record: FlagRecord, variant: string): Finding[] {
  const places = Object.entries(record.environments).flatMap(([environment, { config }]) =>
    namingPlaces(config, variant).map((place) => `${place} in ${environment}`),
  );
  if (places.length === 0) return [];
  const message = `Variant "${variant}" of ${record.key} is still named by ${places.join(", ")}.`;
  const mend = "Take it out there first, or in the same change.";
  return [{ resource: flagResource(record.key), issue: { path: "", code: "referenced", message, mend, severity: "error" } }];
}

function namingPlaces(config: FlagEnvironment, variant: string): string[] {
  const fallback = typeof config.fallback === "string" ? [config.fallback] : config.fallback.map((entry) => entry.variant);
  return [
    ...(fallback.includes(variant) ? ["the fallback"] : []),
    ...(config.stopped?.includes(variant) === true ? ["the stopped variants (restore it first)"] : []),
    ...(config.targets !== undefined && Object.hasOwn(config.targets, variant) ? ["the targets"] : []),
    ...[...servesOf(config)].filter(([, serve]) => isNamed(serve, variant)).map(([address]) => sayAddress(address)),
  ];
}

function isNamed(serve: Serve, variant: string): boolean {
  if (!isSplit(serve)) return serve.variant === variant;
  const rest = serve.rest === undefined || serve.rest === "next-rule" ? undefined : serve.rest.variant;
  return Object.hasOwn(serve.split, variant) || serve.else === variant || rest === variant;
}
