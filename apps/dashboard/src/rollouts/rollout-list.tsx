/** Rollouts in a list: how far each has come, what it is doing, and what comes next. */

import { Link } from "@tanstack/react-router";
import type { RolloutView } from "@dimmer/protocol";
import { Lamp } from "../ui/lamp.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { useNow } from "../ui/use-now.ts";
import { RolloutActs } from "./rollout-acts.tsx";
import { isOpen, isTurning, sayNow, sayState, STATE_STATUS } from "./say-rollout.ts";
import { sayWait } from "./say-wait.ts";
import { SmallStair } from "./stair.tsx";

export interface RolloutListProps {
  readonly project: string;
  readonly rollouts: readonly RolloutView[];
  readonly label: string;
}

export function RolloutList({ project, rollouts, label }: RolloutListProps) {
  return (
    <ul aria-label={label} className="border-t border-line">
      {rollouts.map((rollout) => (
        <Row key={rollout.id} project={project} rollout={rollout} />
      ))}
    </ul>
  );
}

function Row({ project, rollout }: { readonly project: string; readonly rollout: RolloutView }) {
  const { id, flag, variant, environment, state, percent, next, latest, endedAt } = rollout;
  const now = useNow();
  const isDark = state === "rolled-back" || state === "aborted";
  const why = latest?.because[0]?.say;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 hover:bg-surface">
      <Link
        to="/projects/$project/rollouts/$rollout"
        params={{ project, rollout: id }}
        className="flex min-w-0 flex-1 basis-80 items-center gap-4"
      >
        <Lamp brightness={isDark ? 0 : percent / 100} state="on" isTurning={isTurning(rollout)} size={24} />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="font-semibold break-words">
              {flag}: {variant}
            </span>
            <span className="flex items-center gap-1.5 text-small text-quiet">
              <StatusLight status={STATE_STATUS[state]} />
              {sayState(rollout)} in {environment}
            </span>
          </span>
          <span className="block break-words">{sayNow(rollout)}</span>
          <span className="line-clamp-2 block text-small break-words text-quiet">
            {isOpen(rollout) ? `${next.say}${next.at === null ? "" : ` ${sayWait(next.at, now)}`}` : why}
            {endedAt !== null && (
              <>
                {" "}
                <Time at={endedAt} />
              </>
            )}
          </span>
        </span>
        <SmallStair steps={rollout.steps} state={state} />
      </Link>
      {isOpen(rollout) && (
        <span className="flex gap-2">
          <RolloutActs project={project} rollout={rollout} isShort />
        </span>
      )}
    </li>
  );
}
