/** Splits of owned flags that were moved by hand: their shares stay, whatever the file says, until somebody asks for the file's. */

import { isDeepStrictEqual } from "node:util";
import { type FlagDefinition, type FlagEnvironment, type Serve, type ServeSplit, variantsOf } from "@dimmer/evaluation";
import type { FileOwner, FlagView } from "@dimmer/protocol";
import type { SharesDrift } from "./plan-step.ts";

export interface KeptBlock {
  /** The wanted block with the shares of the server where they were moved. */
  readonly config: FlagEnvironment;
  readonly drift: readonly SharesDrift[];
}

/**
 * Shape:  only splits that the server has noted as moved, and that are still splits of the same unit over variants that the flag keeps;
 *         shares that the file agrees with are no drift. Rules, conditions and units are the file's.
 * Errors: none.
 */
export function keepMoved(view: FlagView, wanted: FlagDefinition, environment: string, config: FlagEnvironment): KeptBlock {
  const drift: SharesDrift[] = [];
  const keep = (rule: string, serve: Serve): Serve => {
    const moved = movedAt(view, wanted, `${environment}/${rule}`, serve);
    if (moved === undefined || !("split" in serve)) return serve;
    drift.push({ flag: view.key, environment, rule, shares: moved.split, wanted: serve.split });
    const { stored: _stored, ...authored } = serve;
    return { ...authored, split: moved.split, ...(moved.stored === undefined ? {} : { stored: moved.stored }) };
  };
  const rules = config.rules?.map((rule) => ({ ...rule, serve: keep(rule.id, rule.serve) }));
  return { config: { ...config, ...(rules === undefined ? {} : { rules }), default: keep("default", config.default) }, drift };
}

/**
 * The marks that last: not those of splits that the file has caught up with, or that are there no more.
 *
 * Shape:  of the environments that the document names all of them go with `isUndone`.
 * Errors: none.
 */
export function movedStill(view: FlagView, wanted: FlagDefinition, isUndone: boolean): FileOwner["moved"] {
  const blocks = Object.entries(wanted.environments ?? {});
  const drift = isUndone ? [] : blocks.flatMap(([name, config]) => keepMoved(view, wanted, name, config).drift);
  const still = new Set(drift.map(({ environment, rule }) => `${environment}/${rule}`));
  const named = new Set(blocks.map(([environment]) => environment));
  const moved = Object.entries(view.file?.moved ?? {});
  return Object.fromEntries(moved.filter(([address]) => still.has(address) || !named.has(address.split("/")[0] ?? "")));
}

function movedAt(view: FlagView, wanted: FlagDefinition, address: string, serve: Serve): ServeSplit | undefined {
  if (!Object.hasOwn(view.file?.moved ?? {}, address)) return undefined;
  const [environment = "", rule] = address.split("/");
  const config = view.environments[environment]?.config;
  const present = rule === "default" ? config?.default : config?.rules?.find(({ id }) => id === rule)?.serve;
  if (present === undefined || !("split" in present) || !("split" in serve)) return undefined;
  const kept = variantsOf(wanted);
  const canStay =
    unitOf(present) === unitOf(serve) && Object.keys(present.split).every((variant) => Object.hasOwn(kept, variant));
  return canStay && !isDeepStrictEqual(present.split, serve.split) ? present : undefined;
}

const unitOf = ({ by = "targetingKey" }: ServeSplit): string => by;
