/** One experiment: what was expected, what is seen, and the one button that follows from it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { variantsOf } from "@dimmer/evaluation";
import type { ExperimentView } from "@dimmer/protocol";
import { flagQuery } from "../flags/flag-queries.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { ExperimentActs } from "./experiment-acts.tsx";
import { experimentQuery, resultsQuery } from "./experiment-queries.ts";
import { ResultSection } from "./result-section.tsx";
import { metricWords, sayState } from "./say-experiment.ts";

export function ExperimentPage() {
  const { project } = usePlace();
  const { experiment: id } = useParams({ from: "/inside/projects/$project/experiments/$experiment" });
  const experiment = useQuery(experimentQuery(project.key, id));
  if (experiment.data === undefined) {
    return (
      <Page title="Experiment">
        {experiment.isError ? (
          <Problem error={experiment.error} onRetry={() => void experiment.refetch()} />
        ) : (
          <Waiting rows={6} />
        )}
      </Page>
    );
  }
  return <Loaded project={project.key} experiment={experiment.data} />;
}

function Loaded({ project, experiment }: { readonly project: string; readonly experiment: ExperimentView }) {
  const { id, name, hypothesis, state } = experiment;
  const flag = useQuery(flagQuery(project, experiment.flag));
  const variants =
    flag.data === undefined ? experiment.arms.map(({ variant }) => variant) : Object.keys(variantsOf(flag.data.definition));
  const results = useQuery({ ...resultsQuery(project, id, state === "running"), enabled: state !== "draft" });
  const result = results.data === undefined ? undefined : (results.data.current ?? results.data.kept.at(-1)?.result);
  return (
    <Page
      title={name}
      lead={<Facts project={project} experiment={experiment} />}
      acts={<ExperimentActs project={project} experiment={experiment} result={result} />}
    >
      <blockquote className="-mt-4 max-w-prose border-l-2 border-line-strong pl-4 break-words">{hypothesis}</blockquote>
      {experiment.paused !== null && (
        <p className="rounded-control border border-light px-4 py-3">The shares stand still: {experiment.paused}</p>
      )}
      {result !== undefined ? (
        <ResultSection experiment={experiment} result={result} variants={variants} />
      ) : results.isError ? (
        <Problem error={results.error} onRetry={() => void results.refetch()} />
      ) : (
        state !== "draft" && <Waiting rows={5} />
      )}
      <Plan experiment={experiment} />
    </Page>
  );
}

function Facts({ project, experiment }: { readonly project: string; readonly experiment: ExperimentView }) {
  const { flag, environment, state, startedAt, endedAt, shipped, bandit } = experiment;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Tag look={state === "running" ? "light" : "plain"}>{sayState(experiment)}</Tag>
      {bandit !== null && <Tag>Bandit</Tag>}
      <span>
        <Link
          to="/projects/$project/flags/$flag"
          params={{ project, flag }}
          className="underline underline-offset-4 hover:text-ink"
        >
          {flag}
        </Link>{" "}
        in {environment}
        {startedAt !== null && (
          <>
            ; begun <Time at={startedAt} />
          </>
        )}
        {shipped !== null ? (
          <>
            ; {shipped.by.name} shipped {shipped.variant} <Time at={shipped.at} />
          </>
        ) : (
          endedAt !== null && (
            <>
              ; ended <Time at={endedAt} />
            </>
          )
        )}
      </span>
    </span>
  );
}

const saySize = (people: number | null): string => (people === null ? "" : `${people.toLocaleString("en")} people; `);

/** What was settled beforehand, and is held to. */
function Plan({ experiment }: { readonly experiment: ExperimentView }) {
  const { arms, baseline, primary, guardrails, secondary, plan, outlook, group, bandit } = experiment;
  const lines: readonly (readonly [string, string])[] = [
    [
      "Arms",
      arms.map(({ variant, percent }) => `${variant} ${percent} %${variant === baseline ? " (baseline)" : ""}`).join(", "),
    ],
    ["Decided by", metricWords(primary).title],
    ...(guardrails.length === 0
      ? []
      : [
          [
            "Must not get worse",
            guardrails
              .map(({ metric, tolerance }) => `${metricWords(metric).title} (by ${tolerance * 100} % at most)`)
              .join(", "),
          ] as const,
        ]),
    ...(secondary.length === 0 ? [] : [["Also looked at", secondary.map((one) => metricWords(one).title).join(", ")] as const]),
    [
      "Size",
      `${saySize(outlook?.people ?? null)}a difference of ${plan.effect * 100} % is found ${plan.power * 100} times of 100; ${plan.maxDays} days at most`,
    ],
    ...(group === null ? [] : [["Group", `Nobody in it is in another experiment of ${group}`] as const]),
    ...(bandit === null ? [] : [["Bandit", `Shares follow what does best; none falls below ${bandit.floor * 100} %`] as const]),
  ];
  return (
    <Section title="The plan">
      <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-[auto_minmax(0,1fr)]">
        {lines.map(([name, said]) => (
          <div key={name} className="contents">
            <dt className="text-quiet">{name}</dt>
            <dd className="figures break-words max-sm:mb-2">{said}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
