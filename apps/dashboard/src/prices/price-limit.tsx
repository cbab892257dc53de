/** Above which price of its output a variant must say who may have it. */

import type { FormEvent } from "react";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useDraft } from "../flags/use-draft.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Section } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { readUsd, sayUsd } from "./say-price.ts";
import { usePriceAct } from "./use-price-act.ts";

export interface PriceLimitProps {
  readonly project: string;
  readonly limitUsd: number | null;
  readonly mayEdit: boolean;
}

export function PriceLimit({ project, limitUsd, mayEdit }: PriceLimitProps) {
  const draft = useDraft(limitUsd === null ? "" : String(limitUsd));
  const save = usePriceAct(
    project,
    (usd: number | null) => management.setPriceLimit(project, usd),
    (usd) => {
      draft.reset();
      say({ title: usd === null ? "There is no price limit" : `The price limit is ${sayUsd(usd)}` });
    },
  );
  const text = draft.value.trim();
  const usd = text === "" ? null : readUsd(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (usd !== undefined) save.mutate(usd);
  };
  return (
    <Section
      title="Price limit"
      about="A variant whose model’s output costs more must say who may ever have it. What is served stays; kills and stops are never held up."
    >
      <form onSubmit={submit} className="flex max-w-xl flex-wrap items-start gap-2">
        <div className="min-w-52 flex-1">
          <TextField
            label="Dollars for a million output tokens"
            inputMode="decimal"
            autoComplete="off"
            disabled={!mayEdit}
            value={draft.value}
            placeholder="No limit"
            hint={mayEdit ? "Empty for no limit." : "Your role does not let you edit the project."}
            problem={
              usd === undefined ? "That is no amount: write 20 or 0.5." : save.isError ? messageOf(save.error).about : undefined
            }
            onChange={({ target }) => draft.set(target.value)}
          />
        </div>
        <Button
          type="submit"
          className="mt-6"
          isBusy={save.isPending}
          disabled={!mayEdit || !draft.isTouched || usd === undefined}
        >
          Set the limit
        </Button>
      </form>
    </Section>
  );
}
