/** Reckons the metrics that a project defines from what was told of them. */

import { type DefinedMetric, METRIC_QUANTILES, type MetricDefinition } from "@dimmer/protocol";
import type { AskedEvent, BaseRow, ToldRow } from "../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../telemetry/limits.ts";
import { HOUR_MS } from "../telemetry/times.ts";

export type NamedDefinition = Readonly<MetricDefinition & { readonly name: string }>;

/** What has to be asked of the store for the definitions: for each its events, then for each ratio those it is divided by. */
export function askedBy(definitions: readonly NamedDefinition[]): readonly AskedEvent[] {
  const own = definitions.map((definition) => askOf(definition, definition.event, capOf(definition)));
  return [...own, ...definitions.flatMap((definition) => perEvents(definition))];
}

const perEvents = (definition: NamedDefinition): readonly AskedEvent[] =>
  isRatioOfEvents(definition) ? [askOf(definition, definition.per, null)] : [];

const askOf = ({ windowHours }: NamedDefinition, event: string, cap: number | null): AskedEvent => ({
  event,
  cap,
  windowMs: windowHours === undefined ? TELEMETRY_LIMITS.attributedMs : windowHours * HOUR_MS,
});

const capOf = (definition: NamedDefinition): number | null => ("cap" in definition ? (definition.cap ?? null) : null);

type Ratio = Extract<NamedDefinition, { readonly type: "ratio" }>;
const isRatioOfEvents = (definition: NamedDefinition): definition is Ratio =>
  definition.type === "ratio" && definition.per !== "people" && definition.per !== "exposures";

/**
 * Shape:  by definition and variant, for every variant that anybody met or of which anything was told; `told` answers `askedBy`.
 * Errors: none; what cannot be divided has no value.
 * Source: ADR-0051.
 */
export function reckonMetrics(
  definitions: readonly NamedDefinition[],
  told: readonly ToldRow[],
  bases: readonly BaseRow[],
): readonly DefinedMetric[] {
  const ratios = definitions.filter(isRatioOfEvents);
  return definitions.flatMap((definition, place) => {
    const own = rowsAt(told, place);
    const ratio = ratios.indexOf(definition as Ratio);
    const per = ratio === -1 ? undefined : rowsAt(told, definitions.length + ratio);
    const variants = new Set([...bases.map(({ variant }) => variant), ...own.keys()]);
    return Array.from(variants)
      .sort()
      .map((variant) =>
        reckon(definition, { variant, told: own.get(variant), per: per?.get(variant), base: baseOf(bases, variant) }),
      );
  });
}

const rowsAt = (told: readonly ToldRow[], place: number): ReadonlyMap<string, ToldRow> =>
  new Map(told.filter((row) => row.place === place).map((row) => [row.variant, row]));

const baseOf = (bases: readonly BaseRow[], variant: string): BaseRow =>
  bases.find((base) => base.variant === variant) ?? { variant, people: 0, met: 0, exposures: 0 };

interface OfVariant {
  readonly variant: string;
  readonly told: ToldRow | undefined;
  /** Of the events that a ratio is divided by. */
  readonly per: ToldRow | undefined;
  readonly base: BaseRow;
}

function reckon(definition: NamedDefinition, of: OfVariant): DefinedMetric {
  const { name, type, direction, unit = null } = definition;
  const { count = 0, people = 0 } = of.told ?? {};
  const about = { name, variant: of.variant, type, direction, unit, count, people };
  if (definition.type === "quantile") {
    const value = of.told?.quantiles?.[METRIC_QUANTILES.indexOf(definition.quantile)] ?? null;
    return { ...about, value, numerator: null, denominator: null };
  }
  const [numerator, denominator] = partsOf(definition, of);
  return { ...about, value: denominator === 0 ? null : numerator / denominator, numerator, denominator };
}

function partsOf(
  definition: Exclude<NamedDefinition, { readonly type: "quantile" }>,
  { told, per, base }: OfVariant,
): [number, number] {
  if (definition.type === "rate") return [told?.metPeople ?? 0, base.met];
  if (definition.type === "mean") return [told?.sum ?? 0, told?.valued ?? 0];
  const total = told?.total ?? 0;
  if (definition.per === "people") return [total, base.people];
  return [total, definition.per === "exposures" ? base.exposures : (per?.total ?? 0)];
}
