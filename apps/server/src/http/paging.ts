/** Pages by cursor: opaque to the caller, a position to us. */

import { z } from "zod";
import { ProblemError, type Page } from "@dimmer/protocol";
import { HTTP_LIMITS } from "./limits.ts";

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(HTTP_LIMITS.pageMax).default(HTTP_LIMITS.pageDefault).describe("Items of a page."),
  cursor: z.string().min(1).max(512).optional().describe("`next` of the page before."),
};

export const PageQuery = z.strictObject(pageQuery);
export type PageQuery = z.infer<typeof PageQuery>;

const writeCursor = (position: string | number) => Buffer.from(JSON.stringify(position)).toString("base64url");

function readCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

const badCursor = () =>
  new ProblemError("invalid-request", "The cursor is not one of ours; take `next` of the page before as it is.");

/** The sequence below which the next page starts. */
export function positionOf(query: PageQuery): number | undefined {
  if (query.cursor === undefined) return undefined;
  const position = readCursor(query.cursor);
  if (typeof position !== "number" || !Number.isSafeInteger(position) || position < 0) throw badCursor();
  return position;
}

/** A page of records that count themselves; `items` holds one more than the page where there are more. */
export function pageBySequence<T extends { readonly sequence: number }>(items: readonly T[], limit: number): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last !== undefined ? writeCursor(last.sequence) : null };
}

/** A page of a list that is sorted by key. */
export function pageByKey<T>(items: readonly T[], keyOf: (item: T) => string, query: PageQuery): Page<T> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && typeof after !== "string") throw badCursor();
  const rest = typeof after === "string" ? items.filter((item) => keyOf(item) > after) : items;
  const shown = rest.slice(0, query.limit);
  const last = shown.at(-1);
  return { items: shown, next: rest.length > query.limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}
