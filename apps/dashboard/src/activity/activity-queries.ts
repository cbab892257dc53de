/** The changes of a project, newest first and page by page. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Change, Page } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";

const PAGE = 50;

export interface ChangeFilter {
  readonly environment?: string | undefined;
  readonly flag?: string | undefined;
}

export const changesQuery = (project: string, { environment, flag }: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ["project", project, "changes", environment ?? null, flag ?? null],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (environment !== undefined) query.set("environment", environment);
      if (flag !== undefined) query.set("flag", flag);
      if (pageParam !== null) query.set("cursor", pageParam);
      return callServer<Page<Change>>("GET", `/api/v1/projects/${encodeURIComponent(project)}/changes?${query}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
