/** All experiments of a project: what runs, what it says so far, and what came of the others. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { ExperimentView } from "@dimmer/protocol";
import { usePlace } from "../shell/projects-query.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { experimentsQuery } from "./experiment-queries.ts";
import { metricWords, sayState, VERDICT_STATUS } from "./say-experiment.ts";

export function ExperimentsPage() {
  const { project } = usePlace();
  const experiments = useQuery(experimentsQuery(project.key));
  const all = (experiments.data ?? []).filter(({ isArchived }) => !isArchived);
  const [open, over] = [all.filter(isOpen), all.filter((one) => !isOpen(one))];
  return (
    <Page
      title="Experiments"
      lead="Variants compared by what people do, with a plan before and a sentence after."
      acts={
        <ButtonLink
          look="primary"
          icon={<Plus size={16} aria-hidden />}
          to="/projects/$project/experiments/new"
          params={{ project: project.key }}
        >
          New experiment
        </ButtonLink>
      }
    >
      {experiments.isError && <Problem error={experiments.error} onRetry={() => void experiments.refetch()} />}
      {experiments.isPending && <Waiting />}
      {experiments.data !== undefined && all.length === 0 && <NoExperiment />}
      {open.length > 0 && <List project={project.key} experiments={open} label="Going on" />}
      {over.length > 0 && (
        <Section title="Over">
          <div className="-mt-4">
            <List project={project.key} experiments={over} label="Over" />
          </div>
        </Section>
      )}
    </Page>
  );
}

const isOpen = ({ state }: ExperimentView): boolean => state === "draft" || state === "running";

function NoExperiment() {
  return (
    <Empty title="No experiment yet">
      <div className="flex flex-col gap-3">
        <p>
          An experiment splits people between variants of a flag and compares what they do: what it costs, whether answers are
          accepted, how long they take. You say beforehand which one measure decides and how small a difference is worth finding.
        </p>
        <p>
          The result is a sentence: “sonnet costs 41 % less, acceptance is within 1 point; ship it”. One button ships the winner.
        </p>
      </div>
    </Empty>
  );
}

interface ListProps {
  readonly project: string;
  readonly experiments: readonly ExperimentView[];
  readonly label: string;
}

function List({ project, experiments, label }: ListProps) {
  return (
    <ul aria-label={label} className="border-t border-line">
      {experiments.map((experiment) => (
        <Row key={experiment.id} project={project} experiment={experiment} />
      ))}
    </ul>
  );
}

function Row({ project, experiment }: { readonly project: string; readonly experiment: ExperimentView }) {
  const {
    id,
    name,
    flag,
    environment,
    state,
    latest,
    hypothesis,
    arms,
    primary,
    startedAt,
    endedAt,
    createdAt,
    shipped,
    bandit,
  } = experiment;
  return (
    <li className="border-b border-line">
      <Link
        to="/projects/$project/experiments/$experiment"
        params={{ project, experiment: id }}
        className="flex items-start gap-4 py-4 hover:bg-surface"
      >
        <span className="flex h-6 items-center">
          <StatusLight status={latest === null ? "unknown" : VERDICT_STATUS[latest.verdict]} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="font-semibold break-words">{name}</span>
            <Tag look={state === "running" ? "light" : "plain"}>{sayState(experiment)}</Tag>
            {bandit !== null && <Tag>Bandit</Tag>}
          </span>
          <span className={`block max-w-prose break-words ${latest === null ? "text-quiet" : ""}`}>
            {latest?.say ?? hypothesis}
          </span>
          <span className="block text-small break-words text-quiet">
            {flag} in {environment}: {arms.map(({ variant }) => variant).join(" or ")}, by{" "}
            {metricWords(primary).title.toLowerCase()} ·{" "}
            {shipped !== null ? (
              <>
                {shipped.variant} shipped <Time at={shipped.at} />
              </>
            ) : endedAt !== null ? (
              <>
                ended <Time at={endedAt} />
              </>
            ) : startedAt !== null ? (
              <>
                begun <Time at={startedAt} />
              </>
            ) : (
              <>
                drafted <Time at={createdAt} />
              </>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
}
