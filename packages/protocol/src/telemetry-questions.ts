/** The calls of the management API that ask about telemetry: what was counted, what it cost, and what came of it. */

import type { EventsView, StoredEvent } from "./events.ts";
import type { MetricDimension, MetricsView } from "./metrics.ts";
import { pathOf as path, type Query } from "./request.ts";
import type { SpenderQuery, SpendersView } from "./spenders.ts";
import type { AttributeView, EvaluationsView, PeopleView, UnknownFlagView } from "./telemetry.ts";

export interface TelemetryQuestions {
  /** How often each answer was given in the last hours, of all flags or of one. */
  getEvaluations(
    project: string,
    environment: string,
    about: { readonly flag?: string | undefined; readonly hours: number },
  ): Promise<EvaluationsView>;
  /** What each variant of a flag cost, how fast it was and what people made of it, in the last hours. */
  getMetrics(
    project: string,
    environment: string,
    about: { readonly flag: string; readonly hours: number; readonly by?: MetricDimension | undefined },
  ): Promise<MetricsView>;
  /** Everything of one run, in order. */
  getRun(project: string, environment: string, run: string): Promise<readonly StoredEvent[]>;
  /** The newest events of a person or a flag. */
  listEvents(
    project: string,
    environment: string,
    about: {
      readonly flag?: string | undefined;
      readonly targetingKey?: string | undefined;
      readonly hours: number;
      readonly limit: number;
    },
  ): Promise<readonly StoredEvent[]>;
  /** Who spends most, the dearest first. */
  listSpenders(project: string, environment: string, query: SpenderQuery): Promise<SpendersView>;
  getPeople(project: string, environment: string): Promise<PeopleView>;
  listAttributes(project: string, environment: string): Promise<readonly AttributeView[]>;
  listUnknownFlags(project: string, environment: string): Promise<readonly UnknownFlagView[]>;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function telemetryQuestions(get: <T>(path: string, query?: Query) => Promise<T>): TelemetryQuestions {
  return {
    getEvaluations: (project, environment, { flag, hours }) =>
      get(path`/projects/${project}/environments/${environment}/evaluations`, { flag, hours }),
    getMetrics: (project, environment, { flag, hours, by }) =>
      get(path`/projects/${project}/environments/${environment}/metrics`, { flag, hours, by }),
    getRun: async (project, environment, run) =>
      (await get<EventsView>(path`/projects/${project}/environments/${environment}/runs/${run}`)).items,
    listEvents: async (project, environment, { flag, targetingKey, hours, limit }) =>
      (await get<EventsView>(path`/projects/${project}/environments/${environment}/events`, { flag, targetingKey, hours, limit }))
        .items,
    listSpenders: (project, environment, query) =>
      get(path`/projects/${project}/environments/${environment}/spenders`, { ...query }),
    getPeople: (project, environment) => get(path`/projects/${project}/environments/${environment}/people`),
    listAttributes: async (project, environment) =>
      (await get<Items<AttributeView>>(path`/projects/${project}/environments/${environment}/attributes`)).items,
    listUnknownFlags: async (project, environment) =>
      (await get<Items<UnknownFlagView>>(path`/projects/${project}/environments/${environment}/unknown-flags`)).items,
  };
}
