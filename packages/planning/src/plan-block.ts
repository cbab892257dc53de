/** Plans what a flag does in one environment: the block as a whole, and what people have changed there by hand. */

import { isDeepStrictEqual } from "node:util";
import type { FlagDefinition, FlagEnvironment } from "@dimmer/evaluation";
import type { FlagView, Operation } from "@dimmer/protocol";
import { adoptBlock } from "./adopt-block.ts";
import { keepMoved } from "./moved-splits.ts";
import {
  type Drift,
  flagPointer,
  isChosen,
  type Planned,
  type PlanOptions,
  type PlanStep,
  type SwitchDrift,
} from "./plan-step.ts";

export function planBlock(
  view: FlagView,
  definition: FlagDefinition,
  environment: string,
  wanted: FlagEnvironment,
  { undoDrift, file }: PlanOptions,
): Pick<Planned, "steps" | "drift"> {
  const { key: flag } = view;
  const at = flagPointer(flag, environment);
  const present = view.environments[environment]?.config;
  const isUndone = isChosen(undoDrift, flag);
  const isOurs = view.file?.name === file;
  const kept = isUndone || !isOurs ? { config: wanted, drift: [] } : keepMoved(view, definition, environment, wanted);
  const config = adoptBlock(present, kept.config);
  const configure: PlanStep[] = isDeepStrictEqual(present, config)
    ? []
    : [{ at, operation: { kind: "configure-environment", flag, environment, config: withoutPublished(config) } }];
  const switched = present === undefined ? [] : findSwitched(flag, environment, present, wanted);
  const back = isUndone ? switched.map((one) => ({ at, operation: switchBack(one) })) : [];
  const drift: Drift[] = isUndone ? [] : [...switched, ...kept.drift];
  return { steps: [...configure, ...back], drift };
}

/** Numbers are those of the file; `planValues` says which version of the server they mean. */
const withoutPublished = ({ published: _published, ...config }: FlagEnvironment): FlagEnvironment => config;

function findSwitched(flag: string, environment: string, present: FlagEnvironment, wanted: FlagEnvironment): SwitchDrift[] {
  const place = { flag, environment };
  const [is, asked] = [present.stopped ?? [], wanted.stopped ?? []];
  return [
    ...(present.enabled === wanted.enabled ? [] : [{ ...place, present: present.enabled ? ("on" as const) : ("off" as const) }]),
    ...is.filter((variant) => !asked.includes(variant)).map((variant) => ({ ...place, variant, present: "off" as const })),
    ...asked.filter((variant) => !is.includes(variant)).map((variant) => ({ ...place, variant, present: "on" as const })),
  ];
}

function switchBack({ flag, environment, variant, present }: SwitchDrift): Operation {
  if (present === "off") return { kind: "restore", flag, environment, ...(variant === undefined ? {} : { variant }) };
  return variant === undefined ? { kind: "kill", flag, environment } : { kind: "stop", flag, environment, variant };
}
