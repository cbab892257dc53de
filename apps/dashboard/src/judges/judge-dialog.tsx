/** A new judge. It never changes afterwards, as its scores would mean something else. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type ConnectionView, JUDGE_LIMITS, type JudgeRequest } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { connectionsQuery } from "../connections/connection-queries.ts";
import type { ConnectionPlace } from "../connections/use-connection-act.ts";
import { summariesQuery } from "../flags/flag-queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextArea, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Problem, Waiting } from "../ui/page.tsx";
import { judgesQuery } from "./judge-queries.ts";
import { readJudge, type WrongFields } from "./say-judge.ts";

export interface JudgeDialogProps {
  readonly place: ConnectionPlace;
  readonly onClose: () => void;
}

const EXAMPLE =
  "You are given a question and an answer.\nQuestion: {{ input }}\nAnswer: {{ output }}\nIs the answer right and helpful?";

export function JudgeDialog({ place, onClose }: JudgeDialogProps) {
  const connections = useQuery(connectionsQuery(place.project, place.environment));
  const all = connections.data ?? [];
  return (
    <Dialog
      title="New judge"
      about="It asks a model for a score of what your app sends it, and never changes: make another one for another prompt."
      isOpen
      onClose={onClose}
    >
      {connections.isError && <Problem error={connections.error} onRetry={() => void connections.refetch()} />}
      {connections.isPending && <Waiting rows={3} />}
      {connections.isSuccess && all.length === 0 && (
        <p>
          A judge is asked through a connection, and there is none yet.{" "}
          <Link to="/projects/$project/environments" params={{ project: place.project }} hash="connections" className="underline">
            Make one
          </Link>{" "}
          first.
        </p>
      )}
      {all.length > 0 && <JudgeForm place={place} connections={all} onClose={onClose} />}
    </Dialog>
  );
}

function JudgeForm({ place, connections, onClose }: JudgeDialogProps & { readonly connections: readonly ConnectionView[] }) {
  const { project, environment } = place;
  const queries = useQueryClient();
  const summaries = useQuery(summariesQuery(project, environment));
  const flags = (summaries.data ?? []).filter(({ type, archived }) => type === "object" && !archived);
  const [wrong, setWrong] = useState<WrongFields>({});
  const create = useMutation({
    mutationFn: (judge: JudgeRequest) => management.createJudge(project, environment, judge),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: judgesQuery(project, environment).queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readJudge(fieldsOf(event.currentTarget));
    setWrong("wrong" in read ? read.wrong : {});
    if ("judge" in read) create.mutate(read.judge);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <TextField label="Name" name="name" required autoFocus maxLength={JUDGE_LIMITS.nameChars} placeholder="Helpfulness" />
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        <SelectField label="Flag" name="flag" required choices={flags.map(({ key }) => ({ value: key, label: key }))} />
        <TextField
          label="Percent of its runs"
          name="share"
          inputMode="decimal"
          autoComplete="off"
          required
          defaultValue="5"
          problem={wrong.share}
        />
        <SelectField
          label="Connection"
          name="connection"
          choices={connections.map(({ id, name, provider }) => ({ value: id, label: `${name} (${provider})` }))}
        />
        <TextField
          label="Model"
          name="model"
          required
          maxLength={JUDGE_LIMITS.modelChars}
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          placeholder="gpt-4o-2024-08-06"
          hint="By its dated name, so that it does not move."
        />
      </div>
      <TextArea
        label="What it is told"
        name="prompt"
        required
        rows={5}
        maxLength={JUDGE_LIMITS.promptChars}
        spellCheck={false}
        className="font-mono"
        defaultValue={EXAMPLE}
        hint="A template over output and, if you like, input. How to answer is added."
      />
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        <TextField
          label="Score"
          name="score"
          required
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          placeholder="helpful"
          hint="The name it goes by in metrics."
        />
        <TextField
          label="Dollars a day"
          name="budget"
          inputMode="decimal"
          autoComplete="off"
          required
          defaultValue="1"
          hint="Within the connection’s own budget."
          problem={wrong.budget}
        />
        <TextField label="Lowest score" name="from" inputMode="decimal" required defaultValue="0" problem={wrong.from} />
        <TextField label="Highest score" name="to" inputMode="decimal" required defaultValue="1" problem={wrong.to} />
      </div>
      {create.isError && (
        <p role="alert" className="text-danger">
          {messageOf(create.error).about}
        </p>
      )}
      <Button look="primary" type="submit" isBusy={create.isPending} disabled={flags.length === 0} className="mt-1">
        Let it judge
      </Button>
      <p className="text-small text-quiet">
        From then on your app may send what people asked and got of these runs; it is kept sealed until it is judged, for a day at
        most.
      </p>
    </form>
  );
}
