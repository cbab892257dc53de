/** Whoever was invited makes an account here. */

import { useState } from "react";
import { TextField } from "../ui/field.tsx";
import { BrokenLink, EntryForm } from "./entry-form.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { tokenInAddress } from "./token-in-address.ts";
import { useEnter } from "./use-enter.ts";

export function InvitationPage() {
  const enter = useEnter();
  const [token] = useState(tokenInAddress);
  if (token === undefined) return <BrokenLink lead="Open the invitation's link as it was sent to you, or ask for a new one." />;
  return (
    <EntryFrame title="You are invited" lead="Make your account, and you are in.">
      <EntryForm path="/api/v1/invitations/accept" token={token} button="Join" onDone={() => enter()}>
        <TextField label="Your name" name="name" autoComplete="name" required autoFocus />
      </EntryForm>
    </EntryFrame>
  );
}
