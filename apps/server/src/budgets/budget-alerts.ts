/** What is said of budgets: that one is nearly spent, and what is served since it is. */

import { sayDollars, type SpendBudget, saySpend } from "@dimmer/evaluation";
import { SPEND_LIMITS, type SpendStage } from "@dimmer/protocol";
import type { RaisedAlert } from "../alerts/raise-alert.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { stageOf } from "./flag-budgets.ts";
import type { FlagSpend, UnitSpend } from "./ledger.ts";

const KINDS = ["budget-warning", "budget-step-down"] as const;

const keyOf = (kind: string, { environment }: Place, flag: string, budget: string | null): string =>
  `${kind}:${environment}:${flag}:${budget ?? ""}`;

/** Those under which a budget's alerts stand. */
export const keysOf = (place: Place, flag: string, budget: string | null): readonly string[] =>
  KINDS.map((kind) => keyOf(kind, place, flag, budget));

/**
 * The alerts that should stand.
 *
 * Shape:  a warning from its share on, and another one once the flag was stepped down; `refusal` is why it could not be.
 */
export function alertsOf(
  place: Place,
  flag: string,
  budget: string | null,
  spend: FlagSpend,
  refusal: string | undefined,
): readonly RaisedAlert[] {
  const definition = spend.budgets.get(budget);
  if (definition === undefined) return [];
  const at = (stages: readonly SpendStage[]): readonly UnitSpend[] =>
    spend.of(budget).filter(({ spentMicroUsd }) => stages.includes(stageOf(definition, spentMicroUsd)));
  const spent = at(["spent", "off"]);
  const name = budget === null ? `The shadow of ${flag}` : `The budget ${budget} of ${flag}`;
  const common = {
    project: place.project,
    environment: place.environment,
    flag,
    ...(definition.variant === undefined ? {} : { variant: definition.variant }),
    action: { kind: "page", label: "Look at the budget", path: pageOf(place, flag) },
  } as const;
  const raise = (
    kind: (typeof KINDS)[number],
    units: readonly UnitSpend[],
    more: Pick<RaisedAlert, "severity" | "title" | "cause">,
  ) =>
    units.length === 0
      ? []
      : [{ ...common, ...more, kind, key: keyOf(kind, place, flag, budget), evidence: evidenceOf(definition, units) }];
  const where = `in ${place.environment}`;
  return [
    ...raise("budget-warning", at(["warned"]), {
      severity: "warn",
      title: `${name} is nearly spent ${where}`,
      cause: `${sayUnits(definition, at(["warned"]))} ${sayPlan(definition)}`,
    }),
    ...raise("budget-step-down", spent, {
      severity: refusal === undefined ? "warn" : "page",
      title:
        refusal === undefined ? `${name} is spent ${where}` : `${name} is spent ${where}, and the flag could not be stepped down`,
      cause: `${sayUnits(definition, spent)} ${refusal ?? sayDone(definition, spent)}`,
    }),
  ];
}

/** Values that a sentence names; the evidence has more. */
const NAMED = 5;

function sayUnits(definition: SpendBudget, units: readonly UnitSpend[]): string {
  const each = units.slice(0, NAMED).map(({ value, spentMicroUsd }) => {
    const whose = value === null ? "" : ` for ${definition.attribute} ${String(value)}`;
    return `${sayDollars(spentMicroUsd)}${whose}`;
  });
  const more = units.length > NAMED ? ` and ${units.length - NAMED} more` : "";
  return `Spent this ${definition.period}: ${each.join(", ")}${more}, of ${saySpend(definition)}.`;
}

const sayPlan = ({ cheaper, amountMicroUsd }: SpendBudget): string =>
  `At ${sayDollars(amountMicroUsd)} ${cheaper === undefined ? "the fallback" : cheaper} is served.`;

function sayDone(definition: SpendBudget, spent: readonly UnitSpend[]): string {
  const isOff = spent.some(({ spentMicroUsd }) => stageOf(definition, spentMicroUsd) === "off");
  const now = isOff || definition.cheaper === undefined ? "The fallback" : definition.cheaper;
  return `${now} is served instead until the ${definition.period} ends, in UTC, or the amount is raised.`;
}

const evidenceOf = (definition: SpendBudget, units: readonly UnitSpend[]) => ({
  amountMicroUsd: definition.amountMicroUsd,
  period: definition.period,
  spent: units
    .slice(0, SPEND_LIMITS.shown)
    .map(({ value, spentMicroUsd, calls, unpriced }) => ({ value, spentMicroUsd, calls, unpriced })),
});

export const pageOf = ({ project, environment }: Place, flag: string): string =>
  `/projects/${encodeURIComponent(project)}/flags/${encodeURIComponent(flag)}?env=${encodeURIComponent(environment)}`;
