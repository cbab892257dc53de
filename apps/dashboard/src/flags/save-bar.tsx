/** The foot of an edit: whom it moves, what is wrong with it, why it is made, and the two ways on. */

import { type FormEvent, type ReactNode, useState } from "react";
import type { Operation } from "@dimmer/protocol";
import { messageOf, sayIssue } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { describeMoves } from "./shares.ts";
import { useChange } from "./use-change.ts";
import { useForeseen } from "./use-foreseen.ts";

/** UTF-16 code units that the server takes as a reason. */
const REASON_LENGTH = 2_000;

export interface SaveBarProps {
  readonly project: string;
  readonly operations: readonly Operation[];
  /** The reason that is suggested: the edit itself, in words. */
  readonly suggested: string;
  /** Resource → the revision that was seen. */
  readonly expected?: Readonly<Record<string, number>>;
  readonly isStale?: boolean;
  /** People seen this week at the one address that is edited. */
  readonly people?: number | undefined;
  /** What is to be said instead where nobody moves. */
  readonly about?: ReactNode;
  /** What only the page can tell: it holds saving up, and is said. */
  readonly problem?: string | undefined;
  /** What is wrong, or worth knowing, at this place of the request is said by the editor above. */
  readonly saidAbove?: string;
  readonly label?: string;
  readonly resetLabel?: string;
  /** The way back; without one there is nothing to put back. */
  readonly onReset?: () => void;
  readonly onSaved?: () => void;
}

export function SaveBar(props: SaveBarProps) {
  const {
    project,
    operations,
    suggested,
    expected,
    isStale: wasOvertaken = false,
    problem,
    label = "Save",
    resetLabel = "Put back",
    onReset,
    onSaved = onReset,
  } = props;
  const change = useChange(project);
  // One's own edit comes back changed just before it is said to be saved.
  const isStale = wasOvertaken && !change.isPending;
  const [reason, setReason] = useState<string>();
  const why = reason ?? suggested.slice(0, REASON_LENGTH);
  const foreseen = useForeseen(project, problem === undefined ? operations : [], expected);
  const save = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ operations, reason: why, ...(expected === undefined ? {} : { expected }) }, { onSuccess: () => onSaved?.() });
  };
  const isSaid = (path: string): boolean => props.saidAbove !== undefined && path.startsWith(props.saidAbove);
  const warnings = foreseen.error === undefined ? foreseen.issues.filter(({ path }) => !isSaid(path)) : [];
  return (
    <form onSubmit={save} className="flex flex-col gap-3 border-t border-line pt-4">
      {isStale && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2">
          Somebody changed this meanwhile. Your edit is not saved; take a fresh look before you make it again.
        </p>
      )}
      <div role="status" aria-live="polite" className="figures min-h-6 font-semibold">
        <Outcome {...props} foreseen={foreseen} />
      </div>
      {warnings.map((issue) => (
        <p key={issue.path + issue.message} className="text-small break-words text-light-ink">
          {sayIssue(issue)}
        </p>
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label="Why"
          placeholder="Why"
          value={why}
          onChange={({ target }) => setReason(target.value)}
          maxLength={REASON_LENGTH}
          className="h-9 min-w-52 flex-1 max-sm:basis-full rounded-control border border-line bg-ground px-3 hover:border-line-strong"
        />
        {onReset !== undefined && <Button onClick={onReset}>{isStale ? "Take a fresh look" : resetLabel}</Button>}
        <Button
          look="primary"
          type="submit"
          isBusy={change.isPending}
          disabled={isStale || problem !== undefined || foreseen.error !== undefined || operations.length === 0}
        >
          {label}
        </Button>
      </div>
    </form>
  );
}

function Outcome({
  problem,
  people,
  about,
  saidAbove,
  foreseen,
}: SaveBarProps & { readonly foreseen: ReturnType<typeof useForeseen> }) {
  if (problem !== undefined) return <p className="text-danger">{problem}</p>;
  const { error, issues } = foreseen;
  const isSaidAbove = saidAbove !== undefined && issues.length > 0 && issues.every(({ path }) => path.startsWith(saidAbove));
  if (error !== undefined && isSaidAbove) return <p className="text-danger">It is not valid yet: see above.</p>;
  if (error !== undefined) return <p className="break-words text-danger">{messageOf(error).about}</p>;
  if (foreseen.result === undefined) return <p> </p>;
  const { moves } = foreseen.result;
  if (moves.length === 0 && about !== undefined) return <div className="font-normal">{about}</div>;
  return describeMoves(moves, people).map((sentence) => <p key={sentence}>{sentence}</p>);
}
