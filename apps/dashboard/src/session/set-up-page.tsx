/** The first minute: whoever has the link that the server printed becomes its owner. */

import { useState } from "react";
import { TextField } from "../ui/field.tsx";
import { EntryForm } from "./entry-form.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { tokenInAddress } from "./token-in-address.ts";
import { useEnter } from "./use-enter.ts";

export function SetUpPage() {
  const enter = useEnter();
  const [token] = useState(tokenInAddress);
  return (
    <EntryFrame title="Welcome to Dimmer" lead="Make yourself its owner. You can invite the others in a minute.">
      <EntryForm path="/api/v1/setup" token={token} button="Start" onDone={() => enter()}>
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
      </EntryForm>
    </EntryFrame>
  );
}
