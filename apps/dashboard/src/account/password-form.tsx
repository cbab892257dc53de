/** Changes one's password, and so ends all other sessions. */

import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { callServer } from "../api/call-server.ts";
import { NewPasswordField } from "../session/new-password-field.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { say } from "../ui/toast.tsx";

export function PasswordForm() {
  const change = useMutation({
    mutationFn: (body: object) => callServer("POST", "/api/v1/account/password", body),
    onSuccess: () => say({ title: "Your new password counts", about: "Everywhere else you are signed out." }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    change.mutate(fieldsOf(form), { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-2">
      <TextField label="Password now" name="current" type="password" autoComplete="current-password" required />
      <NewPasswordField label="New password" error={change.error} />
      <div>
        <Button type="submit" isBusy={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
