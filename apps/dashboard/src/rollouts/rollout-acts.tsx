/** What a person can do to a rollout that goes on; abort is always there, and does it at once. */

import { Check, Pause, Play, Undo2 } from "lucide-react";
import { sayPercent } from "@dimmer/evaluation";
import type { RolloutView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { isOpen } from "./say-rollout.ts";
import { useRolloutAct } from "./use-rollout-act.ts";

export interface RolloutActsProps {
  readonly project: string;
  readonly rollout: RolloutView;
  /** Only the way out, where there is little room. */
  readonly isShort?: boolean;
}

export function RolloutActs({ project, rollout, isShort = false }: RolloutActsProps) {
  const { state, needs, environment, before, variant } = rollout;
  const mayTurn = useMay("rollout.edit", project, environment);
  const mayApprove = useMay("review", project, environment);
  const act = useRolloutAct(project);
  if (!isOpen(rollout)) return null;
  const turnObstacle = mayTurn ? undefined : "Your role does not let you do this here.";
  const isBusy = (name: string) => act.isPending && act.variables.act === name;
  return (
    <>
      {!isShort && needs !== null && (
        <Button
          look="primary"
          icon={<Check size={16} aria-hidden />}
          isBusy={isBusy("approve")}
          disabled={!mayApprove}
          title={mayApprove ? undefined : "Somebody who may review changes approves it."}
          onClick={() => act.mutate({ rollout, act: "approve" })}
        >
          Approve
        </Button>
      )}
      {!isShort &&
        (state === "paused" ? (
          <Button
            look={needs === null ? "primary" : "quiet"}
            icon={<Play size={16} aria-hidden />}
            isBusy={isBusy("resume")}
            disabled={!mayTurn}
            title={turnObstacle}
            onClick={() => act.mutate({ rollout, act: "resume" })}
          >
            Go on
          </Button>
        ) : (
          state !== "proposed" && (
            <Button
              icon={<Pause size={16} aria-hidden />}
              isBusy={isBusy("pause")}
              disabled={!mayTurn}
              title={turnObstacle}
              onClick={() => act.mutate({ rollout, act: "pause" })}
            >
              Pause
            </Button>
          )
        ))}
      <Button
        look="danger"
        icon={<Undo2 size={16} aria-hidden />}
        isBusy={isBusy("abort")}
        disabled={!mayTurn}
        title={turnObstacle ?? `Puts ${variant} back at ${sayPercent(before[variant] ?? 0)} at once`}
        onClick={() => act.mutate({ rollout, act: "abort" })}
      >
        {state === "proposed" ? "Withdraw" : `Abort, back to ${sayPercent(before[variant] ?? 0)}`}
      </Button>
    </>
  );
}
