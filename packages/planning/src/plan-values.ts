/** Plans a flag's values: a new one is a draft until somebody says where it is published. */

import { isDeepStrictEqual } from "node:util";
import { type FlagDefinition, type JsonValue, variantsOf } from "@dimmer/evaluation";
import type { FlagView, ValueVersionView, WrittenValue } from "@dimmer/protocol";
import { issueAt, type Planned, type PlanOptions, type PlanStep, pointerTo } from "./plan-step.ts";

/**
 * Shape:  steps for variants that are there already. `published` of the document means that version of the server, or the one with
 *         the value that the document brings in `versions`: numbers count per server, values do not.
 * Errors: an issue where the server has no such version.
 */
export function planValues(
  view: FlagView,
  wanted: FlagDefinition,
  versions: readonly ValueVersionView[],
  { publish }: PlanOptions,
): Pick<Planned, "steps" | "issues"> {
  const present = variantsOf(view.definition);
  const planned = Object.entries(variantsOf(wanted)).flatMap(([variant, next]) => {
    const known = Object.hasOwn(present, variant) ? present[variant] : undefined;
    if (known === undefined) return [];
    const named = namedVersions(view, wanted, variant, versions);
    const open = publish.filter((environment) => isConfigured(view, wanted, environment) && !named.environments.has(environment));
    return [named, { steps: newValue(view, { variant, newest: known.value, value: next.value }, versions, open), issues: [] }];
  });
  return { steps: planned.flatMap(({ steps }) => steps), issues: planned.flatMap(({ issues }) => issues) };
}

const isConfigured = (view: FlagView, wanted: FlagDefinition, environment: string): boolean =>
  Object.hasOwn(view.environments, environment) || Object.hasOwn(wanted.environments ?? {}, environment);

/** A value that the server has a version of is published again by its number; only one that it has never seen makes a new version. */
function newValue(
  view: FlagView,
  { variant, newest, value }: { readonly variant: string; readonly newest: JsonValue; readonly value: JsonValue },
  versions: readonly ValueVersionView[],
  environments: readonly string[],
): PlanStep[] {
  const flag = view.key;
  const at = pointerTo("flags", flag, "variants", variant, "value");
  const { latest = 1, hasDraft = false, draft = null, written, draftWritten } = view.versions[variant] ?? {};
  const known = isSaid({ value: newest, written }, value)
    ? latest
    : versions.find((one) => one.variant === variant && isSaid(one, value))?.number;
  const behind = environments.filter((environment) => publishedIn(view, environment, variant) !== known);
  if (known !== undefined && environments.length > 0) {
    if (behind.length === 0) return [];
    return [{ at, operation: { kind: "publish", flag, variant, environments: behind, version: known } }];
  }
  const isServed = Object.keys(view.environments).every((environment) => publishedIn(view, environment, variant) === known);
  if (known === latest || (known !== undefined && isServed)) return [];
  const isDrafted = hasDraft && isSaid({ value: draft, written: draftWritten }, value);
  return [
    ...(isDrafted ? [] : [{ at, operation: { kind: "draft-value" as const, flag, variant, value } }]),
    ...(behind.length === 0 ? [] : [{ at, operation: { kind: "publish" as const, flag, variant, environments: behind } }]),
  ];
}

/** Whether it is the value, or what somebody wrote for it with the tags of snippets. */
const isSaid = (
  { value, written }: { readonly value: JsonValue | null; readonly written?: WrittenValue | undefined },
  said: JsonValue,
): boolean => isDeepStrictEqual(value, said) || isDeepStrictEqual(written?.value, said);

/** A block that is new serves the newest version. */
const publishedIn = ({ environments, versions }: FlagView, environment: string, variant: string): number | undefined =>
  environments[environment]?.config.published?.[variant] ?? versions[variant]?.latest;

interface NamedVersions extends Pick<Planned, "steps" | "issues"> {
  /** Where the document says itself which version is served. */
  readonly environments: ReadonlySet<string>;
}

function namedVersions(
  view: FlagView,
  wanted: FlagDefinition,
  variant: string,
  versions: readonly ValueVersionView[],
): NamedVersions {
  const named = Object.entries(wanted.environments ?? {}).flatMap(([environment, { published }]) => {
    const number = published?.[variant];
    return number === undefined ? [] : [{ environment, number }];
  });
  const planned = named.map(({ environment, number }) => {
    const at = pointerTo("flags", view.key, "environments", environment, "published", variant);
    const value = variantsOf(wanted)[variant]?.versions?.[number];
    const found = versions
      .filter((one) => one.variant === variant)
      .find((one) => (value === undefined ? one.number === number : isDeepStrictEqual(one.value, value)));
    return found === undefined
      ? { steps: [], issues: [unknownVersion(view, variant, number, at)] }
      : { steps: publishStep(view, environment, found, versions, at), issues: [] };
  });
  return {
    environments: new Set(named.map(({ environment }) => environment)),
    steps: planned.flatMap(({ steps }) => steps),
    issues: planned.flatMap(({ issues }) => issues),
  };
}

function publishStep(
  view: FlagView,
  environment: string,
  wanted: ValueVersionView,
  versions: readonly ValueVersionView[],
  at: string,
): PlanStep[] {
  const { variant, number: version, digest } = wanted;
  const number = publishedIn(view, environment, variant);
  const served = versions.find((one) => one.variant === variant && one.number === number);
  if (served?.digest === digest) return [];
  return [{ at, operation: { kind: "publish", flag: view.key, variant, environments: [environment], version } }];
}

function unknownVersion({ key, versions }: FlagView, variant: string, number: number, at: string) {
  const latest = versions[variant]?.latest ?? 0;
  const message = `the server has no version of ${key}:${variant} with the value of version ${number}`;
  return issueAt(at, "unknown-version", message, `it has 1 to ${latest}; name one of these, or leave \`published\` out`);
}
