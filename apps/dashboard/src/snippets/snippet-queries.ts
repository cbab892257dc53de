/** What pages read of the texts that prompts share. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const snippetsQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "snippets"], queryFn: () => management.listSnippets(project) });

export const snippetQuery = (project: string, snippet: string) =>
  queryOptions({
    queryKey: ["project", project, "snippets", snippet],
    queryFn: () => management.getSnippet(project, snippet),
    retry: false,
  });
