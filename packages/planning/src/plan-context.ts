/** Plans the declaration of contexts: as a whole, as it is one thing to whoever reads it. */

import { isDeepStrictEqual } from "node:util";
import type { ContextDeclaration } from "@dimmer/evaluation";
import type { ContextView } from "@dimmer/protocol";
import type { Planned, PlanOptions } from "./plan-step.ts";

export function planContext(
  wanted: ContextDeclaration | undefined,
  { declaration }: ContextView,
  { onlyNew }: PlanOptions,
): Planned {
  const stays = wanted === undefined || isDeepStrictEqual(wanted, declaration) || (onlyNew && declaration !== null);
  const steps = stays ? [] : [{ at: "/context", operation: { kind: "declare-context", context: wanted } as const }];
  return { steps, drift: [], issues: [] };
}
