/** Description, owner, tags, purpose, end and audience of a flag. */

import type { FlagDefinition } from "@dimmer/evaluation";
import { CheckField, SelectField, TextArea, TextField } from "../ui/field.tsx";
import { Section } from "../ui/page.tsx";
import { useToday } from "../ui/use-now.ts";
import { ValueList } from "../ui/value-list.tsx";
import { editedFields, type FlagFacts, factsOf, monthsAfter } from "./flag-facts.ts";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { PURPOSES } from "./purposes.ts";
import { SaveBar } from "./save-bar.tsx";
import { useDraft } from "./use-draft.ts";

export function FactsForm() {
  const { project, flag } = useFlagPlace();
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const today = useToday();
  const saved = factsOf(flag.definition);
  const draft = useDraft<FlagFacts>(saved);
  const { description, owner, tags, purpose, removeBy, audience } = draft.value;
  const set = (fields: Partial<FlagFacts>) => draft.set({ ...draft.value, ...fields });
  const fields = editedFields(saved, draft.value);
  return (
    <Section title="About the flag" about={obstacle}>
      <fieldset disabled={obstacle !== undefined} className="flex min-w-0 flex-col gap-2">
        <TextArea
          label="What for"
          value={description}
          maxLength={2_000}
          className="[field-sizing:content]"
          onChange={({ target }) => set({ description: target.value })}
        />
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          <TextField
            label="Owner"
            required
            value={owner}
            maxLength={2_000}
            hint="The team that answers for it."
            onChange={({ target }) => set({ owner: target.value })}
          />
          <SelectField
            label="Purpose"
            value={purpose}
            choices={PURPOSES.map(({ value, label }) => ({ value, label }))}
            hint={PURPOSES.find(({ value }) => value === purpose)?.about}
            onChange={({ target }) => set({ purpose: target.value as FlagDefinition["purpose"] })}
          />
          <TextField
            label="To be removed by"
            type="date"
            value={removeBy ?? ""}
            disabled={removeBy === null}
            hint="You are told when it is due."
            onChange={({ target }) => set({ removeBy: target.value })}
          />
          <div className="sm:pt-6">
            <CheckField
              label="It stays for good"
              checked={removeBy === null}
              hint="A switch or a setting, not scaffolding."
              onChange={({ target }) =>
                set({ removeBy: target.checked ? null : (flag.definition.removeBy ?? monthsAfter(today, 3)) })
              }
            />
          </div>
          <div className="flex flex-col gap-1">
            <p className="text-small font-semibold">Tags</p>
            <div className="flex">
              <ValueList
                label="Tags"
                placeholder="A tag, Enter for more"
                values={tags}
                disabled={obstacle !== undefined}
                onChange={(next) => set({ tags: next })}
              />
            </div>
          </div>
          <SelectField
            label="Who may see it"
            value={audience}
            choices={[
              { value: "server", label: "Servers only" },
              { value: "browser", label: "Browsers too" },
            ]}
            hint="Browsers get answers, never rules."
            onChange={({ target }) => set({ audience: target.value === "browser" ? "browser" : "server" })}
          />
        </div>
        {draft.isTouched && (
          <SaveBar
            project={project.key}
            operations={[{ kind: "update-flag", flag: flag.key, fields }]}
            problem={
              owner.trim() === "" ? "A flag has an owner." : removeBy === "" ? "Say until when, or that it stays." : undefined
            }
            suggested={`Changed ${Object.keys(fields).join(", ")}`}
            expected={{ [`flags/${flag.key}`]: flag.revision }}
            isStale={draft.isStale}
            about="Nobody changes variant."
            onReset={draft.reset}
          />
        )}
      </fieldset>
    </Section>
  );
}
