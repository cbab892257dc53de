/** The light that turns green when the flag is asked for the first time. */

import { useQuery } from "@tanstack/react-query";
import { evaluationsQuery, sdksQuery } from "../environments/environment-queries.ts";
import { messageOf } from "../api/messages.ts";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { sayConnection } from "./say-connection.ts";

/** Milliseconds between looks, while nothing has come and after. */
const WAITING_MS = 2_000;
const LIT_MS = 15_000;
const HOURS = 24;

export interface ConnectionLightProps {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
}

export function ConnectionLight({ project, environment, flag }: ConnectionLightProps) {
  const evaluations = useQuery({
    ...evaluationsQuery(project, environment, flag, HOURS),
    refetchInterval: ({ state }) => ((state.data?.totals.length ?? 0) === 0 ? WAITING_MS : LIT_MS),
  });
  const isLit = (evaluations.data?.totals.length ?? 0) > 0;
  const sdks = useQuery({ ...sdksQuery(project, environment), refetchInterval: isLit ? LIT_MS : WAITING_MS });
  const { state, title, about, lastAt } = sayConnection(flag, HOURS, evaluations.data, sdks.data ?? []);
  return (
    <div
      role="status"
      aria-live="polite"
      className="flex min-h-20 items-start gap-4 rounded-control border border-line bg-surface px-5 py-4"
    >
      <span className="mt-1">
        <StatusLight status={state === "asked" ? "healthy" : "unknown"} isLarge />
      </span>
      <div className="min-w-0">
        <p className="font-semibold break-words">
          {title}
          {lastAt !== undefined && (
            <span className="font-normal text-quiet">
              , last <Time at={lastAt} />
            </span>
          )}
        </p>
        <p className="text-small text-quiet">
          {evaluations.isError ? `What was asked cannot be counted now: ${messageOf(evaluations.error).about}` : about}
        </p>
      </div>
    </div>
  );
}
