/** A metric as somebody types it, and in words. */

import { MetricDefinitionPart, MetricName, type MetricDefinition, type MetricType } from "@dimmer/protocol";

export const TYPES: readonly { readonly value: MetricType; readonly label: string; readonly about: string }[] = [
  { value: "rate", label: "Share of people", about: "Of those who met the variant, how many had such an event." },
  { value: "mean", label: "Mean", about: "Of the values of such events." },
  { value: "ratio", label: "Ratio", about: "The sum of their values by that of others; an event without a value counts 1." },
  { value: "quantile", label: "Quantile", about: "Of their values: half of them, or nine of ten, are no more than this." },
];

/** "the mean of bought, capped at 500; more is better, in USD" */
export function sayDefinition(definition: MetricDefinition): string {
  const good = definition.direction === "up" ? "more is better" : "less is better";
  const unit = definition.unit === undefined ? "" : `, in ${definition.unit}`;
  return `${sayReckoning(definition)}; ${good}${unit}`;
}

function sayReckoning(definition: MetricDefinition): string {
  const { event } = definition;
  const cap = "cap" in definition && definition.cap !== undefined ? `, capped at ${definition.cap}` : "";
  if (definition.type === "rate") return `the share of people with ${event}`;
  if (definition.type === "mean") return `the mean of ${event}${cap}`;
  if (definition.type === "ratio") return `${event} per ${definition.per}${cap}`;
  return `what ${definition.quantile * 100} % of ${event} are no more than${cap}`;
}

/** Fields of the form, as typed. */
export type TypedDefinition = Readonly<Record<string, string | undefined>>;

type Read = { readonly name: string; readonly definition: MetricDefinition } | { readonly problems: Problems };
export type Problems = Readonly<Record<string, string>>;

/** Shape: what belongs to another type is left out; what is wrong stands under its field. Errors: none. */
export function readDefinition(typed: TypedDefinition): Read {
  const text = (field: string): string | undefined => (typed[field]?.trim() === "" ? undefined : typed[field]?.trim());
  const type = text("type") ?? "mean";
  const name = MetricName.safeParse(text("name") ?? "");
  const given = {
    type,
    event: text("event") ?? text("name"),
    direction: text("direction") ?? "up",
    unit: text("unit"),
    description: text("description"),
    windowHours: numberOf(text("windowHours")),
    ...(type === "rate" ? {} : { cap: numberOf(text("cap")) }),
    ...(type === "ratio" ? { per: text("per") } : {}),
    ...(type === "quantile" ? { quantile: Number(text("quantile") ?? "0.5") } : {}),
  };
  const read = MetricDefinitionPart.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if (name.success && read.success) return { name: name.data, definition: read.data };
  const issues = read.success ? [] : read.error.issues;
  return {
    problems: {
      ...Object.fromEntries(issues.map(({ path, message }) => [String(path[0] ?? "event"), message])),
      ...(name.success ? {} : { name: name.error.issues[0]?.message ?? "This is no name." }),
    },
  };
}

/** What is no number stays wrong, to be said. */
const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
