/** The rollouts of one flag, and the way to the next. */

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useFlagPlace } from "../flags/flag-place.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Problem, Section, Waiting } from "../ui/page.tsx";
import { RolloutList } from "./rollout-list.tsx";
import { rolloutsQuery } from "./rollout-queries.ts";
import { NoRollout } from "./rollouts-page.tsx";

export function RolloutsTab() {
  const { project, environment, flag } = useFlagPlace();
  const rollouts = useQuery(rolloutsQuery(project.key, flag.key));
  const here = rollouts.data?.filter((one) => one.environment === environment.key);
  if (flag.archived) return <p className="text-quiet">Archived flags decide nothing, so there is nothing to roll out.</p>;
  return (
    <Section
      title={`Rollouts in ${environment.name}`}
      acts={
        <ButtonLink
          look="primary"
          icon={<Plus size={16} aria-hidden />}
          to="/projects/$project/rollouts/new"
          params={{ project: project.key }}
          search={{ flag: flag.key }}
        >
          Start a rollout
        </ButtonLink>
      }
    >
      {here === undefined ? (
        rollouts.isError ? (
          <Problem error={rollouts.error} onRetry={() => void rollouts.refetch()} />
        ) : (
          <Waiting rows={3} />
        )
      ) : here.length === 0 ? (
        <NoRollout />
      ) : (
        <div className="-mt-4">
          <RolloutList project={project.key} rollouts={here} label="Rollouts" />
        </div>
      )}
    </Section>
  );
}
