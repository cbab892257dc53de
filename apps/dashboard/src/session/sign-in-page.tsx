/** Signing in: by password and, where somebody turned it on, a code; or by another sign-on. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@dimmer/protocol";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { EntryFrame } from "./entry-frame.tsx";
import { sessionQuery } from "./session.ts";
import { useEnter } from "./use-enter.ts";

/** What came of another sign-on, by the code it came back with. */
const BROUGHT: Readonly<Record<string, string>> = {
  unauthenticated: "That sign-on did not go through. Try it again.",
  forbidden: "You have no account here. Ask an owner or admin to invite you.",
  "provider-unavailable": "The other sign-on does not answer just now.",
  "too-many-requests": "Too many tries; wait a minute.",
};

export function SignInPage() {
  const { data: session } = useQuery(sessionQuery);
  const enter = useEnter();
  const { next, problem: broughtProblem } = useSearch({ from: "/sign-in" });
  const [needsCode, setNeedsCode] = useState(false);
  const signIn = useMutation({
    mutationFn: (body: object) => callServer("POST", "/api/v1/session", body),
    onSuccess: () => enter(next),
    onError: (error) => {
      if (error instanceof ProblemError && error.code === "code-needed") setNeedsCode(true);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(fieldsOf(event.currentTarget));
  };
  const asksForCode = needsCode && signIn.error instanceof ProblemError && signIn.error.code === "code-needed";
  const problem = signIn.error === null || asksForCode ? undefined : messageOf(signIn.error).about;
  const brought = broughtProblem === undefined ? undefined : (BROUGHT[broughtProblem] ?? BROUGHT["unauthenticated"]);
  return (
    <EntryFrame title="Sign in" lead="To turn flags up and down.">
      {brought !== undefined && (
        <p role="alert" className="rounded-control border border-danger bg-danger-soft px-3 py-2">
          {brought}
        </p>
      )}
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <TextField label="Password" name="password" type="password" autoComplete="current-password" required problem={problem} />
        {needsCode && (
          <TextField
            label="Code"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
            hint="From your authenticator app, or one of your recovery codes."
          />
        )}
        <Button look="primary" type="submit" isBusy={signIn.isPending}>
          Sign in
        </Button>
      </form>
      {(session?.methods.oidc ?? []).map(({ id, name }) => (
        <a
          key={id}
          href={`/auth/oidc/${encodeURIComponent(id)}/start?next=${encodeURIComponent(next ?? "/")}`}
          className="inline-flex h-9 items-center justify-center rounded-control border border-line bg-surface font-semibold hover:border-line-strong"
        >
          Sign in with {name}
        </a>
      ))}
      <p className="text-small text-quiet">
        Forgotten your password? Whoever runs this Dimmer can give you a link to set a new one.
      </p>
    </EntryFrame>
  );
}
