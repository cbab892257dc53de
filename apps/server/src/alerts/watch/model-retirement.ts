/** Models that their providers retire soon, while they are still served. */

import type { AlertSeverity, ModelUse } from "@dimmer/protocol";
import type { ModelRetirementRecord } from "../../storage/model-retirement-record.ts";
import { DAY_MS, dayOf } from "../../telemetry/times.ts";
import type { RaisedAlert } from "../raise-alert.ts";

/** So many days ahead it is told, each time louder. */
const TOLD: readonly (readonly [days: number, severity: AlertSeverity])[] = [
  [7, "page"],
  [30, "warn"],
  [60, "note"],
];
/** Uses that are named; the evidence has all of them. */
const NAMED = 5;

/**
 * Shape:  `uses` are those of all environments of the project; what nothing serves any more is nobody's worry.
 * Errors: none.
 */
export function findRetiring(
  retirements: readonly ModelRetirementRecord[],
  uses: readonly ModelUse[],
  now: number,
): readonly RaisedAlert[] {
  return retirements.flatMap((retirement): RaisedAlert[] => {
    const days = Math.round((Date.parse(retirement.retiresOn) - dayOf(now)) / DAY_MS);
    const severity = TOLD.find(([within]) => days <= within)?.[1];
    const used = uses.filter((use) => isUse(use, retirement));
    return severity === undefined || used.length === 0 ? [] : [alertOf(retirement, used, { days, severity })];
  });
}

/** A value may name a model without its provider. */
const isUse = (use: ModelUse, { provider, model }: ModelRetirementRecord): boolean =>
  use.model === model &&
  (use.provider === null || use.provider === provider) &&
  use.serves.length > 0 &&
  !use.killed &&
  !use.stopped;

function alertOf(
  { project, provider, model, retiresOn }: ModelRetirementRecord,
  uses: readonly ModelUse[],
  { days, severity }: { readonly days: number; readonly severity: AlertSeverity },
): RaisedAlert {
  const places = uses.map(({ flag, variant, environment }) => `${flag}:${variant} in ${environment}`);
  const more = places.length > NAMED ? ` and ${places.length - NAMED} more` : "";
  const when =
    days < 0 ? `was retired on ${retiresOn}` : `retires on ${retiresOn}, ${days === 1 ? "tomorrow" : `in ${days} days`}`;
  const [first] = uses;
  return {
    project,
    key: `model-retirement/${provider}/${model}`,
    kind: "model-retirement",
    severity,
    ...(uses.length === 1 && first !== undefined ? { flag: first.flag, variant: first.variant } : {}),
    title: `${model} ${when}`,
    cause: `${provider} ${model} ${when}, and is served by ${places.slice(0, NAMED).join(", ")}${more}. After that its calls fail, and fallbacks answer.`,
    evidence: {
      provider,
      model,
      retiresOn,
      days,
      uses: uses.map(({ flag, variant, environment }) => ({ flag, variant, environment })),
    },
    action: {
      kind: "page",
      label: `See where ${model} is used`,
      path: `/projects/${encodeURIComponent(project)}/models?model=${encodeURIComponent(model)}`,
    },
  };
}
