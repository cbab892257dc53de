/** Makes a change and says what became of it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ChangeResult, Operation } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf, sayIssue } from "../api/messages.ts";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";

export interface ChangeOrder {
  readonly operations: readonly Operation[];
  readonly reason?: string;
  /** Resource → the revision that was seen. */
  readonly expected?: Readonly<Record<string, number>>;
  /** What is said when it is done; the change's own words otherwise. */
  readonly done?: string;
}

/** Shape: every change that was applied can be undone from the message that says so. */
export function useChange(project: string) {
  return useChangeBy(project, ({ operations, reason, expected }: ChangeOrder) =>
    management.submitChange(project, {
      operations: [...operations],
      ...(reason === undefined || reason === "" ? {} : { reason }),
      ...(expected === undefined ? {} : { expected: { ...expected } }),
    }),
  );
}

/** The same for a change that the server puts together. */
export function useChangeBy<T extends Pick<ChangeOrder, "done">>(project: string, make: (order: T) => Promise<ChangeResult>) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const readAnew = () => queries.invalidateQueries({ queryKey: ["project", project] });
  const undo = async (id: string) => {
    await undoBy(() => management.undoChange(project, id));
    await readAnew();
  };
  const show = (review: string) => navigate({ to: "/projects/$project/reviews/$review", params: { project, review } });
  return useMutation({
    mutationFn: make,
    onSuccess: async ({ status, change, serving, issues, request: review }, { done }) => {
      await readAnew();
      if (status === "pending") {
        say({
          title: "It waits for review",
          about: "Somebody else has to approve it, under Reviews. Until then nothing changes.",
          ...(review === null ? {} : { act: { label: "To the review", run: () => void show(review) } }),
        });
        return;
      }
      const warnings = issues.map(sayIssue);
      const about = [...serving, ...warnings].join(" ");
      say({
        title: done ?? change?.summary.join("; ") ?? "Done",
        about: about === "" ? undefined : about,
        ...(change === null ? {} : { act: { label: "Undo", run: () => void undo(change.id) } }),
      });
    },
    onError: async (error) => {
      const { title, about } = messageOf(error);
      say({ title, about, isProblem: true });
      await readAnew();
    },
  });
}
