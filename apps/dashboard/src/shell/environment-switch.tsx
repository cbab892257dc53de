/** Which environment one looks at. */

import { useNavigate } from "@tanstack/react-router";
import type { EnvironmentView, ProjectView } from "@dimmer/protocol";
import { CompactSelect } from "../ui/field.tsx";

export function EnvironmentSwitch({
  project,
  environment,
}: {
  readonly project: ProjectView;
  readonly environment: EnvironmentView | undefined;
}) {
  const navigate = useNavigate();
  if (environment === undefined) return null;
  return (
    <CompactSelect
      label="Environment"
      value={environment.key}
      onChange={({ target }) => void navigate({ to: ".", search: (search) => ({ ...search, env: target.value }) })}
      choices={project.environments.map(({ key, name }) => ({ value: key, label: name }))}
      className={environment.production ? "border-light font-semibold" : ""}
    />
  );
}
