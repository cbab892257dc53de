/** Which project one looks at; a name where there is only one. */

import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import type { ProjectView } from "@dimmer/protocol";
import { Menu } from "../ui/menu.tsx";
import { projectsQuery } from "./projects-query.ts";

export function ProjectSwitch({ project }: { readonly project: ProjectView }) {
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const navigate = useNavigate();
  if (projects.length < 2) return <p className="shrink-0 truncate px-2.5 text-small text-quiet">{project.name}</p>;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Project ${project.name}, change`}
          className="flex h-9 shrink-0 items-center gap-2 rounded-control border border-line px-2.5 text-left hover:border-line-strong"
        >
          <span className="min-w-0 flex-1 truncate">{project.name}</span>
          <ChevronsUpDown size={15} aria-hidden className="text-faint" />
        </button>
      }
      entries={projects.map((one) => ({
        label: one.name,
        isChosen: one.key === project.key,
        onSelect: () => void navigate({ to: "/projects/$project/flags", params: { project: one.key }, search: {} }),
      }))}
    />
  );
}
