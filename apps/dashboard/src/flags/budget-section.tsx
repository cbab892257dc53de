/** How often each variant may be called, and what takes over when that is used up. */

import { sayFallback } from "@dimmer/evaluation";
import { TextField } from "../ui/field.tsx";
import { BlockSection } from "./block-section.tsx";
import { readBudgets, readCalls, sayBudgets, typedOf, type TypedBudgets, WRONG_CALLS } from "./budgets.ts";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";

export function BudgetSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag, variants } = useFlagPlace();
  const saved = block.config.budgets ?? {};
  const sentences = sayBudgets(saved);
  return (
    <BlockSection<TypedBudgets>
      title="Budgets"
      about={`Each instance of the app counts by itself. What is over goes on to the fallback: ${sayFallback({ fallback: block.config.fallback })}.`}
      block={block}
      saved={typedOf(saved)}
      words={
        sentences.length === 0 ? (
          <p className="text-quiet">Every variant may be called as often as people ask.</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {sentences.map((sentence) => (
              <li key={sentence} className="break-words">
                {sentence}.
              </li>
            ))}
          </ul>
        )
      }
      editOf={(typed) => {
        const read = readBudgets(typed, saved);
        const budgets = "budgets" in read ? read.budgets : {};
        return {
          operation: { kind: "set-budgets", flag: flag.key, environment: environment.key, budgets: { ...budgets } },
          suggested: sayBudgets(budgets).join("; ") || "No budgets",
          problem: "problem" in read ? read.problem : undefined,
        };
      }}
    >
      {(typed, set) => (
        <div className="grid gap-x-4 sm:grid-cols-2">
          {variants.map((variant) => {
            const text = typed[variant] ?? "";
            return (
              <TextField
                key={variant}
                label={variant}
                inputMode="numeric"
                autoComplete="off"
                value={text}
                placeholder="As often as people ask"
                hint="Calls a minute."
                problem={text.trim() !== "" && readCalls(text) === undefined ? WRONG_CALLS : undefined}
                onChange={({ target }) => set(withTyped(typed, variant, target.value))}
              />
            );
          })}
        </div>
      )}
    </BlockSection>
  );
}

/** Without the empty ones, so that what is put back is as it was. */
const withTyped = (typed: TypedBudgets, variant: string, text: string): TypedBudgets =>
  Object.fromEntries(Object.entries({ ...typed, [variant]: text }).filter(([, one]) => one !== ""));
