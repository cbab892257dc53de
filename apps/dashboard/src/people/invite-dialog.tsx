/** Invites somebody: the link is shown once, to be sent by whatever one likes. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Grant } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { GrantFields } from "./grant-fields.tsx";

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [grants, setGrants] = useState<readonly Grant[]>([{ role: "editor", project: null, environment: null }]);
  const invite = useMutation({
    mutationFn: (body: object) => callServer<{ readonly link: string }>("POST", "/api/v1/invitations", body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    invite.mutate({ email: fieldsOf(event.currentTarget)["email"], grants });
  };
  if (invite.data !== undefined) {
    return (
      <Dialog title="Send them this link" about="It works once and is not shown again." isOpen onClose={onClose}>
        <div className="flex flex-col gap-3">
          <Copyable text={invite.data.link} what="the link" autoFocus />
          <Button onClick={onClose}>I have it</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite somebody" isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="E-mail"
          name="email"
          type="email"
          required
          autoFocus
          problem={invite.error === null ? undefined : messageOf(invite.error).about}
        />
        <GrantFields grants={grants} onChange={setGrants} />
        <Button look="primary" type="submit" isBusy={invite.isPending}>
          Make the link
        </Button>
      </form>
    </Dialog>
  );
}
