/** Says of a document's values that use snippets that only a server can tell whether these are there. */

import { snippetsIn } from "@dimmer/ai/parts";
import { type FlagDocument, type Issue, variantsOf } from "@dimmer/evaluation";
import { pointerTo } from "@dimmer/planning";

/** Shape: one warning a value, at the first text that uses one. */
export function snippetIssues({ flags }: FlagDocument): readonly Issue[] {
  return Object.entries(flags).flatMap(([flag, definition]) =>
    Object.entries(variantsOf(definition)).flatMap(([variant, { value }]) => {
      const uses = definition.schema === "ai-config" ? snippetsIn(value) : [];
      const [first] = uses;
      if (first === undefined) return [];
      const names = [...new Set(uses.map(({ name = "without a name" }) => name))].join(", ");
      return [issueOf(pointerTo("flags", flag, "variants", variant, "value") + first.path, `${flag}:${variant}`, names)];
    }),
  );
}

const issueOf = (path: string, what: string, names: string): Issue => ({
  path,
  code: "unchecked-snippets",
  message: `${what} uses snippets (${names}), which are kept by a server and cannot be checked without one.`,
  mend: "`dimmer plan` checks them. An SDK that reads this file itself cannot fill this prompt, and falls back.",
  severity: "warning",
});
