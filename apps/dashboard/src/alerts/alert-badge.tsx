/** How many alerts want somebody today, beside the word in the side bar. */

import { useQuery } from "@tanstack/react-query";
import { classNames } from "../ui/class-names.ts";
import { alertCountsQuery } from "./alert-queries.ts";
import { wanting } from "./say-alert.ts";

export function AlertBadge({ project }: { readonly project: string }) {
  const { data } = useQuery(alertCountsQuery(project));
  if (data === undefined || wanting(data) === 0) return null;
  return (
    <span
      className={classNames(
        "figures ml-auto inline-flex h-5 min-w-5 items-center justify-center rounded-full px-1.5 text-small leading-none font-semibold",
        data.page > 0 ? "bg-danger text-on-danger" : "bg-light text-on-light",
      )}
    >
      {wanting(data)}
      <span className="sr-only"> open</span>
    </span>
  );
}
