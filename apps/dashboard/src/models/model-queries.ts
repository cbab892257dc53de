/** What the page of models reads. */

import { queryOptions } from "@tanstack/react-query";
import type { ModelQuery } from "@dimmer/protocol";
import { management } from "../api/client.ts";

export const modelUsesQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "models"], queryFn: () => management.listModelUses(project, {}) });

/** What a kill would leave people with. */
export const foreseenKillQuery = (project: string, query: ModelQuery) =>
  queryOptions({
    queryKey: ["project", project, "models", "foreseen", query],
    queryFn: () => management.killModel(project, { ...query, dryRun: true }),
    retry: false,
  });
