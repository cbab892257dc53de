/** What the templates of the chosen variants ask for. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";
import { type ChosenVariant, writeChosen } from "./chosen-variants.ts";

export interface PlaygroundPlace {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
}

export const variantsOf = (chosen: readonly ChosenVariant[]) =>
  chosen.map(({ variant, isDraft }) => ({ variant, ...(isDraft ? { draft: true as const } : {}) }));

export const variablesQuery = ({ project, environment, flag }: PlaygroundPlace, chosen: readonly ChosenVariant[]) =>
  queryOptions({
    queryKey: ["project", project, "playground", environment, flag, writeChosen(chosen)],
    queryFn: () => management.findPlaygroundVariables(project, environment, { flag, variants: variantsOf(chosen) }),
    enabled: chosen.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
