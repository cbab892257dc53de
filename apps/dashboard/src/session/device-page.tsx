/** Lets the command line act in one's name: `dimmer login` shows a code, and it is confirmed here. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Time } from "../ui/time.tsx";
import { EntryFrame } from "./entry-frame.tsx";

interface Waiting {
  readonly userCode: string;
  readonly name: string;
  readonly address: string;
  readonly createdAt: string;
}

export function DevicePage() {
  const { code } = useSearch({ from: "/inside/device" });
  const navigate = useNavigate();
  const waiting = useQuery({
    queryKey: ["device", code],
    queryFn: () => callServer<Waiting>("GET", `/api/v1/device/${encodeURIComponent(code ?? "")}`),
    enabled: code !== undefined,
    retry: false,
  });
  const decide = useMutation({
    mutationFn: (allow: boolean) => callServer("POST", "/api/v1/device/confirm", { userCode: code, allow }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { code: typed } = fieldsOf(event.currentTarget);
    void navigate({ to: "/device", search: typed === undefined ? {} : { code: typed.trim().toUpperCase() } });
  };
  if (decide.isSuccess) {
    return (
      <EntryFrame title={decide.variables ? "It may act for you" : "It was refused"} lead="You can close this page.">
        {null}
      </EntryFrame>
    );
  }
  if (waiting.data === undefined) {
    return (
      <EntryFrame title="Sign a command line in" lead="Type the code that dimmer login shows.">
        <form onSubmit={submit} className="flex flex-col gap-2">
          <TextField
            label="Code"
            name="code"
            required
            autoFocus
            autoComplete="off"
            defaultValue={code}
            className="font-mono"
            problem={waiting.error === null ? undefined : messageOf(waiting.error).about}
          />
          <Button look="primary" type="submit" isBusy={waiting.isFetching}>
            Look
          </Button>
        </form>
      </EntryFrame>
    );
  }
  const { name, address, createdAt, userCode } = waiting.data;
  return (
    <EntryFrame title="May it act in your name?" lead="Whatever it does is recorded as done by you.">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-quiet">Code</dt>
        <dd className="font-mono">{userCode}</dd>
        <dt className="text-quiet">Calls itself</dt>
        <dd>{name}</dd>
        <dt className="text-quiet">Asks from</dt>
        <dd>{address}</dd>
        <dt className="text-quiet">Asked</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
      </dl>
      {decide.error !== null && (
        <p role="alert" className="text-danger">
          {messageOf(decide.error).about}
        </p>
      )}
      <div className="flex gap-2">
        <Button look="primary" isBusy={decide.isPending} onClick={() => decide.mutate(true)}>
          Allow
        </Button>
        <Button onClick={() => decide.mutate(false)}>Refuse</Button>
      </div>
    </EntryFrame>
  );
}
