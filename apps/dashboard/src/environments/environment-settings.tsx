/** What an environment is taken for: its name, whether real people are there, and who has to look at an edit. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import type { EnvironmentView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useDraft } from "../flags/use-draft.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { CheckField, SelectField, TextField } from "../ui/field.tsx";
import { Section } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { REVIEW_CHOICES, sayProduction, sayReview } from "./say-settings.ts";

export interface EnvironmentSettingsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

type Settings = Pick<EnvironmentView, "name" | "production" | "requireReview">;

export function EnvironmentSettings({ project, environment }: EnvironmentSettingsProps) {
  const { key, name, production, requireReview } = environment;
  const mayEdit = useMay("environment.edit", project, key);
  const draft = useDraft<Settings>({ name, production, requireReview });
  const save = useSave(project, key);
  const set = (part: Partial<Settings>) => draft.set({ ...draft.value, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ from: { name, production, requireReview }, to: draft.value }, { onSuccess: draft.reset });
  };
  return (
    <Section title={`Settings of ${name}`} about={mayEdit ? undefined : "Your role does not let you edit this environment."}>
      <form onSubmit={submit}>
        <fieldset disabled={!mayEdit} className="flex min-w-0 flex-col gap-2">
          <div className="grid gap-x-8 gap-y-2 md:grid-cols-2">
            <TextField
              label="Name"
              value={draft.value.name}
              required
              maxLength={200}
              hint={`Its key ${key} stays as it is.`}
              onChange={({ target }) => set({ name: target.value })}
            />
            <SelectField
              label="Review of edits"
              value={String(draft.value.requireReview)}
              choices={REVIEW_CHOICES}
              hint={sayReview(draft.value.requireReview)}
              onChange={({ target }) => set({ requireReview: Number(target.value) })}
            />
          </div>
          <CheckField
            label="Production: real people are here"
            checked={draft.value.production}
            hint={sayProduction(draft.value.production)}
            onChange={({ target }) => set({ production: target.checked })}
          />
          {draft.isTouched && (
            <div className="mt-3 flex flex-wrap items-center justify-end gap-2 border-t border-line pt-4">
              <p role="status" className="w-full empty:hidden">
                {draft.isStale ? "Somebody changed this meanwhile. Yours is not saved; take a fresh look first." : ""}
                {save.isError && <span className="text-danger">{messageOf(save.error).about}</span>}
              </p>
              <Button onClick={draft.reset}>{draft.isStale ? "Take a fresh look" : "Put back"}</Button>
              <Button look="primary" type="submit" isBusy={save.isPending} disabled={draft.isStale}>
                Save
              </Button>
            </div>
          )}
        </fieldset>
      </form>
    </Section>
  );
}

interface Step {
  readonly from: Settings;
  readonly to: Settings;
}

/** Shape: sends what differs; from the message that says it is done one comes back. */
function useSave(project: string, key: string) {
  const queries = useQueryClient();
  const send = async ({ from, to }: Step) => {
    try {
      if (from.name !== to.name || from.production !== to.production)
        await management.updateEnvironment(project, key, { name: to.name.trim(), production: to.production });
      if (from.requireReview !== to.requireReview) await management.requireReview(project, key, to.requireReview);
    } finally {
      await queries.invalidateQueries({ queryKey: ["projects"] });
    }
  };
  return useMutation({
    mutationFn: send,
    onSuccess: (_answer, { from, to }) => {
      say({
        title: `${to.name.trim()} is set`,
        about: [
          ...(from.production === to.production
            ? []
            : [to.production ? "It is production now." : "It is not production any more."]),
          ...(from.requireReview === to.requireReview ? [] : [sayReview(to.requireReview)]),
        ].join(" "),
        act: { label: "Undo", run: () => void undoBy(() => send({ from: to, to: from })) },
      });
    },
  });
}
