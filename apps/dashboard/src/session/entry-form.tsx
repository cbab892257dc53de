/** The form of those who come by a link: what they say of themselves, a new password, and one button. */

import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { callServer } from "../api/call-server.ts";
import { Button } from "../ui/button.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { EntryFrame } from "./entry-frame.tsx";
import { NewPasswordField } from "./new-password-field.tsx";

export interface EntryFormProps<T> {
  /** Where it is sent, with the token of the link. */
  readonly path: string;
  readonly token: string | undefined;
  readonly button: string;
  readonly onDone: (answer: T) => Promise<void>;
  /** Fields above the password, of which the first has the focus. */
  readonly children?: ReactNode;
}

export function EntryForm<T>({ path, token, button, onDone, children }: EntryFormProps<T>) {
  const entry = useMutation({ mutationFn: (body: object) => callServer<T>("POST", path, body), onSuccess: onDone });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    entry.mutate({ ...fieldsOf(event.currentTarget), ...(token === undefined ? {} : { token }) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      {children}
      <NewPasswordField autoFocus={children === undefined} error={entry.error} />
      <Button look="primary" type="submit" isBusy={entry.isPending}>
        {button}
      </Button>
    </form>
  );
}

/** Where the token is missing there is nothing to fill in. */
export function BrokenLink({ lead }: { readonly lead: string }) {
  return (
    <EntryFrame title="This link is not whole" lead={lead}>
      {null}
    </EntryFrame>
  );
}
