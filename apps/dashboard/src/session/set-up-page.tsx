/** The first minute: whoever has the link that the server printed becomes its owner. */

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

export function SetUpPage() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(tokenInAddress);
  const setUp = useMutation({
    mutationFn: (body: object) => callServer("POST", "/api/v1/setup", body),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: "/", replace: true });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget);
    setUp.mutate({ ...fields, ...(token === undefined ? {} : { token }) });
  };
  return (
    <EntryFrame title="Welcome to Dimmer" lead="Make yourself its owner. You can invite the others in a minute.">
      <form onSubmit={submit} className="flex flex-col gap-2">
        {token === undefined && (
          <TextField
            label="Set-up token"
            name="token"
            required
            hint="The server printed a link when it first started; the token is what follows # in it."
          />
        )}
        <TextField label="Your name" name="name" autoComplete="name" required autoFocus />
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          hint="Twelve characters or more; a few words are good."
          problem={setUp.error === null ? undefined : messageOf(setUp.error).about}
        />
        <Button look="primary" type="submit" isBusy={setUp.isPending}>
          Start
        </Button>
      </form>
    </EntryFrame>
  );
}
