/** Picks what somebody may do, and where. */

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import type { Grant } from "@dimmer/protocol";
import { projectsQuery } from "../shell/projects-query.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { rolesQuery, sayRole } from "./people-queries.ts";

export interface GrantFieldsProps {
  readonly grants: readonly Grant[];
  readonly onChange: (grants: readonly Grant[]) => void;
}

const EVERYWHERE = "";

export function GrantFields({ grants, onChange }: GrantFieldsProps) {
  const { data: roles = [] } = useQuery(rolesQuery);
  const { data: projects } = useSuspenseQuery(projectsQuery);
  const set = (at: number, grant: Grant) => onChange(grants.map((one, index) => (index === at ? grant : one)));
  const places = [
    { value: EVERYWHERE, label: "Everywhere" },
    ...projects.flatMap(({ key, name, environments }) => [
      { value: JSON.stringify([key, null]), label: `${name}, every environment` },
      ...environments.map((environment) => ({
        value: JSON.stringify([key, environment.key]),
        label: `${name}, ${environment.name}`,
      })),
    ]),
  ];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-small font-semibold">May do</legend>
      {grants.map((grant, at) => (
        // Grants have no name of their own; their place in the list is it.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="flex flex-wrap items-center gap-2">
          <CompactSelect
            label="Role"
            value={grant.role}
            onChange={({ target }) => set(at, { ...grant, role: target.value })}
            choices={roles.map(({ name }) => ({ value: name, label: name }))}
          />
          <CompactSelect
            label="Where"
            className="min-w-0 flex-1"
            value={grant.project === null ? EVERYWHERE : JSON.stringify([grant.project, grant.environment])}
            onChange={({ target }) => set(at, { role: grant.role, ...placeOf(target.value) })}
            choices={places}
          />
          <IconButton label="Take this role away" onClick={() => onChange(grants.filter((_, index) => index !== at))}>
            <X size={16} />
          </IconButton>
          <p className="w-full text-small text-quiet">{roles.filter(({ name }) => name === grant.role).map(sayRole)}</p>
        </div>
      ))}
      <div>
        <Button
          icon={<Plus size={16} />}
          onClick={() => onChange([...grants, { role: "viewer", project: null, environment: null }])}
        >
          Another role
        </Button>
      </div>
    </fieldset>
  );
}

function placeOf(value: string): Pick<Grant, "project" | "environment"> {
  if (value === EVERYWHERE) return { project: null, environment: null };
  const [project, environment] = JSON.parse(value) as [string, string | null];
  return { project, environment };
}
