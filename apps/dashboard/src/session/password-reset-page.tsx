/** A new password, for whoever was given a link for it. */

import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { say } from "../ui/toast.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { tokenInAddress } from "./token-in-address.ts";

export function PasswordResetPage() {
  const navigate = useNavigate();
  const [token] = useState(tokenInAddress);
  const reset = useMutation({
    mutationFn: (body: object) => callServer<{ readonly email: string }>("POST", "/api/v1/password-reset", body),
    onSuccess: async ({ email }) => {
      say({ title: "Your new password counts", about: `Sign in as ${email}. Everywhere else you are signed out.` });
      await navigate({ to: "/sign-in", replace: true });
    },
  });
  if (token === undefined) {
    return (
      <EntryFrame title="This link is not whole" lead="Open it as it was given to you, or ask for a new one.">
        {null}
      </EntryFrame>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    reset.mutate({ ...fieldsOf(event.currentTarget), token });
  };
  return (
    <EntryFrame title="A new password">
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          autoFocus
          hint="Twelve characters or more; a few words are good."
          problem={reset.error === null ? undefined : messageOf(reset.error).about}
        />
        <Button look="primary" type="submit" isBusy={reset.isPending}>
          Save
        </Button>
      </form>
    </EntryFrame>
  );
}
