/** Whether what a change leaves fits what the project declares of contexts. */

import { checkAttributeUse, type FlagDocument, type Issue } from "@dimmer/evaluation";
import type { Finding } from "./locate-issue.ts";
import {
  blockOf,
  CONTEXT_RESOURCE,
  flagEnvironmentResource,
  flagResource,
  type Origin,
  type ProjectState,
  segmentEnvironmentResource,
} from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";
import { stateDocument } from "./state-document.ts";

/**
 * Shape:  looks at the flags and segments that the change wrote, and at all of them where it wrote the declaration. Kills, stops and
 *         restores write no origin, and so are never held up.
 * Errors: none thrown; nothing is found without a declaration.
 * Source: ADR-0030.
 */
export function checkAttributes(state: ProjectState, origins: readonly Origin[]): Finding[] {
  const { declaration } = state.context;
  if (declaration === null || origins.length === 0) return [];
  const document = { ...stateDocument(state), context: declaration };
  const written = new Set(origins.map(({ resource }) => resource.split("/").slice(0, 2).join("/")));
  const chosen = written.has(CONTEXT_RESOURCE) ? document : onlyWritten(document, written);
  return checkAttributeUse(chosen).map((issue) => findingOf(state, issue));
}

function onlyWritten(document: FlagDocument, written: ReadonlySet<string>): FlagDocument {
  const pick = <T>(noun: string, map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).filter(([key]) => written.has(`${noun}/${key}`)));
  return { ...document, flags: pick("flags", document.flags), segments: pick("segments", document.segments ?? {}) };
}

/** Names of flags, segments, environments and rules need no escaping in a pointer. */
function findingOf(state: ProjectState, issue: Issue): Finding {
  const [, noun, key = "", part, environment = "", ...rest] = issue.path.split("/");
  const at = (resource: string, names: readonly string[]): Finding => ({
    resource,
    issue: { ...issue, path: names.map((name) => `/${name}`).join("") },
  });
  if (noun === "segments") return at(segmentEnvironmentResource(key, environment), rest);
  if (part !== "environments") return at(flagResource(key), [part ?? "", environment, ...rest]);
  const [block, index, ...place] = rest;
  const id = block === "rules" ? blockOf(state.flags.get(key), environment)?.config.rules?.[Number(index)]?.id : undefined;
  const named = id === undefined ? rest : ["rules", pointerSegment(id).slice(1), ...place];
  return at(flagEnvironmentResource(key, environment), named);
}
