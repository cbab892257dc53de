/** The audit chain of a project: its rows page by page, and whether it holds. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import type { AuditRow, Page } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";

/** The most that the server gives at a time. */
const PAGE = 200;

export const chainOf = (project: string): string => `project/${project}`;

const readPage = (chain: string, cursor: string | null): Promise<Page<AuditRow>> => {
  const query = new URLSearchParams({ chain, limit: String(PAGE) });
  if (cursor !== null) query.set("cursor", cursor);
  return callServer("GET", `/api/v1/audit?${query}`);
};

export const auditQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: ["project", project, "audit"],
    queryFn: ({ pageParam }) => readPage(chainOf(project), pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** Rows of one export; whoever has more takes them from the API. */
export const EXPORT_ROWS = 100_000;

/** Shape: every row, newest first, at most `EXPORT_ROWS`; `onRows` hears how far it is. */
export async function readWholeAudit(project: string, onRows: (rows: number) => void): Promise<readonly AuditRow[]> {
  const rows: AuditRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<AuditRow> = await readPage(chainOf(project), cursor);
    rows.push(...page.items);
    cursor = page.next;
    onRows(rows.length);
  } while (cursor !== null && rows.length < EXPORT_ROWS);
  return rows;
}
