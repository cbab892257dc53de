/** Sets something of a project's prices, and reads all that hangs on them anew. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { pricesQuery } from "./price-queries.ts";

export function usePriceAct<Order>(project: string, act: (order: Order) => Promise<unknown>, onDone: (order: Order) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async (_result, order) => {
      // The keys of what is unknown and of models begin as that of prices does.
      await queries.invalidateQueries({ queryKey: pricesQuery(project).queryKey });
      onDone(order);
    },
  });
}
