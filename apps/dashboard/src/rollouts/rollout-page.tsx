/** One rollout as a picture: where it stands, what comes next and when, what it sees, and what it decided from that. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { variantsOf } from "@dimmer/evaluation";
import type { RolloutView } from "@dimmer/protocol";
import { flagQuery } from "../flags/flag-queries.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Lamp } from "../ui/lamp.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { GuardrailList } from "./guardrail-list.tsx";
import { GuardrailPlot } from "./guardrail-plot.tsx";
import { RolloutActs } from "./rollout-acts.tsx";
import { RolloutNow } from "./rollout-now.tsx";
import { rolloutQuery, trailQuery, verdictsQuery } from "./rollout-queries.ts";
import { isOpen, isTurning, sayPlan, sayState, sayWhom } from "./say-rollout.ts";
import { Stair } from "./stair.tsx";
import { VerdictList } from "./verdict-list.tsx";

export function RolloutPage() {
  const { project } = usePlace();
  const { rollout: id } = useParams({ from: "/inside/projects/$project/rollouts/$rollout" });
  const rollout = useQuery(rolloutQuery(project.key, id));
  if (rollout.data === undefined) {
    return (
      <Page title="Rollout">
        {rollout.isError ? <Problem error={rollout.error} onRetry={() => void rollout.refetch()} /> : <Waiting rows={6} />}
      </Page>
    );
  }
  return <Loaded project={project.key} rollout={rollout.data} />;
}

function Loaded({ project, rollout }: { readonly project: string; readonly rollout: RolloutView }) {
  const { flag, variant, percent, state } = rollout;
  const isDark = state === "rolled-back" || state === "aborted";
  return (
    <Page
      title={`${flag}: ${variant}`}
      before={<Lamp brightness={isDark ? 0 : percent / 100} state="on" isTurning={isTurning(rollout)} size={48} />}
      lead={<Facts project={project} rollout={rollout} />}
      acts={<RolloutActs project={project} rollout={rollout} />}
    >
      <RolloutNow rollout={rollout} />
      <section aria-label="Steps">
        <Stair rollout={rollout} />
      </section>
      <Seen project={project} rollout={rollout} />
      <Decided project={project} rollout={rollout} />
      <Section title="The plan">
        <ul className="flex max-w-prose flex-col gap-1">
          {sayPlan(rollout.plan).map((sentence) => (
            <li key={sentence} className="break-words">
              {sentence}
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

function Facts({ project, rollout }: { readonly project: string; readonly rollout: RolloutView }) {
  const { flag, environment, rule, state, plan, startedBy, createdAt, endedAt, reason } = rollout;
  return (
    <span className="flex flex-col gap-1">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Tag look={state === "rolled-back" ? "danger" : isTurning(rollout) ? "light" : "plain"}>{sayState(rollout)}</Tag>
        {plan.mode === "watched" && <Tag look="danger">Unguarded</Tag>}
        <span>
          <Link
            to="/projects/$project/flags/$flag"
            params={{ project, flag }}
            className="underline underline-offset-4 hover:text-ink"
          >
            {flag}
          </Link>{" "}
          in {environment}, for {sayWhom(rule)}; begun <Time at={createdAt} /> by {startedBy.name}
          {endedAt !== null && (
            <>
              , ended <Time at={endedAt} />
            </>
          )}
        </span>
      </span>
      {reason !== null && <span className="max-w-prose break-words">“{reason}”</span>}
    </span>
  );
}

/** What it sees: each guardrail as it stands, then over time. */
function Seen({ project, rollout }: { readonly project: string; readonly rollout: RolloutView }) {
  const { id, flag: key, variant, latest } = rollout;
  const trail = useQuery(trailQuery(project, id, isOpen(rollout)));
  const flag = useQuery(flagQuery(project, key));
  const variants = flag.data === undefined ? [variant] : Object.keys(variantsOf(flag.data.definition));
  const drawn = trail.data?.guardrails ?? [];
  return (
    <Section
      title="What it sees"
      about="Each guardrail compares the people who got it with everybody else at the same time. Evidence grows to one side or the other."
    >
      {latest === null ? (
        <p className="text-quiet">Nothing yet: it begins to look once the first minutes are in.</p>
      ) : (
        <GuardrailList evidence={latest.evidence} trails={drawn} variant={variant} />
      )}
      {trail.isError && <Problem error={trail.error} onRetry={() => void trail.refetch()} />}
      {drawn.length > 0 && (
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-8 md:grid-cols-[repeat(2,minmax(0,1fr))]">
          {drawn.map((guardrail) => (
            <GuardrailPlot
              key={guardrail.metric}
              trail={guardrail}
              shares={trail.data?.shares ?? []}
              colour={variantColour(variants, variant)}
              of={`${key}: ${variant}, times the others`}
            />
          ))}
        </div>
      )}
    </Section>
  );
}

function Decided({ project, rollout }: { readonly project: string; readonly rollout: RolloutView }) {
  const verdicts = useQuery(verdictsQuery(project, rollout.id, isOpen(rollout)));
  return (
    <Section title="What it decided" about="Newest first, each with what it was decided from.">
      {verdicts.data !== undefined ? (
        <VerdictList verdicts={verdicts.data} variant={rollout.variant} />
      ) : verdicts.isError ? (
        <Problem error={verdicts.error} onRetry={() => void verdicts.refetch()} />
      ) : (
        <Waiting rows={3} />
      )}
    </Section>
  );
}
