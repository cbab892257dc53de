/** What a part of a flag's page says where the flag is not set up in the environment that is looked at. */

import { ButtonLink } from "../ui/button.tsx";
import { Empty } from "../ui/page.tsx";
import { useFlagPlace } from "./flag-place.ts";

export function NotSetUp() {
  const { project, environment, flag } = useFlagPlace();
  return (
    <Empty
      title={`Not set up in ${environment.name}`}
      act={
        <ButtonLink to="/projects/$project/flags/$flag/environments" params={{ project: project.key, flag: flag.key }}>
          Set it up
        </ButtonLink>
      }
    >
      Whoever asks gets the default in their code. Copy what another environment does.
    </Empty>
  );
}
