/** What an alert suggests: one button, and before it whom it moves. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { AlertView, Operation, SuggestedAction } from "@dimmer/protocol";
import { messageOf, sayIssue } from "../api/messages.ts";
import { describeMoves } from "../flags/shares.ts";
import { useChange } from "../flags/use-change.ts";
import { useForeseen } from "../flags/use-foreseen.ts";
import { actOn } from "../rollouts/rollout-queries.ts";
import { Button } from "../ui/button.tsx";
import { say } from "../ui/toast.tsx";

export interface AlertActionProps {
  readonly project: string;
  readonly alert: AlertView;
  readonly action: SuggestedAction;
}

export function AlertAction({ project, alert, action }: AlertActionProps) {
  if (action.kind === "page") return <PageAction action={action} />;
  if (action.kind === "rollout") return <RolloutAction project={project} action={action} reason={alert.title} />;
  return <ChangeAction project={project} label={action.label} operations={action.operations} reason={alert.title} />;
}

interface ChangeActionProps {
  readonly project: string;
  readonly label: string;
  readonly operations: readonly Operation[];
  readonly reason: string;
}

/** Shape: can be undone from the message that says that it is done. */
function ChangeAction({ project, label, operations, reason }: ChangeActionProps) {
  const foreseen = useForeseen(project, operations);
  const change = useChange(project);
  return (
    <div className="flex flex-col gap-2">
      <div role="status" aria-live="polite" className="figures min-h-6 break-words">
        {foreseen.error !== undefined ? (
          <p className="text-danger">{messageOf(foreseen.error).about}</p>
        ) : (
          foreseen.result !== undefined &&
          describeMoves(foreseen.result.moves, undefined).map((sentence) => <p key={sentence}>{sentence}</p>)
        )}
        {foreseen.error === undefined &&
          foreseen.issues.map((issue) => (
            <p key={issue.path + issue.message} className="text-small text-light-ink">
              {sayIssue(issue)}
            </p>
          ))}
      </div>
      <Button
        look="primary"
        className="self-start"
        isBusy={change.isPending}
        disabled={foreseen.result === undefined}
        onClick={() => change.mutate({ operations, reason })}
      >
        {label}
      </Button>
    </div>
  );
}

interface RolloutActionProps {
  readonly project: string;
  readonly action: SuggestedAction & { readonly kind: "rollout" };
  readonly reason: string;
}

function RolloutAction({ project, action: { label, rollout, act }, reason }: RolloutActionProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const done = useMutation({
    mutationFn: () => actOn(project, rollout, act, { reason }),
    onSuccess: ({ next }) => say({ title: "Done", about: next.say }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project] }),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button look={act === "resume" ? "primary" : "danger"} isBusy={done.isPending} onClick={() => done.mutate()}>
        {label}
      </Button>
      <Button onClick={() => void navigate({ to: "/projects/$project/rollouts/$rollout", params: { project, rollout } })}>
        Look at the rollout
      </Button>
    </div>
  );
}

/** Shape: leads only to pages of this server. */
function PageAction({ action: { label, path } }: { readonly action: SuggestedAction & { readonly kind: "page" } }) {
  const navigate = useNavigate();
  if (!path.startsWith("/") || path.startsWith("//")) return null;
  return (
    <Button look="primary" className="self-start" onClick={() => void navigate({ href: path })}>
      {label}
    </Button>
  );
}
