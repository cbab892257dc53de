/** Who changed what and why, newest first, each with the way back. */

import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { Change, Effect } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { historyQuery } from "./flag-queries.ts";
import { sayEffects } from "./say-effects.ts";

export interface HistoryProps {
  readonly project: string;
  readonly flag: string;
  readonly limit: number;
}

export function History({ project, flag, limit }: HistoryProps) {
  const history = useQuery(historyQuery(project, flag, limit));
  if (history.isError) return <Problem error={history.error} onRetry={() => void history.refetch()} />;
  if (history.data === undefined) return <Waiting />;
  return (
    <ol className="flex flex-col">
      {history.data.map((change) => (
        <ChangeRow key={change.id} project={project} change={change} />
      ))}
    </ol>
  );
}

export function ChangeRow({ project, change }: { readonly project: string; readonly change: Change }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="flex flex-col gap-2 border-b border-line py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-64">
          {change.summary.map((sentence) => (
            <p key={sentence} className="break-words">
              {sentence}
            </p>
          ))}
          <p className="text-small text-quiet">
            {change.actor.name}
            {change.source === "dashboard" ? "" : ` by ${change.source}`}, <Time at={change.at} />
            {change.reason !== null && ` · ${change.reason}`}
          </p>
        </div>
        {change.undoneBy !== null && <Tag>Undone</Tag>}
        <Button look="bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide" : "What changed"}
        </Button>
        {change.undoneBy === null && change.effects.length > 0 && <UndoButton project={project} change={change} />}
      </div>
      {isOpen && <Effects effects={change.effects} />}
    </li>
  );
}

function UndoButton({ project, change }: { readonly project: string; readonly change: Change }) {
  const [isBusy, setBusy] = useState(false);
  const undo = async () => {
    setBusy(true);
    try {
      await management.undoChange(project, change.id);
      say({ title: "Reverted", about: change.summary.join(" ") });
    } catch (error) {
      say({ ...messageOf(error), isProblem: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button look="bare" icon={<Undo2 size={16} />} isBusy={isBusy} onClick={() => void undo()}>
      Revert
    </Button>
  );
}

export function Effects({ effects }: { readonly effects: readonly Effect[] }) {
  const said = sayEffects(effects);
  if (said.length === 0) return <p className="text-small text-quiet">Nothing: it was so already.</p>;
  return (
    <ul className="flex flex-col gap-2 rounded-control bg-ground p-3 font-mono text-small">
      {said.map(({ place, before, after }) => (
        <li key={place} className="grid gap-x-4 sm:grid-cols-[minmax(0,16rem)_1fr]">
          <span className="break-all text-quiet">{place}</span>
          <span className="flex flex-col break-all">
            {before !== undefined && <del className="text-danger no-underline">− {before}</del>}
            {after !== undefined && <ins className="text-healthy no-underline">+ {after}</ins>}
          </span>
        </li>
      ))}
    </ul>
  );
}
