/** The projects that the person reaches, with their environments. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { type EnvironmentView, ProblemError, type ProjectView } from "@dimmer/protocol";
import { management } from "../api/client.ts";

export const projectsQuery = queryOptions({ queryKey: ["projects"], queryFn: () => management.listProjects() });

export interface Place {
  readonly project: ProjectView;
  /** The one that is looked at; undefined where the project has none. */
  readonly environment: EnvironmentView | undefined;
}

/** Where one is: the project of the address and its environment, production first unless one was chosen. */
export function usePlace(): Place {
  const { project: key } = useParams({ from: "/inside/projects/$project" });
  const { env } = useSearch({ from: "/inside/projects/$project" });
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const project = projects.find((one) => one.key === key);
  if (project === undefined) throw new ProblemError("not-found", `There is no project ${key}, or it is not yours to see.`);
  const { environments } = project;
  const environment =
    environments.find((one) => one.key === env) ?? environments.find((one) => one.production) ?? environments[0];
  return { project, environment };
}

/** For pages that make no sense without an environment; the shell lets nobody that far. */
export function useEnvironmentPlace(): { readonly project: ProjectView; readonly environment: EnvironmentView } {
  const { project, environment } = usePlace();
  if (environment === undefined) throw new Error("This project has no environment yet. Create one first.");
  return { project, environment };
}
