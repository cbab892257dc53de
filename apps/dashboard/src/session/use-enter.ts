/** What follows once somebody is signed in: nothing that was known before counts, and the page they wanted opens. */

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

export function useEnter(): (href?: string) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async (href = "/") => {
    queries.clear();
    await navigate({ href, replace: true });
  };
}
