/** The operation that says what a project's evaluation contexts are like. */

import { type ContextDeclaration, parseContextDeclaration } from "@dimmer/evaluation";
import { readPart } from "../flags/operations/read-part.ts";
import type { Operate } from "../flags/operations/step.ts";
import { CONTEXT_RESOURCE, originAt } from "../flags/project-state.ts";

/** Whether the project's conditions fit it is checked on the whole result. */
export const declareContext: Operate<"declare-context"> = (state, { context }, pointer) => {
  const place = `${pointer}/context`;
  const declaration = context === null ? null : readPart(parseContextDeclaration(context, { path: place }));
  return {
    state: { ...state, context: { ...state.context, declaration } },
    inverse: [{ kind: "declare-context", context: state.context.declaration }],
    summary: summaryOf(declaration),
    origins: [originAt(CONTEXT_RESOURCE, "", place)],
  };
};

function summaryOf(declaration: ContextDeclaration | null): string {
  if (declaration === null) return "Took the declaration of contexts away.";
  const count = Object.keys(declaration.attributes).length;
  return `Declared ${count} ${count === 1 ? "attribute" : "attributes"} of contexts.`;
}
