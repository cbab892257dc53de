/** The templates of AI configs parse, and ask for nothing that the flag does not declare as its inputs. */

import { type InspectedText, openInspector, type TagBudget } from "@dimmer/ai/parts";
import { type Issue, nearestWord } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";
import { type NamedValue, valuesOf } from "./check-values.ts";
import type { Finding } from "./locate-issue.ts";
import { flagResource, type ProjectState } from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";

/** The SDK's own parser; it keeps what it has parsed, so that saving again costs little. */
const inspect = openInspector();

/** What is parsed for one change, in tags and outputs: a tenth of a millisecond each, while nobody else is answered. */
export const newTagBudget = (): TagBudget => ({ left: 10_000 });

/**
 * Shape:  drafts, newest versions and whatever is published anywhere. Without declared inputs the names are a warning, so that nobody
 *         has to begin with a declaration.
 * Errors: none thrown.
 * Source: ADR-0049.
 */
export function checkAiTemplates(state: ProjectState, record: FlagRecord, budget: TagBudget): Finding[] {
  const versions = state.versions.get(record.key);
  if (record.definition.schema !== "ai-config" || versions === undefined) return [];
  const inputs = record.definition.inputs?.map((input) => input.replace("?", ""));
  return Object.keys(record.variants).flatMap((variant) => {
    const at = `/variants${pointerSegment(variant)}/value`;
    const issues = valuesOf(record, versions, variant).flatMap((named) =>
      issuesOf({ what: `${variant} (${named.name})`, at, inputs }, named, budget),
    );
    return issues.map((issue) => ({ resource: flagResource(record.key), issue }));
  });
}

/** Which value, where it stands, and what its flag declares. */
interface Named {
  readonly what: string;
  readonly at: string;
  readonly inputs: readonly string[] | undefined;
}

function issuesOf({ what, at, inputs }: Named, { value }: NamedValue, budget: TagBudget): Issue[] {
  const texts = inspect(value, budget);
  const broken = texts.flatMap((text) => (text.problem === undefined ? [] : [brokenIssue(what, at, text)]));
  if (inputs !== undefined) return [...broken, ...texts.flatMap((text) => unknownIssues(what, at, text, inputs))];
  const names = [...new Set(texts.flatMap((text) => text.names))];
  return names.length === 0 ? broken : [...broken, undeclaredIssue(what, at, names)];
}

const brokenIssue = (what: string, at: string, { path, problem }: InspectedText): Issue => ({
  path: at + path,
  code: "bad-template",
  message: `${what} has a template that cannot be filled: ${problem}.`,
  mend: "Mend it; templates are Liquid, such as `{{ text }}`. Braces that are meant as they stand go between `{% raw %}` and `{% endraw %}`.",
  severity: "error",
});

function unknownIssues(what: string, at: string, { path, names }: InspectedText, inputs: readonly string[]): Issue[] {
  return names
    .filter((name) => !inputs.includes(name))
    .map((name) => {
      const nearest = nearestWord(name, inputs);
      const declare = `add \`${name}\` to the flag's \`inputs\``;
      const mend =
        nearest === undefined ? `Give the app's word for it, or ${declare}.` : `Did you mean \`${nearest}\`? Else ${declare}.`;
      const message = `${what} asks for \`${name}\`, which the flag does not declare: the app would not give it.`;
      return { path: at + path, code: "unknown-input", message, mend, severity: "error" as const };
    });
}

const undeclaredIssue = (what: string, at: string, names: readonly string[]): Issue => ({
  path: at,
  code: "undeclared-inputs",
  message: `${what} asks for ${names.slice(0, 20).join(", ")}, and the flag declares no inputs: a misspelt name is found when it is asked for.`,
  mend: `Declare them: \`inputs: [${names.slice(0, 20).join(", ")}]\`.`,
  severity: "warning",
});
