/** Makes a kill link, and shows it this once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { LINKS_PATH } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { useNow } from "../ui/use-now.ts";
import { useFlagPlace } from "./flag-place.ts";

const DAY_MS = 86_400_000;
const LIVES = [
  { value: "90", label: "90 days" },
  { value: "7", label: "A week" },
  { value: "1", label: "A day" },
  { value: "", label: "Until it is revoked" },
];

export function LinkDialog({ onClose }: { readonly onClose: () => void }) {
  const { project, environment, flag, variants } = useFlagPlace();
  const queries = useQueryClient();
  const now = useNow();
  const make = useMutation({
    mutationFn: ({ name = "", variant = "", days = "" }: Readonly<Record<string, string | undefined>>) =>
      management.createLink(project.key, {
        flag: flag.key,
        environment: environment.key,
        name: name.trim(),
        ...(variant === "" ? {} : { variant }),
        ...(days === "" ? {} : { expiresAt: new Date(now + Number(days) * DAY_MS).toISOString() }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["project", project.key] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(fieldsOf(event.currentTarget));
  };
  if (make.data !== undefined) {
    return (
      <Dialog title="Your kill link" about="Take it now: it is shown this once." isOpen onClose={onClose}>
        <div className="flex flex-col gap-4">
          <Copyable text={`${window.location.origin}${LINKS_PATH}${make.data.secret}`} what="the link" autoFocus />
          <p className="text-quiet">
            It opens a page with one button. Looking at it, as chat programs do with links, turns nothing off.
          </p>
          <Button look="primary" className="self-end" onClick={onClose}>
            I have it
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={`A link that turns ${flag.key} off in ${environment.name}`} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="For whom or what"
          name="name"
          required
          autoFocus
          maxLength={200}
          placeholder="Runbook of the night shift"
          hint="The history names its kills so."
        />
        <SelectField
          label="It turns off"
          name="variant"
          choices={[{ value: "", label: "The whole flag" }, ...variants.map((name) => ({ value: name, label: `Only ${name}` }))]}
        />
        <SelectField label="It works for" name="days" choices={LIVES} />
        {make.error !== null && (
          <p role="alert" className="text-danger">
            {messageOf(make.error).about}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={make.isPending}>
            Make the link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
