/** Turns an issue's place in a resource into its place in the request. */

import type { Issue } from "@dimmer/evaluation";
import { groupRows } from "../storage/group-rows.ts";
import type { Origin } from "./project-state.ts";

/** An issue found in a resource, its path a JSON Pointer into it with rules by id. */
export interface Finding {
  readonly resource: string;
  readonly issue: Issue;
}

/** In their order, by the resource that they wrote: of a change of thousands of flags nobody looks at all of them for each issue. */
export type OriginsByResource = ReadonlyMap<string, readonly Origin[]>;

export const groupOrigins = (origins: readonly Origin[]): OriginsByResource => groupRows(origins, ({ resource }) => resource);

/**
 * Points an issue into the request.
 *
 * Shape:  the most specific place that an operation wrote, the last one where several did; else the operation that touched
 *         the resource, with the place in the resource in the message.
 * Errors: undefined where it is a warning about a place that this change left alone.
 */
export function locateIssue({ resource, issue }: Finding, origins: OriginsByResource): Issue | undefined {
  const touching = origins.get(resource) ?? [];
  const shaped = touching.filter(({ path }) => path !== null && (issue.path === path || issue.path.startsWith(`${path}/`)));
  const best = shaped.reduce<Origin | undefined>((one, other) => (depthOf(other) >= depthOf(one) ? other : one), undefined);
  if (best !== undefined) return { ...issue, path: best.pointer + issue.path.slice(best.path?.length ?? 0) };
  const whole = touching.filter((origin) => origin.path === null).at(-1);
  if (issue.severity === "warning" && whole === undefined) return undefined;
  const any = whole ?? touching.at(-1) ?? origins.get(wholeOf(resource))?.at(-1);
  return { ...issue, path: any?.pointer ?? "", message: `${resource}${issue.path}: ${issue.message}` };
}

/** The flag or segment that a block is of. */
const wholeOf = (resource: string): string => resource.split("/").slice(0, 2).join("/");

function depthOf(origin: Origin | undefined): number {
  return origin?.path?.length ?? -1;
}

/** The operation that touched the flag or segment as a whole, else a block of it. */
export function locateResource(resource: string, origins: readonly Origin[]): string {
  const touching = origins.filter((origin) => origin.resource === resource || origin.resource.startsWith(`${resource}/`));
  return touching.at(-1)?.pointer ?? "";
}
