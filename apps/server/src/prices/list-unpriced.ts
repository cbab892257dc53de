/** Which models answered in a project and could not be priced. */

import { isNameOf, type ModelPrice, type UnpricedModel } from "@dimmer/protocol";
import type { StoreReader } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";
import { modelPrice } from "./output-price.ts";

export interface UnpricedQuestion {
  readonly hours: number;
  /** The project's own prices. */
  readonly own: readonly ModelPrice[];
}

/** Shape: by environment, and by model as providers name it; the most calls first. Errors: the stores' own. */
export async function listUnpriced(
  ports: { readonly store: StoreReader; readonly telemetry: { readonly store: EventStore }; readonly clock: () => number },
  project: string,
  { hours, own }: UnpricedQuestion,
): Promise<UnpricedModel[]> {
  const now = ports.clock();
  const span = { since: now - hours * HOUR_MS, until: now + MINUTE_MS };
  const found = new Map<string, UnpricedModel>();
  for (const { key: environment } of await ports.store.listEnvironments(project)) {
    for (const answered of await ports.telemetry.store.modelsAnswered({ project, environment }, span, "")) {
      const { provider, requestModel, responseModel, unpriced, lastAt } = answered;
      if (unpriced === 0) continue;
      const name = JSON.stringify([environment, provider, requestModel, responseModel]);
      const before = found.get(name);
      found.set(name, {
        environment,
        provider,
        requestModel,
        responseModel,
        generations: unpriced + (before?.generations ?? 0),
        lastAt: latest(before?.lastAt, new Date(lastAt).toISOString()),
        hasPrice: namesOf(answered).some(
          (model) => modelPrice(own, { provider: provider ?? undefined, model, at: now }) !== undefined,
        ),
      });
    }
  }
  return [...found.values()].sort((one, other) => other.generations - one.generations);
}

/** As a call is priced: the model that answered, and the one that was asked for where the other is a dated name of it. */
function namesOf({ requestModel, responseModel }: Pick<UnpricedModel, "requestModel" | "responseModel">): readonly string[] {
  const answered = responseModel ?? requestModel;
  if (answered === null) return [];
  return requestModel !== null && isNameOf(requestModel, answered) ? [answered, requestModel] : [answered];
}

const latest = (one: string | undefined, other: string): string => (one !== undefined && one > other ? one : other);
