/** The key of the snippets: made here and shown once, or one that somebody has already. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { checkKey, type Way } from "./snippets.ts";

export interface ConnectKeyProps {
  readonly project: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly kind: Way["keyKind"];
  /** The secret, once there is one; it lives in this page and nowhere else. */
  readonly secret: string | undefined;
  readonly onSecret: (secret: string) => void;
  readonly mayMake: boolean;
}

export function ConnectKey({ project, environment, kind, secret, onSecret, mayMake }: ConnectKeyProps) {
  const queries = useQueryClient();
  const [hasOne, setHasOne] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isMade, setMade] = useState(false);
  const make = useMutation({
    mutationFn: () => management.createKey(project, { kind, name: "From the connect page", environment: environment.key }),
    onSuccess: async (created) => {
      setMade(true);
      onSecret(created.secret);
      await queries.invalidateQueries({ queryKey: ["project", project, "keys"] });
    },
  });
  const take = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { key = "" } = fieldsOf(event.currentTarget);
    const why = checkKey(key, kind);
    setProblem(why);
    if (why === undefined) onSecret(key.trim());
  };
  if (secret !== undefined) {
    return (
      <div className="flex flex-col gap-2">
        <Copyable text={secret} what="the key" />
        <p className="text-small text-quiet">
          {isMade
            ? "This key is shown only now: the server keeps a digest of it. It stands in the code below."
            : "It stands in the code below, and goes nowhere else."}
        </p>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button
          look="primary"
          isBusy={make.isPending}
          disabled={!mayMake}
          title={mayMake ? undefined : "Your role does not let you make keys here. Ask an admin for one."}
          onClick={() => make.mutate()}
        >
          Make a {kind} key for {environment.name}
        </Button>
        <Button look="bare" aria-expanded={hasOne} onClick={() => setHasOne(!hasOne)}>
          Use a key you have
        </Button>
      </div>
      {make.isError && (
        <p role="alert" className="text-danger">
          {messageOf(make.error).about}
        </p>
      )}
      {hasOne && (
        <form onSubmit={take} className="flex max-w-xl items-start gap-2">
          <div className="flex-1">
            <TextField
              label={`A ${kind} key of ${environment.name}`}
              name="key"
              required
              autoFocus
              autoComplete="off"
              spellCheck={false}
              placeholder={`dm_${kind}_…`}
              className="font-mono"
              hint="It is put into the code below and sent nowhere."
              problem={problem}
            />
          </div>
          <Button type="submit" className="mt-6">
            Use it
          </Button>
        </form>
      )}
    </div>
  );
}
