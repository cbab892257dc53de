/** What a change does, place by place. */

import { diffJson } from "@dimmer/planning";
import type { Effect, Operation } from "@dimmer/protocol";
import { CONTEXT_RESOURCE, type ProjectState } from "./project-state.ts";
import type { SettledChange } from "./settle-change.ts";
import { resourcesOf, viewResource } from "./view-resource.ts";

/** Shape: every place that differs, and what somebody has said again. Errors: none. */
export function findEffects(
  before: ProjectState,
  { state, flags, segments }: SettledChange,
  operations: readonly Operation[],
): Effect[] {
  const resources = [
    CONTEXT_RESOURCE,
    ...resourcesOf(
      "flags",
      flags.flatMap(({ key }) => [before.flags.get(key), state.flags.get(key)]),
    ),
    ...resourcesOf(
      "segments",
      segments.flatMap(({ key }) => [before.segments.get(key), state.segments.get(key)]),
    ),
  ];
  const differing = resources.flatMap((resource) =>
    diffJson(resource, viewResource(before, resource), viewResource(state, resource)),
  );
  return [...differing, ...confirmedEmergencies(before, operations)];
}

/**
 * A kill that found the flag killed, a stop that found it stopped: nothing differs, and yet somebody said so. The effect
 * keeps it in the flag's history, where an undo of the earlier kill will see it.
 */
function confirmedEmergencies(before: ProjectState, operations: readonly Operation[]): Effect[] {
  return operations.flatMap((operation): Effect[] => {
    if (operation.kind !== "kill" && operation.kind !== "stop") return [];
    const resource = `flags/${operation.flag}/environments/${operation.environment}`;
    const config = before.flags.get(operation.flag)?.environments[operation.environment]?.config;
    if (operation.kind === "kill" && config?.enabled === false)
      return [{ resource, path: "/enabled", before: false, after: false }];
    if (operation.kind !== "stop" || config?.stopped?.includes(operation.variant) !== true) return [];
    return [{ resource, path: "/stopped", before: config.stopped, after: config.stopped }];
  });
}
