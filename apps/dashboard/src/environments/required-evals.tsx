/** What a value must have passed before an environment serves it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { EnvironmentView, EvalRequirement } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { RequireEvalDialog } from "./require-eval-dialog.tsx";
import { sayRequirement } from "./say-settings.ts";

export interface RequiredEvalsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

export function RequiredEvals({ project, environment }: RequiredEvalsProps) {
  const { requireEvals: requirements, name } = environment;
  const mayEdit = useMay("environment.edit", project, environment.key);
  const [isAdding, setAdding] = useState(false);
  const save = useRequire(project, environment);
  const add = mayEdit && (
    <Button icon={<Plus size={17} />} onClick={() => setAdding(true)}>
      Require an eval
    </Button>
  );
  return (
    <Section title="Evals it requires" about="Kill, stop and every way back wait for none." acts={add}>
      {requirements.length === 0 ? (
        <p className="text-quiet">None: whatever somebody publishes is served in {name} at once.</p>
      ) : (
        <ul className="flex flex-col">
          {requirements.map((requirement) => (
            <li
              key={JSON.stringify(requirement)}
              className="flex items-center justify-between gap-3 border-b border-line py-1.5 break-words"
            >
              <span className="min-w-0">{sayRequirement(requirement)}</span>
              {mayEdit && (
                <IconButton
                  label={`Require it no more: ${sayRequirement(requirement)}`}
                  disabled={save.isPending}
                  onClick={() => save.mutate(requirements.filter((one) => one !== requirement))}
                >
                  <Trash2 size={16} />
                </IconButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {isAdding && (
        <RequireEvalDialog
          project={project}
          environment={name}
          isBusy={save.isPending}
          problem={save.isError ? messageOf(save.error).about : undefined}
          onRequire={(requirement) => save.mutate([...requirements, requirement], { onSuccess: () => setAdding(false) })}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}

/** The whole list in place of the present one; the message that says so has the way back. */
function useRequire(project: string, { key, name, requireEvals: before }: EnvironmentView) {
  const queries = useQueryClient();
  const send = async (requireEvals: readonly EvalRequirement[]) => {
    try {
      await management.updateEnvironment(project, key, { requireEvals });
    } finally {
      await queries.invalidateQueries({ queryKey: ["projects"] });
    }
  };
  return useMutation({
    mutationFn: send,
    onSuccess: (_answer, after) =>
      say({
        title: after.length === 0 ? `${name} requires no eval` : `${name} requires ${after.length} of them`,
        about: "It holds from the next value that is published there.",
        act: { label: "Undo", run: () => void undoBy(() => send(before)) },
      }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
}
