/** Does something with a connection, and reads all of the environment's anew. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { connectionsQuery } from "./connection-queries.ts";

export interface ConnectionPlace {
  readonly project: string;
  readonly environment: string;
}

export function useConnectionAct<Order, T>(
  { project, environment }: ConnectionPlace,
  act: (order: Order) => Promise<T>,
  onDone: (result: T) => void = () => undefined,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: connectionsQuery(project, environment).queryKey }),
  });
}
