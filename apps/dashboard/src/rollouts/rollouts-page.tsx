/** All rollouts of a project: those that go on first, with the way out of each. */

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { usePlace } from "../shell/projects-query.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { RolloutList } from "./rollout-list.tsx";
import { ROLLOUTS_SHOWN, rolloutsQuery } from "./rollout-queries.ts";
import { isOpen } from "./say-rollout.ts";

export function RolloutsPage() {
  const { project } = usePlace();
  const rollouts = useQuery(rolloutsQuery(project.key));
  const all = rollouts.data ?? [];
  const [open, ended] = [all.filter(isOpen), all.filter((one) => !isOpen(one))];
  const start = (
    <ButtonLink
      look="primary"
      icon={<Plus size={16} aria-hidden />}
      to="/projects/$project/rollouts/new"
      params={{ project: project.key }}
    >
      Start a rollout
    </ButtonLink>
  );
  return (
    <Page title="Rollouts" lead="Shares that rise on evidence, and go back by themselves when something gets worse." acts={start}>
      {rollouts.isError && <Problem error={rollouts.error} onRetry={() => void rollouts.refetch()} />}
      {rollouts.isPending && <Waiting />}
      {rollouts.data?.length === 0 && <NoRollout />}
      {open.length > 0 && <RolloutList project={project.key} rollouts={open} label="Going on" />}
      {ended.length > 0 && (
        <Section title="Ended">
          <div className="-mt-4">
            <RolloutList project={project.key} rollouts={ended} label="Ended" />
          </div>
        </Section>
      )}
      {all.length === ROLLOUTS_SHOWN && (
        <p className="text-small text-quiet">The newest {ROLLOUTS_SHOWN} are shown; `dimmer rollouts list` has the others.</p>
      )}
    </Page>
  );
}

export function NoRollout() {
  return (
    <Empty title="No rollout yet">
      <div className="flex flex-col gap-3">
        <p>
          A guarded rollout gives a variant to a few people first: 1 %, then 10 %, then half, then all. At each step it compares
          them with everybody else. It goes on when harm is ruled out, and goes back at once when errors, cost or thumbs-down get
          worse.
        </p>
        <p>Before it starts, it says which regressions it can catch at your traffic, and how many people would meet one.</p>
      </div>
    </Empty>
  );
}
