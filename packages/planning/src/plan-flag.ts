/** Plans one flag: its shared fields, its variants, its values, and what it does in the environments that the document names. */

import { isDeepStrictEqual } from "node:util";
import { type FlagDefinition, variantsOf } from "@dimmer/evaluation";
import type { FlagView } from "@dimmer/protocol";
import { planBlock } from "./plan-block.ts";
import { ownNewFlag, planFlagOwner } from "./plan-owner.ts";
import {
  flagPointer,
  issueAt,
  type Planned,
  type PlanOptions,
  type PlanStep,
  pointerTo,
  type PresentProject,
} from "./plan-step.ts";
import { planValues } from "./plan-values.ts";

const NOTHING: Planned = { steps: [], drift: [], issues: [] };

export function planFlag(flag: string, wanted: FlagDefinition, project: PresentProject, options: PlanOptions): Planned {
  const present = project.flags.get(flag);
  const at = flagPointer(flag);
  if (present === undefined) return { ...NOTHING, steps: createSteps(flag, wanted, options) };
  if (options.onlyNew) return NOTHING;
  const frozen = refuseFrozen(present, wanted);
  if (frozen.length > 0) return { ...NOTHING, issues: frozen };
  const values = planValues(present, wanted, project.versions.get(flag) ?? [], options);
  const blocks = Object.entries(wanted.environments ?? {}).map(([environment, config]) =>
    planBlock(present, wanted, environment, config, options),
  );
  const owner = planFlagOwner(present, wanted, options);
  return {
    steps: [
      ...(present.archived ? [{ at, operation: { kind: "unarchive-flag" as const, flag } }] : []),
      ...planFields(present, wanted),
      ...planVariants(present, wanted),
      ...blocks.flatMap(({ steps }) => steps),
      ...values.steps,
      ...leavingVariants(present, wanted),
      ...owner.steps,
    ],
    drift: blocks.flatMap(({ drift }) => drift),
    issues: [...owner.issues, ...values.issues],
  };
}

function createSteps(flag: string, definition: FlagDefinition, options: PlanOptions): PlanStep[] {
  const create: PlanStep = { at: flagPointer(flag), operation: { kind: "create-flag", flag, definition } };
  return [create, ...ownNewFlag(flag, options).steps];
}

/** A type and a salt are for life: another one would be another flag, or other people. */
function refuseFrozen({ key, definition, salt }: FlagView, wanted: FlagDefinition) {
  const type =
    definition.type === wanted.type
      ? []
      : [
          issueAt(
            pointerTo("flags", key, "type"),
            "frozen",
            `${key} is a ${definition.type} flag on the server; a flag's type never changes`,
            "give the new flag another key",
          ),
        ];
  if (wanted.salt === undefined || wanted.salt === salt) return type;
  const message = `${key} hashes with ${JSON.stringify(salt)} on the server; another salt would move everybody`;
  return [...type, issueAt(pointerTo("flags", key, "salt"), "frozen", message, "leave `salt` out")];
}

const FIELDS = [
  "description",
  "tags",
  "links",
  "purpose",
  "owner",
  "removeBy",
  "permanent",
  "audience",
  "schema",
  "inputs",
  "expect",
] as const;

function planFields({ key: flag, definition }: FlagView, wanted: FlagDefinition): PlanStep[] {
  const fields = FIELDS.flatMap((name) => {
    const [before, after] = [fieldOf(definition, name), fieldOf(wanted, name)];
    return isDeepStrictEqual(before, after) ? [] : [[name, after ?? null] as const];
  });
  if (fields.length === 0) return [];
  return [{ at: flagPointer(flag), operation: { kind: "update-flag", flag, fields: Object.fromEntries(fields) } }];
}

const fieldOf = (definition: FlagDefinition, name: (typeof FIELDS)[number]): unknown =>
  name === "audience" ? (definition.audience ?? "server") : definition[name];

/** New variants at their place, and what else than the value of the others differs. */
function planVariants({ key: flag, definition }: FlagView, wanted: FlagDefinition): PlanStep[] {
  const present = variantsOf(definition);
  return Object.entries(variantsOf(wanted)).flatMap(([variant, { value, description, only }], at): PlanStep[] => {
    const place = pointerTo("flags", flag, "variants", variant);
    const known = Object.hasOwn(present, variant) ? present[variant] : undefined;
    if (known === undefined) {
      const more = { ...(description === undefined ? {} : { description }), ...(only === undefined ? {} : { only }) };
      return [{ at: place, operation: { kind: "add-variant", flag, variant, value, at, ...more } }];
    }
    const fields = {
      ...(known.description === description ? {} : { description: description ?? null }),
      ...(isDeepStrictEqual(known.only, only) ? {} : { only: only ?? null }),
    };
    return Object.keys(fields).length === 0 ? [] : [{ at: place, operation: { kind: "update-variant", flag, variant, fields } }];
  });
}

/** Last, when nothing names them any more. */
function leavingVariants({ key: flag, definition }: FlagView, wanted: FlagDefinition): PlanStep[] {
  const stay = variantsOf(wanted);
  return Object.keys(variantsOf(definition))
    .filter((variant) => !Object.hasOwn(stay, variant))
    .map((variant) => ({ at: pointerTo("flags", flag, "variants"), operation: { kind: "remove-variant", flag, variant } }));
}
