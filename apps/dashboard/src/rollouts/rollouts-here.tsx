/** Rollouts that are turning a flag now, above what it serves: with the way out in reach. */

import { useQuery } from "@tanstack/react-query";
import { useFlagPlace } from "../flags/flag-place.ts";
import { RolloutList } from "./rollout-list.tsx";
import { activeRolloutsQuery } from "./rollout-queries.ts";

/** Shape: nothing where there is none. */
export function RolloutsHere() {
  const { project, environment, flag } = useFlagPlace();
  const { data = [] } = useQuery(activeRolloutsQuery(project.key));
  const here = data.filter((one) => one.flag === flag.key && one.environment === environment.key);
  return here.length === 0 ? null : <RolloutList project={project.key} rollouts={here} label="Rollouts" />;
}
