/** The end of a snippet: what was made with it stays as it is. */

import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { SnippetDetails } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { undoBy } from "../ui/undo.ts";
import { say } from "../ui/toast.tsx";
import { snippetsQuery } from "./snippet-queries.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useSnippetAct } from "./use-snippet-act.ts";

export function RemoveSnippet({
  project,
  snippet: { name, text },
}: {
  readonly project: string;
  readonly snippet: SnippetDetails;
}) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isRefused, setRefused] = useState(false);
  const undo = async () => {
    await undoBy(() => management.setSnippet(project, name, text));
    await queries.invalidateQueries({ queryKey: snippetsQuery(project).queryKey });
  };
  const remove = useSnippetAct(
    project,
    (_order: void) => management.removeSnippet(project, name),
    () => {
      void navigate({ to: "/projects/$project/snippets", params: { project } });
      say({
        title: `${name} is removed`,
        about: "What was made with it stays as it is.",
        act: { label: "Undo", run: () => void undo() },
      });
    },
  );
  return (
    <>
      <Button
        look="danger"
        icon={<Trash2 size={17} />}
        isBusy={remove.isPending}
        onClick={() => remove.mutate(undefined, { onError: () => setRefused(true) })}
      >
        Remove
      </Button>
      <Dialog title={`${name} stays`} isOpen={isRefused} onClose={() => setRefused(false)}>
        <p className="break-words">{messageOf(remove.error).about}</p>
      </Dialog>
    </>
  );
}
