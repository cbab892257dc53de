/** Whether a rollout is turning a flag, for the ring around its lamp. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { activeRolloutsQuery } from "./rollout-queries.ts";
import { isTurning } from "./say-rollout.ts";

const NONE: ReadonlySet<string> = new Set();

/** Shape: keys of the flags that one is turning in the environment; none while that is not known. */
export function useTurning(project: string, environment: string): ReadonlySet<string> {
  const { data } = useQuery(activeRolloutsQuery(project));
  return useMemo(() => {
    if (data === undefined) return NONE;
    return new Set(data.filter((one) => one.environment === environment && isTurning(one)).map(({ flag }) => flag));
  }, [data, environment]);
}
