/** One alert: what it is in a line, and opened why, from what, and the one thing that may help. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { ALERT_LIMITS, type AlertView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { StatusLight } from "../ui/status-light.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { AlertAction } from "./alert-action.tsx";
import { KIND_WORDS, sayEvidence, SEVERITY_STATUS } from "./say-alert.ts";

export interface AlertRowProps {
  readonly project: string;
  readonly alert: AlertView;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

export function AlertRow({ project, alert, isOpen, onOpen }: AlertRowProps) {
  const { id, title, cause, kind, severity, state, flag, variant, environment, times, firstAt, lastAt, acknowledgedBy } = alert;
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={`alert-${id}`}
        onClick={onOpen}
        className="flex w-full items-start gap-4 py-4 text-left hover:bg-surface"
      >
        <span className="flex h-6 items-center">
          <StatusLight status={state === "resolved" ? "unknown" : SEVERITY_STATUS[severity]} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-semibold break-words">{title}</span>
            <Tag>{KIND_WORDS[kind]}</Tag>
            {state === "acknowledged" && (
              <Tag look="light">{acknowledgedBy === null ? "Taken" : `Taken by ${acknowledgedBy.name}`}</Tag>
            )}
          </span>
          <span className={classNames("block max-w-prose break-words", !isOpen && "line-clamp-2 text-quiet")}>{cause}</span>
          <span className="block text-small break-words text-faint">
            {[flag === null ? undefined : variant === null ? flag : `${flag}: ${variant}`, environment ?? undefined]
              .filter((part) => part !== undefined)
              .join(", in ")}
            {flag !== null || environment !== null ? " · " : ""}
            <Time at={lastAt} />
            {times > 1 && (
              <>
                , {times.toLocaleString("en")} times since <Time at={firstAt} />
              </>
            )}
          </span>
        </span>
        <ChevronDown
          size={16}
          aria-hidden
          className={classNames("mt-1 shrink-0 text-faint transition-transform duration-150", isOpen && "rotate-180")}
        />
      </button>
      {isOpen && (
        <div id={`alert-${id}`} className="flex flex-col gap-5 pb-6 pl-6">
          <Evidence alert={alert} />
          {alert.action !== null && state !== "resolved" && <AlertAction project={project} alert={alert} action={alert.action} />}
          <Acts project={project} alert={alert} />
          {flag !== null && (
            <Link
              to="/projects/$project/flags/$flag"
              params={{ project, flag }}
              search={environment === null ? {} : { env: environment }}
              className="w-fit underline underline-offset-4"
            >
              To {flag}
            </Link>
          )}
        </div>
      )}
    </li>
  );
}

function Evidence({ alert: { evidence } }: { readonly alert: AlertView }) {
  const lines = sayEvidence(evidence);
  if (lines.length === 0) return null;
  return (
    <dl className="grid max-w-prose grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-6 gap-y-1 border-l-2 border-line pl-4 text-small">
      {lines.map(({ name, said }) => (
        <div key={name} className="contents">
          <dt className="break-words text-quiet">{name}</dt>
          <dd className="figures break-words">{said}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Somebody takes it, or says that it is over. */
function Acts({ project, alert }: { readonly project: string; readonly alert: AlertView }) {
  const { id, state, environment, note, resolvedBy, resolvedAt } = alert;
  const queries = useQueryClient();
  const [written, setWritten] = useState<string>();
  const mayAct = useMay("alert.edit", project, environment);
  const act = useMutation({
    mutationFn: (verb: "acknowledge" | "resolve") => {
      const body = written === undefined || written === "" ? {} : { note: written };
      return verb === "acknowledge" ? management.acknowledgeAlert(project, id, body) : management.resolveAlert(project, id, body);
    },
    onSuccess: (_alert, verb) => say({ title: verb === "acknowledge" ? "It is yours" : "Resolved" }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project] }),
  });
  if (state === "resolved") {
    return (
      <p className="text-quiet">
        {resolvedBy === null ? "It resolved by itself" : `${resolvedBy.name} resolved it`}
        {resolvedAt !== null && (
          <>
            {" "}
            <Time at={resolvedAt} />
          </>
        )}
        {note === null ? "." : `: “${note}”`}
      </p>
    );
  }
  const obstacle = mayAct ? undefined : "Your role does not let you do this here.";
  return (
    <div className="flex max-w-3xl flex-wrap items-center gap-2">
      <input
        aria-label="Note"
        placeholder="A note for whoever comes next"
        value={written ?? note ?? ""}
        maxLength={ALERT_LIMITS.noteChars}
        disabled={!mayAct}
        title={obstacle}
        onChange={({ target }) => setWritten(target.value)}
        className="h-9 min-w-52 flex-1 rounded-control border border-line bg-ground px-3 hover:border-line-strong disabled:opacity-60 max-sm:basis-full"
      />
      {state === "open" && (
        <Button
          disabled={!mayAct}
          title={obstacle}
          isBusy={act.isPending && act.variables === "acknowledge"}
          onClick={() => act.mutate("acknowledge")}
        >
          I take it
        </Button>
      )}
      <Button
        disabled={!mayAct}
        title={obstacle}
        isBusy={act.isPending && act.variables === "resolve"}
        onClick={() => act.mutate("resolve")}
      >
        Resolve
      </Button>
    </div>
  );
}
