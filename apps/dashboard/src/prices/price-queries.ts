/** What pages read of what models cost. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const pricesQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "prices"], queryFn: () => management.listPrices(project) });

/** How far back calls without a price are looked for. */
export const UNPRICED_HOURS = 24;

/** Calls arrive all the time, and no change of a flag announces them. */
const AGAIN_MS = 60_000;

export const unpricedQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "prices", "unknown"],
    queryFn: () => management.listUnpricedModels(project, UNPRICED_HOURS),
    refetchInterval: AGAIN_MS,
    staleTime: AGAIN_MS / 2,
    retry: false,
  });

/** The table changes with the server alone. */
const TABLE_STALE_MS = 600_000;

export const knownModelsQuery = (project: string, provider: string) =>
  queryOptions({
    queryKey: ["project", project, "prices", "models", provider],
    queryFn: () => management.listKnownModels(project, provider),
    staleTime: TABLE_STALE_MS,
    retry: false,
  });
