/** One judge: what it scores, what it did today, and its end. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { JudgeView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import type { ConnectionPlace } from "../connections/use-connection-act.ts";
import { Button } from "../ui/button.tsx";
import { RemoveDialog } from "../ui/remove-dialog.tsx";
import { Tag } from "../ui/tag.tsx";
import { say } from "../ui/toast.tsx";
import { judgesQuery } from "./judge-queries.ts";
import { sayTask, sayToday } from "./say-judge.ts";

export interface JudgeRowProps {
  readonly place: ConnectionPlace;
  readonly judge: JudgeView;
  readonly mayEdit: boolean;
}

export function JudgeRow({ place, judge, mayEdit }: JudgeRowProps) {
  const [isRemoving, setRemoving] = useState(false);
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 border-b border-line py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 truncate font-semibold">{judge.name}</span>
          {judge.state === "spent" && <Tag look="danger">Today’s budget is spent</Tag>}
          {judge.state === "stopped" && <Tag look="danger">Stopped</Tag>}
        </p>
        <p className="text-small break-words text-quiet">{sayTask(judge)}</p>
        {judge.message !== null && <p className="text-small break-words text-danger">{judge.message}</p>}
        <p className="figures text-small text-quiet">{sayToday(judge)}</p>
        <details className="mt-1 text-small">
          <summary className="cursor-pointer text-quiet hover:text-ink">What it is told</summary>
          <p className="mt-1 rounded-control border border-line bg-surface p-3 font-mono break-words whitespace-pre-wrap">
            {judge.prompt}
          </p>
        </details>
      </div>
      {mayEdit && <Button onClick={() => setRemoving(true)}>Remove</Button>}
      {isRemoving && <Remove place={place} judge={judge} onClose={() => setRemoving(false)} />}
    </li>
  );
}

interface RemoveProps {
  readonly place: ConnectionPlace;
  readonly judge: JudgeView;
  readonly onClose: () => void;
}

/** It asks, as nobody can undo it: what waited is gone. */
function Remove({ place: { project, environment }, judge: { id, name, waiting }, onClose }: RemoveProps) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => management.removeJudge(project, environment, id),
    onSuccess: () => {
      onClose();
      say({ title: `${name} is removed`, about: "It judges nothing any more. Its scores stay." });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: judgesQuery(project, environment).queryKey }),
  });
  const about = waiting === 0 ? "Its scores stay." : `The ${waiting} that wait for it are dropped. Its scores stay.`;
  return <RemoveDialog name={name} about={about} removal={remove} onRemove={() => remove.mutate()} onClose={onClose} />;
}
