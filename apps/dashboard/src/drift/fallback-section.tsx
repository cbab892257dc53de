/** Whether the fallback would work if it were needed: its health, and the drills that say so. */

import { useQuery } from "@tanstack/react-query";
import type { DrillState, FallbackHealth } from "@dimmer/protocol";
import { useFlagPlace } from "../flags/flag-place.ts";
import { Section } from "../ui/page.tsx";
import { type Status, StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { drillsQuery } from "./drift-queries.ts";

const HEALTH: Readonly<Record<FallbackHealth["state"], Status>> = { healthy: "healthy", unhealthy: "danger", unknown: "unknown" };
const DRILLS: Readonly<Record<DrillState, Status>> = {
  running: "warning",
  judging: "warning",
  good: "healthy",
  bad: "danger",
  "too-little": "unknown",
  refused: "unknown",
  "cut-short": "unknown",
};
const SHOWN = 10;

export function FallbackSection() {
  const { project, environment, flag } = useFlagPlace();
  const drills = useQuery(drillsQuery(project.key, environment.key, flag.key));
  if (drills.data === undefined) return null;
  const { health, settings, nextAt, drills: past } = drills.data;
  return (
    <Section
      title="Fallback"
      about={
        settings === null
          ? "It is never drilled: `dimmer drills set` gives it a sliver of traffic now and then, so that it is known to work."
          : `Every ${settings.everyDays === 1 ? "day" : `${settings.everyDays} days`} ${settings.percent} % get it for ${settings.minutes} minutes.`
      }
    >
      <p className="flex items-start gap-2">
        <span className="flex h-6 items-center">
          <StatusLight status={HEALTH[health.state]} />
        </span>
        <span className="min-w-0 break-words">
          {health.say}
          {health.asOf !== null && (
            <span className="text-quiet">
              {" "}
              Seen <Time at={health.asOf} />.
            </span>
          )}
          {nextAt !== null && (
            <span className="text-quiet">
              {" "}
              The next drill is <Time at={nextAt} />.
            </span>
          )}
        </span>
      </p>
      {past.length > 0 && (
        <ul className="border-t border-line">
          {past.slice(0, SHOWN).map(({ id, state, say, startedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2">
              <StatusLight status={DRILLS[state]} />
              <span className="min-w-0 flex-1 break-words">{say}</span>
              <span className="text-small text-quiet">
                <Time at={startedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
