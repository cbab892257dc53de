/** Runs that go on, wait, or ended without a report. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { EvalRunView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Section } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { runsQuery } from "./eval-queries.ts";
import { isOpen, sayRunState, shownRuns } from "./run-choice.ts";

const SHOWN = 8;
/** The browser's own bar, in our colours: its green would say that all is well. */
const BAR =
  "mb-1 block h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-light [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-light";

export function RunList({ project }: { readonly project: string }) {
  const runs = useQuery(runsQuery(project));
  if (runs.isError) return <Problem error={runs.error} onRetry={() => void runs.refetch()} />;
  const shown = shownRuns(runs.data ?? [], SHOWN);
  if (shown.length === 0) return undefined;
  return (
    <Section title="Runs" about="By this server. What scored is in the list of reports.">
      <ul>
        {shown.map((run) => (
          <RunRow key={run.id} project={project} run={run} />
        ))}
      </ul>
    </Section>
  );
}

function RunRow({ project, run }: { readonly project: string; readonly run: EvalRunView }) {
  const { id, suite, suiteNumber, flag, variant, environment, actor, createdAt, done, total, state } = run;
  const queries = useQueryClient();
  const mayCancel = useMay("playground.run", project, environment);
  const cancel = useMutation({
    mutationFn: () => management.cancelEvalRun(project, id),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: runsQuery(project).queryKey }),
  });
  return (
    <li className="flex min-h-16 flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-3">
      <span className="min-w-0 flex-1 basis-64">
        <span className="block font-semibold break-words">
          {suite} <span className="font-normal text-quiet">#{suiteNumber}</span>
        </span>
        <span className="block text-small break-words text-quiet">
          <span className="font-mono">
            {flag}:{variant}
          </span>{" "}
          through {environment} · <Time at={createdAt} /> by {actor.name}
        </span>
      </span>
      <span className="w-72 max-w-full break-words tabular-nums">
        {state === "running" && <progress aria-label={`Progress of ${suite}`} className={BAR} max={total} value={done} />}
        <span className="text-small">{sayRunState(run)}</span>
      </span>
      {isOpen(run) && (
        <Button
          isBusy={cancel.isPending}
          disabled={!mayCancel}
          title={mayCancel ? undefined : "Your role does not let you cancel it."}
          onClick={() => cancel.mutate()}
        >
          Cancel
        </Button>
      )}
    </li>
  );
}
