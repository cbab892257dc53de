/** Turns the second factor on and off: a secret for the authenticator app, a code that proves it works, recovery codes. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { sessionQuery } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Copyable, Snippet } from "../ui/copyable.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { say } from "../ui/toast.tsx";

const PATH = "/api/v1/account/two-factor";

export function TwoFactor({ isOn }: { readonly isOn: boolean }) {
  return isOn ? <TurnOff /> : <TurnOn />;
}

function TurnOn() {
  const queries = useQueryClient();
  const begin = useMutation({
    mutationFn: (fields: object) =>
      callServer<{ readonly secret: string; readonly uri: string }>("POST", PATH, { step: "begin", ...fields }),
  });
  const confirm = useMutation({
    mutationFn: (fields: object) =>
      callServer<{ readonly recoveryCodes: readonly string[] }>("POST", PATH, { step: "confirm", ...fields }),
  });
  const on = (run: (fields: object) => void) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(fieldsOf(event.currentTarget));
  };
  if (confirm.data !== undefined) {
    return (
      <div className="flex max-w-md flex-col gap-3">
        <p className="font-semibold">It is on. Keep these codes where you would find them without your phone; each works once.</p>
        <Snippet text={confirm.data.recoveryCodes.join("\n")} what="the recovery codes" />
        <div>
          <Button onClick={() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })}>I have kept them</Button>
        </div>
      </div>
    );
  }
  if (begin.data !== undefined) {
    return (
      <form onSubmit={on(confirm.mutate)} className="flex max-w-md flex-col gap-3">
        <p>Put this secret into your authenticator app, or open the address on your phone.</p>
        <Copyable text={begin.data.secret} what="the secret" />
        <Copyable text={begin.data.uri} what="the address" />
        <TextField
          label="Code that the app shows"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
          problem={confirm.error === null ? undefined : messageOf(confirm.error).about}
        />
        <div>
          <Button look="primary" type="submit" isBusy={confirm.isPending}>
            Turn on
          </Button>
        </div>
      </form>
    );
  }
  return (
    <form onSubmit={on(begin.mutate)} className="flex max-w-md flex-col gap-2">
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        problem={begin.error === null ? undefined : messageOf(begin.error).about}
      />
      <div>
        <Button type="submit" isBusy={begin.isPending}>
          Set it up
        </Button>
      </div>
    </form>
  );
}

function TurnOff() {
  const queries = useQueryClient();
  const disable = useMutation({
    mutationFn: (fields: object) => callServer("POST", PATH, { step: "disable", ...fields }),
    onSuccess: async () => {
      say({ title: "The second factor is off" });
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    disable.mutate(fieldsOf(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-2">
      <p>It is on.</p>
      <TextField
        label="Code, to turn it off"
        name="code"
        autoComplete="one-time-code"
        required
        problem={disable.error === null ? undefined : messageOf(disable.error).about}
      />
      <div>
        <Button look="danger" type="submit" isBusy={disable.isPending}>
          Turn off
        </Button>
      </div>
    </form>
  );
}
