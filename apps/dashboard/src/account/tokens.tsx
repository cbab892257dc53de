/** Personal tokens: made, shown once, revoked. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Problem, Waiting } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { tokensQuery, type TokenView } from "./account-queries.ts";

export function Tokens() {
  const queries = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [isMaking, setMaking] = useState(false);
  const readAnew = () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const revoke = useMutation({
    mutationFn: (id: string) => callServer("DELETE", `/api/v1/account/tokens/${encodeURIComponent(id)}`),
    onSuccess: async () => {
      say({ title: "The token counts no more" });
      await readAnew();
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  if (tokens.isError) return <Problem error={tokens.error} onRetry={() => void tokens.refetch()} />;
  if (tokens.data === undefined) return <Waiting rows={2} />;
  const live = tokens.data.filter(({ revokedAt }) => revokedAt === null);
  return (
    <div className="flex flex-col gap-3">
      <ul>
        {live.map(({ id, name, prefix, createdAt, expiresAt }) => (
          <li key={id} className="flex min-h-12 items-center gap-4 border-b border-line py-1">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{name}</span>
              <span className="text-small text-quiet">
                <code className="font-mono">{prefix}…</code>, made <Time at={createdAt} />
                {expiresAt !== null && (
                  <>
                    , ends <Time at={expiresAt} />
                  </>
                )}
              </span>
            </span>
            <Button isBusy={revoke.isPending && revoke.variables === id} onClick={() => revoke.mutate(id)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      <p className="text-small text-quiet">
        <code className="font-mono">dimmer login</code> makes one by itself.
      </p>
      <div>
        <Button onClick={() => setMaking(true)}>New token</Button>
      </div>
      {isMaking && <NewTokenDialog onClose={() => setMaking(false)} onMade={() => void readAnew()} />}
    </div>
  );
}

function NewTokenDialog({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const make = useMutation({
    mutationFn: (body: object) => callServer<TokenView & { readonly secret: string }>("POST", "/api/v1/account/tokens", body),
    onSuccess: onMade,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate({ name: fieldsOf(event.currentTarget)["name"] });
  };
  return (
    <Dialog title="New token" isOpen onClose={onClose}>
      {make.data === undefined ? (
        <form onSubmit={submit} className="flex flex-col gap-2">
          <TextField
            label="What for"
            name="name"
            required
            autoFocus
            maxLength={200}
            hint="It lasts for 90 days."
            problem={make.error === null ? undefined : messageOf(make.error).about}
          />
          <Button look="primary" type="submit" isBusy={make.isPending}>
            Make
          </Button>
        </form>
      ) : (
        <div className="flex flex-col gap-3">
          <p>This is the only time that it is shown.</p>
          <Copyable text={make.data.secret} what="the token" autoFocus />
          <Button onClick={onClose}>I have it</Button>
        </div>
      )}
    </Dialog>
  );
}
