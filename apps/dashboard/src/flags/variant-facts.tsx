/** What a variant is for and who may ever have it, in every environment. */

import { type Condition, sayCondition, type VariantDefinition } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { ConditionEditor } from "../conditions/condition-editor.tsx";
import { type ConditionDraft, conditionOf, draftOf } from "../conditions/condition-tests.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { SaveBar } from "./save-bar.tsx";
import { useDraft } from "./use-draft.ts";

/** Of the button that begins a restriction: an editor that waits for one leads there. */
export const restrictId = (variant: string): string => `restrict-${variant}`;

interface Facts {
  readonly description: string;
  /** Null where it is for everyone who comes to it. */
  readonly only: ConditionDraft | null;
}

export function VariantFacts({ name, variant }: { readonly name: string; readonly variant: VariantDefinition }) {
  const { project, environment, flag } = useFlagPlace();
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const { description = "", only } = variant;
  const draft = useDraft<Facts>({ description, only: only === undefined ? null : draftOf(only) });
  const read = draft.value.only === null ? { condition: undefined } : conditionOf(draft.value.only);
  return (
    <fieldset disabled={obstacle !== undefined} title={obstacle} className="flex min-w-0 flex-col gap-4">
      <TextField
        label="What it is"
        value={draft.value.description}
        maxLength={2_000}
        placeholder="The larger model, for those who pay"
        onChange={({ target }) => draft.set({ ...draft.value, description: target.value })}
      />
      <div className="flex flex-col gap-2">
        <h4 className="text-small font-semibold">Who may ever have it</h4>
        {draft.value.only === null ? (
          <div className="flex flex-wrap items-center gap-2">
            <p className="text-quiet">Everyone who comes to it.</p>
            <Button id={restrictId(name)} look="bare" onClick={() => draft.set({ ...draft.value, only: draftOf(undefined) })}>
              Restrict it
            </Button>
          </div>
        ) : (
          <>
            <ConditionEditor
              place={{ project: project.key, environment: environment.key }}
              draft={draft.value.only}
              without="Everyone who comes to it."
              onChange={(next) => draft.set({ ...draft.value, only: next })}
            />
            <p className="text-small text-quiet">
              Whoever it does not surely hold for gets the fallback, wherever a rule or a named target leads here.
            </p>
          </>
        )}
      </div>
      {draft.isTouched && (
        <SaveBar
          project={project.key}
          operations={"problem" in read ? [] : [factsEdit(flag.key, name, draft.value.description.trim(), read.condition)]}
          problem={"problem" in read ? read.problem : undefined}
          suggested={suggest(name, variant, draft.value.description.trim(), "problem" in read ? undefined : read.condition)}
          expected={{ [`flags/${flag.key}`]: flag.revision }}
          isStale={draft.isStale}
          about="Shares stay as they are."
          onReset={draft.reset}
        />
      )}
    </fieldset>
  );
}

const factsEdit = (flag: string, variant: string, description: string, only: Condition | undefined): Operation => ({
  kind: "update-variant",
  flag,
  variant,
  fields: { description: description === "" ? null : description, only: only ?? null },
});

function suggest(name: string, before: VariantDefinition, description: string, only: Condition | undefined): string {
  const isSame = JSON.stringify(before.only) === JSON.stringify(only);
  if (isSame) return description === "" ? `${name} needs no description` : `${name}: ${description}`;
  return only === undefined ? `${name} for everyone` : `${name} only where ${sayCondition(only)}`;
}
