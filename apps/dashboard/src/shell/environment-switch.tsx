/** Which environment one looks at. */

import { useNavigate } from "@tanstack/react-router";
import type { EnvironmentView, ProjectView } from "@dimmer/protocol";
import { classNames } from "../ui/class-names.ts";
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
      // As wide for every name, so that nothing jumps and nothing is pushed out.
      className={classNames("w-40 truncate sm:w-56", environment.production && "border-light font-semibold")}
    />
  );
}
