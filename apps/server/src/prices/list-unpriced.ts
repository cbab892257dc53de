/** Which models answered in a project and could not be priced. */

import type { UnpricedModel } from "@dimmer/protocol";
import type { StoreReader } from "../storage/store.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { HOUR_MS, MINUTE_MS } from "../telemetry/times.ts";

/** Shape: by environment, and by model as providers name it; the most calls first. Errors: the stores' own. */
export async function listUnpriced(
  ports: { readonly store: StoreReader; readonly telemetry: { readonly store: EventStore }; readonly clock: () => number },
  project: string,
  hours: number,
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
      });
    }
  }
  return [...found.values()].sort((one, other) => other.generations - one.generations);
}

const latest = (one: string | undefined, other: string): string => (one !== undefined && one > other ? one : other);
