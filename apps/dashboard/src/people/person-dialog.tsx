/** One person: what they may do, a new password, a lost second factor, and the way out. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Grant } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { say } from "../ui/toast.tsx";
import { GrantFields } from "./grant-fields.tsx";
import type { PersonView } from "./people-queries.ts";

export function PersonDialog({ person, onClose }: { readonly person: PersonView; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [grants, setGrants] = useState<readonly Grant[]>(person.grants);
  const [link, setLink] = useState<string>();
  const path = `/api/v1/people/${encodeURIComponent(person.id)}`;
  const act = useMutation({
    mutationFn: ({ send }: { readonly send: () => Promise<unknown>; readonly done: string }) => send(),
    onSuccess: async (_answer, { done }) => {
      say({ title: done });
      await queries.invalidateQueries({ queryKey: ["people"] });
    },
  });
  const edit = (body: object, done: string) =>
    act.mutate({ send: () => callServer("PATCH", path, body), done }, { onSuccess: onClose });
  const save = (event: FormEvent) => {
    event.preventDefault();
    edit({ grants }, `${person.name} may do something else now`);
  };
  const reset = async () => setLink((await callServer<{ readonly link: string }>("POST", `${path}/password-reset`)).link);
  return (
    <Dialog title={person.name} about={person.email} isOpen onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-5">
        <GrantFields grants={grants} onChange={setGrants} />
        {act.error !== null && (
          <p role="alert" className="text-danger">
            {messageOf(act.error).about}
          </p>
        )}
        {link !== undefined && (
          <div className="flex flex-col gap-1">
            <p>Give them this link; it works once.</p>
            <Copyable text={link} what="the link" />
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          <Button
            onClick={() => act.mutate({ send: reset, done: "A link for a new password is there" })}
            disabled={link !== undefined}
          >
            New password
          </Button>
          {person.twoFactor && (
            <Button onClick={() => edit({ twoFactor: false }, `${person.name} signs in without a second factor`)}>
              Take the second factor away
            </Button>
          )}
          <Button
            look="danger"
            onClick={() =>
              edit({ disabled: !person.disabled }, person.disabled ? `${person.name} is back` : `${person.name} is out`)
            }
          >
            {person.disabled ? "Let back in" : "Shut out"}
          </Button>
        </div>
        <div className="flex justify-end gap-2 border-t border-line pt-4">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={act.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
