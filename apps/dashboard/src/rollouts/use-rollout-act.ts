/** Acts of a person on a rollout, and what became of them in words. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sayPercent } from "@dimmer/evaluation";
import type { RolloutView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { actOn, type RolloutActName } from "./rollout-queries.ts";

const DONE: Readonly<Record<RolloutActName, (rollout: RolloutView) => string>> = {
  abort: ({ variant, before }) => `Aborted: ${variant} is back at ${sayPercent(before[variant] ?? 0)}`,
  pause: ({ percent }) => `Paused at ${sayPercent(percent)}`,
  resume: () => "It goes on",
  approve: ({ needs }) =>
    needs === null ? "Approved" : `Approved; ${needs.approvals - needs.approvedBy.length} more are needed`,
};

/** Shape: an abort can be undone from the message that says so; what one has not seen one does not act on. */
export function useRolloutAct(project: string) {
  const queries = useQueryClient();
  const readAnew = () => queries.invalidateQueries({ queryKey: ["project", project] });
  return useMutation({
    mutationFn: ({ rollout, act }: { readonly rollout: Pick<RolloutView, "id" | "revision">; readonly act: RolloutActName }) =>
      // An abort is never refused because the robot was quicker.
      actOn(project, rollout.id, act, act === "abort" ? {} : { revision: rollout.revision }),
    onSuccess: async (rollout, { act }) => {
      await readAnew();
      const change = act === "abort" ? (rollout.latest?.change ?? null) : null;
      const undo = async (id: string) => {
        await undoBy(() => management.undoChange(project, id));
        await readAnew();
      };
      say({
        title: DONE[act](rollout),
        about: act === "abort" ? undefined : rollout.next.say,
        ...(change === null ? {} : { act: { label: "Undo", run: () => void undo(change) } }),
      });
    },
    onError: async (error) => {
      say({ ...messageOf(error), isProblem: true });
      await readAnew();
    },
  });
}
