/** Does something with a snippet, and reads all of the project's anew. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { snippetsQuery } from "./snippet-queries.ts";

export function useSnippetAct<Order, T>(
  project: string,
  act: (order: Order) => Promise<T>,
  onDone: (result: T) => void = () => undefined,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async (result) => {
      // Their key begins as that of each of them does.
      await queries.invalidateQueries({ queryKey: snippetsQuery(project).queryKey });
      onDone(result);
    },
  });
}
