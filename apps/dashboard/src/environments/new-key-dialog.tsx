/** Makes a key and shows its secret, once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CreatedKey, EnvironmentView, KeyKind } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { useToday } from "../ui/use-now.ts";
import { KEY_KINDS } from "./say-key.ts";

export interface NewKeyDialogProps {
  readonly project: string;
  readonly environment: EnvironmentView;
  readonly onClose: () => void;
}

export function NewKeyDialog({ project, environment, onClose }: NewKeyDialogProps) {
  const queries = useQueryClient();
  const today = useToday();
  const [kind, setKind] = useState<KeyKind>("server");
  const make = useMutation({
    mutationFn: ({ name, until }: { readonly name: string; readonly until: string }) =>
      management.createKey(project, {
        kind,
        name,
        environment: environment.key,
        // To the end of that day, here where one sits.
        ...(until === "" ? {} : { expiresAt: new Date(`${until}T23:59:59`).toISOString() }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["project", project, "keys"] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { name = "", until = "" } = fieldsOf(event.currentTarget);
    make.mutate({ name: name.trim(), until });
  };
  if (make.data !== undefined) return <Made project={project} made={make.data} onClose={onClose} />;
  return (
    <Dialog title={`New key for ${environment.name}`} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <SelectField
          label="For what"
          value={kind}
          onChange={({ target }) => setKind(target.value as KeyKind)}
          choices={KEY_KINDS.map((one) => ({ value: one.kind, label: SINGULAR[one.kind] }))}
          hint={KEY_KINDS.find((one) => one.kind === kind)?.about}
        />
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          maxLength={200}
          placeholder="api, in Frankfurt"
          hint="Where it will be used."
        />
        <TextField label="Until" name="until" type="date" min={today} hint="Left empty, it holds until somebody revokes it." />
        {make.isError && (
          <p role="alert" className="text-danger">
            {messageOf(make.error).about}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={make.isPending}>
          Make key
        </Button>
      </form>
    </Dialog>
  );
}

const SINGULAR: Readonly<Record<KeyKind, string>> = {
  server: "A backend: server key",
  browser: "A page: browser key",
  admin: "CI or the command line: admin token",
};

function Made({ project, made, onClose }: { readonly project: string; readonly made: CreatedKey; readonly onClose: () => void }) {
  return (
    <Dialog
      title={`${made.name} is made`}
      about="Take the secret now: it is shown this once, and nobody can read it again."
      isOpen
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
        <Copyable text={made.secret} what="the secret" autoFocus />
        <div className="flex justify-end gap-2">
          <ButtonLink look="bare" to="/projects/$project/connect" params={{ project }}>
            How to use it
          </ButtonLink>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
