/** Whoever was invited makes an account here. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { EntryFrame } from "./entry-frame.tsx";
import { tokenInAddress } from "./token-in-address.ts";

export function InvitationPage() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(tokenInAddress);
  const accept = useMutation({
    mutationFn: (body: object) => callServer("POST", "/api/v1/invitations/accept", body),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: "/", replace: true });
    },
  });
  if (token === undefined) {
    return (
      <EntryFrame title="This link is not whole" lead="Open the invitation's link as it was sent to you, or ask for a new one.">
        {null}
      </EntryFrame>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    accept.mutate({ ...fieldsOf(event.currentTarget), token });
  };
  return (
    <EntryFrame title="You are invited" lead="Make your account, and you are in.">
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField label="Your name" name="name" autoComplete="name" required autoFocus />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          hint="Twelve characters or more; a few words are good."
          problem={accept.error === null ? undefined : messageOf(accept.error).about}
        />
        <Button look="primary" type="submit" isBusy={accept.isPending}>
          Join
        </Button>
      </form>
    </EntryFrame>
  );
}
