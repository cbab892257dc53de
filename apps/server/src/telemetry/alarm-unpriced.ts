/** Says that a model answers whose price is not known, once a day: its calls are in no sum of cost, and nobody would look for them. */

import type { GenerationEvent } from "@dimmer/protocol";
import type { Place } from "../delivery/snapshot-hub.ts";
import type { KeptEvent } from "./event-store.ts";
import { TELEMETRY_LIMITS } from "./limits.ts";
import { dayOf } from "./times.ts";

/** A model that answered, and for whom. */
export interface UnpricedCall {
  readonly provider: string | undefined;
  readonly model: string;
  readonly flag: string | undefined;
  readonly variant: string | undefined;
}

/** Where it was first seen that day. */
export interface UnpricedModel extends Place, UnpricedCall {}

export interface UnpricedPorts {
  readonly clock: () => number;
  /** Hears of each model of a project once a day. */
  readonly onModel: (model: UnpricedModel) => void;
  /** There are too many of them today: no other is told of. */
  readonly onMany: () => void;
}

/**
 * A call that went well, told of a model and of its tokens, and has no price.
 *
 * Shape:  where the tokens are not known no price would help; that is counted as unknown usage.
 */
export const isUnpriced = (event: KeptEvent): event is KeptEvent & GenerationEvent =>
  event.kind === "generation" &&
  event.errorType === undefined &&
  event.costMicroUsd === undefined &&
  event.inputTokens !== undefined &&
  event.outputTokens !== undefined &&
  modelOf(event) !== undefined;

/** The one that answered, as for prices. */
const modelOf = ({ responseModel, requestModel }: GenerationEvent): string | undefined => responseModel ?? requestModel;

/** Shape: each model among events once, shadow calls and what an override forced as well, as they cost as much. */
export function listUnpricedCalls(events: readonly KeptEvent[]): readonly UnpricedCall[] {
  const found = new Map<string, UnpricedCall>();
  for (const event of events) {
    if (!isUnpriced(event)) continue;
    const { provider, served } = event;
    const model = modelOf(event) as string;
    const name = `${provider ?? ""}\n${model}`;
    if (!found.has(name)) found.set(name, { provider, model, flag: served?.flag, variant: served?.variant });
  }
  return Array.from(found.values());
}

/** Shape: takes what is stored now. */
export function openUnpricedAlarm({
  clock,
  onModel,
  onMany,
}: UnpricedPorts): (place: Place, calls: readonly UnpricedCall[]) => void {
  let day = 0;
  const said = new Set<string>();
  const say = ({ project, environment }: Place, call: UnpricedCall): void => {
    const name = JSON.stringify([project, call.provider, call.model]);
    if (said.has(name) || said.size > TELEMETRY_LIMITS.unpricedModels) return;
    said.add(name);
    if (said.size > TELEMETRY_LIMITS.unpricedModels) return onMany();
    onModel({ project, environment, ...call });
  };
  return (place, calls) => {
    const today = dayOf(clock());
    if (today !== day) said.clear();
    day = today;
    for (const call of calls) say(place, call);
  };
}
