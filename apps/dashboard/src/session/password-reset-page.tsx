/** A new password, for whoever was given a link for it. */

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { say } from "../ui/toast.tsx";
import { BrokenLink, EntryForm } from "./entry-form.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { tokenInAddress } from "./token-in-address.ts";

export function PasswordResetPage() {
  const navigate = useNavigate();
  const [token] = useState(tokenInAddress);
  if (token === undefined) return <BrokenLink lead="Open it as it was given to you, or ask for a new one." />;
  const done = async ({ email }: { readonly email: string }) => {
    say({ title: "Your new password counts", about: `Sign in as ${email}. Everywhere else you are signed out.` });
    await navigate({ to: "/sign-in", replace: true });
  };
  return (
    <EntryFrame title="A new password">
      <EntryForm path="/api/v1/password-reset" token={token} button="Save" onDone={done} />
    </EntryFrame>
  );
}
