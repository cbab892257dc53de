/** Changes of the flag that are due at a time, and what became of the last ones. */

import { CalendarClock } from "lucide-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ScheduleView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { schedulesQuery } from "./flag-queries.ts";
import { environmentOf, isAbout, sayOperation } from "./say-operation.ts";
import { ScheduleDialog } from "./schedule-dialog.tsx";

/** Those that ran, failed or were cancelled, newest first. */
const SETTLED = 10;

export function SchedulesSection() {
  const { project, environment, flag, block } = useFlagPlace();
  const schedules = useQuery(schedulesQuery(project.key));
  const [isMaking, setMaking] = useState(false);
  const may = useMay("schedule.edit", project.key, environment.key);
  const own = (schedules.data ?? []).filter(({ operations }) => operations.some((operation) => isAbout(operation, flag.key)));
  const due = own.filter(({ state }) => state === "pending").sort((one, other) => one.dueAt.localeCompare(other.dueAt));
  const settled = own.filter(({ state }) => state !== "pending").slice(0, SETTLED);
  const obstacle =
    block === undefined
      ? `The flag is not set up in ${environment.name}.`
      : may
        ? undefined
        : "Your role does not let you schedule changes here.";
  const add = (
    <Button icon={<CalendarClock size={16} />} disabled={obstacle !== undefined} title={obstacle} onClick={() => setMaking(true)}>
      Schedule a change
    </Button>
  );
  return (
    <Section title="At a time" about="In every environment, the next one first." acts={due.length > 0 && add}>
      {schedules.isError ? (
        <Problem error={schedules.error} onRetry={() => void schedules.refetch()} />
      ) : schedules.data === undefined ? (
        <Waiting />
      ) : (
        <>
          {due.length === 0 && (
            <Empty title="Nothing is due" act={add}>
              A share that goes up on Monday at nine, a kill when the contract ends: say it now, and it happens then.
            </Empty>
          )}
          <ScheduleList schedules={due} mayCancel={may} />
          {settled.length > 0 && (
            <details>
              <summary className="w-fit text-small text-quiet hover:text-ink">What became of the last ones</summary>
              <ScheduleList schedules={settled} mayCancel={false} />
            </details>
          )}
        </>
      )}
      {isMaking && block !== undefined && <ScheduleDialog config={block.config} onClose={() => setMaking(false)} />}
    </Section>
  );
}

interface ScheduleListProps {
  readonly schedules: readonly ScheduleView[];
  readonly mayCancel: boolean;
}

function ScheduleList({ schedules, mayCancel }: ScheduleListProps) {
  return (
    <ul className="flex flex-col">
      {schedules.map((schedule) => (
        <ScheduleRow key={schedule.id} schedule={schedule} mayCancel={mayCancel} />
      ))}
    </ul>
  );
}

function ScheduleRow({ schedule, mayCancel }: { readonly schedule: ScheduleView; readonly mayCancel: boolean }) {
  const { project } = useFlagPlace();
  const { id, state, dueAt, operations, actor, reason, problem } = schedule;
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => management.cancelSchedule(project.key, id),
    onSuccess: () => say({ title: "Cancelled: it will not happen" }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project.key] }),
  });
  const places = [...new Set(operations.flatMap((operation) => environmentOf(operation) ?? []))];
  const names = places.map((key) => project.environments.find((one) => one.key === key)?.name ?? key);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-b border-line py-3">
      <div className="flex min-w-0 flex-1 basis-60 flex-col">
        <p className="break-words">
          {operations.map(sayOperation).join("; ")}
          {names.length > 0 && <span className="text-quiet"> in {names.join(", ")}</span>}
        </p>
        <p className="text-small break-words text-quiet">
          <Time at={dueAt} />, {new Date(dueAt).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })} · by{" "}
          {actor.name}
          {reason !== null && ` · ${reason}`}
        </p>
        {problem !== null && <p className="text-small break-words text-danger">{problem.detail}</p>}
      </div>
      {state !== "pending" && <Tag look={state === "failed" ? "danger" : "plain"}>{STATES[state]}</Tag>}
      {mayCancel && state === "pending" && (
        <Button look="bare" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      )}
    </li>
  );
}

const STATES = { done: "Done", failed: "Did not work", cancelled: "Cancelled" } as const;
