/** A plan in the making: the stair, the sliders of one step, what is watched, and what the server says of it all. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type GuardrailMetric, RolloutPlan, type StepView, templatePlan } from "@dimmer/protocol";
import { suitesQuery } from "../evals/eval-queries.ts";
import { peopleAt } from "../flags/people-at.ts";
import { peopleQuery } from "../flags/flag-queries.ts";
import { judgesQuery } from "../judges/judge-queries.ts";
import { metricDefinitionsQuery } from "../metric-definitions/metric-definition-queries.ts";
import { metricsQuery } from "../metrics/metric-queries.ts";
import { USUAL_HOURS } from "../metrics/ranges.ts";
import { Section } from "../ui/page.tsx";
import { estimateStep, trafficOf, type Traffic } from "./estimate-plan.ts";
import { GuardrailEditor } from "./guardrail-editor.tsx";
import { PlanOptions } from "./plan-options.tsx";
import { Stair } from "./stair.tsx";
import { StartPanel } from "./start-panel.tsx";
import { StepPlanner } from "./step-planner.tsx";

export interface RampPlace {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly rule: string;
  readonly variant: string;
  /** What the variant has now. */
  readonly percent: number;
}

export function Planner(place: RampPlace) {
  const [plan, setPlan] = useState(() => planFrom(place.percent));
  const [at, setAt] = useState(0);
  const { traffic, isKnown } = useTraffic(place);
  const own = useOwnMetrics(place);
  const suites = useQuery(suitesQuery(place.project));
  const change = (next: RolloutPlan, step: number) => {
    setPlan(next);
    setAt(step);
  };
  return (
    <>
      <Section title="Steps" about="Choose a step and turn it. Each slider moves the others.">
        <Stair
          rollout={{ steps: stepsOf(plan, traffic), state: "proposed", variant: place.variant, plan }}
          choice={{ at, onChoose: setAt }}
        />
        <StepPlanner plan={plan} at={at} traffic={traffic} isKnown={isKnown} onChange={change} />
      </Section>
      <Section
        title="Guardrails"
        about="Watched at every step, and compared with everybody else at the same time. Together they cry wolf in one rollout of a hundred."
      >
        <GuardrailEditor guardrails={plan.guardrails} own={own} onChange={(guardrails) => setPlan({ ...plan, guardrails })} />
      </Section>
      <details className="group">
        <summary className="w-fit text-quiet underline-offset-4 hover:text-ink hover:underline">
          Evals, events that must never happen, and what else it may ask for
        </summary>
        <div className="pt-6">
          <PlanOptions plan={plan} suites={(suites.data ?? []).map(({ name }) => name)} onChange={setPlan} />
        </div>
      </details>
      <StartPanel place={place} plan={plan} />
    </>
  );
}

/** The plan that commands have, too, from what it has already; of what everybody has the last step is all there is. */
const planFrom = (percent: number): RolloutPlan => RolloutPlan.parse(templatePlan({ from: percent < 100 ? percent : 50 }));

/** The plan as a stair that nobody has climbed. */
const stepsOf = (plan: RolloutPlan, traffic: Traffic | undefined): readonly StepView[] =>
  plan.steps.map((step) => {
    const { catches, blastRadius } = traffic === undefined ? {} : estimateStep(plan, step, traffic);
    return {
      ...step,
      state: "ahead",
      startedAt: null,
      endedAt: null,
      dwelt: 0,
      catches: catches ?? null,
      blastRadius: blastRadius ?? null,
    };
  });

/** `isKnown` as soon as it is told whether there is any. */
function useTraffic({ project, environment, flag, rule }: RampPlace): {
  readonly traffic: Traffic | undefined;
  readonly isKnown: boolean;
} {
  const metrics = useQuery(metricsQuery(project, environment, flag, USUAL_HOURS));
  const people = useQuery(peopleQuery(project, environment));
  const traffic = useMemo(
    () => (metrics.data === undefined ? undefined : trafficOf(metrics.data.variants, peopleAt(people.data, flag, rule))),
    [metrics.data, people.data, flag, rule],
  );
  return { traffic, isKnown: !metrics.isPending };
}

/** What the project defined, and what judges of this flag score. */
function useOwnMetrics({ project, environment, flag }: RampPlace): readonly GuardrailMetric[] {
  const definitions = useQuery(metricDefinitionsQuery(project));
  const judges = useQuery(judgesQuery(project, environment));
  return [
    ...(definitions.data ?? []).map(({ name }) => `metric:${name}` as const),
    ...new Set((judges.data ?? []).filter((judge) => judge.flag === flag).map(({ score }) => `score:${score}` as const)),
  ];
}
