/** One step of a plan in four sliders that move each other: its share, how long it lasts, what it catches, and whom it could hurt. */

import { ROLLOUT_LIMITS, type RolloutPlan, type RolloutStep, wordsOfGuardrail } from "@dimmer/protocol";
import { sayPercent } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { CheckField } from "../ui/field.tsx";
import { StopSlider } from "../ui/stop-slider.tsx";
import { estimateStep, minutesToCatch, regressionOf, shareForBlast, type Traffic } from "./estimate-plan.ts";

import {
  DWELL_STOPS,
  FINE_SHARES,
  nearestStop,
  PEOPLE_STOPS,
  RATIO_STOPS,
  SHARE_STOPS,
  withStep,
  withStepAfter,
} from "./plan-draft.ts";
import { sayMinutes } from "./say-wait.ts";

export interface StepPlannerProps {
  readonly plan: RolloutPlan;
  readonly at: number;
  /** Undefined where nothing was told in the last day. */
  readonly traffic: Traffic | undefined;
  readonly isKnown: boolean;
  readonly onChange: (plan: RolloutPlan, at: number) => void;
}

export function StepPlanner({ plan, at, traffic, isKnown, onChange }: StepPlannerProps) {
  const step = plan.steps[at];
  if (step === undefined) return null;
  const set = (edit: Partial<RolloutStep>) => onChange(withStep(plan, at, edit), at);
  const more = withStepAfter(plan, at);
  return (
    <div className="flex flex-col gap-5 rounded-control border border-line bg-surface p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">
          Step {at + 1} of {plan.steps.length}
        </h3>
        <div className="flex gap-2">
          <Button disabled={more === undefined} onClick={() => more !== undefined && onChange(more, at + 1)}>
            Add a step after it
          </Button>
          <Button
            look="bare"
            disabled={plan.steps.length === 1}
            onClick={() => onChange({ ...plan, steps: plan.steps.filter((_step, index) => index !== at) }, Math.max(0, at - 1))}
          >
            Take it out
          </Button>
        </div>
      </div>
      <div className="grid gap-x-10 gap-y-3 md:grid-cols-2">
        <StopSlider
          label="Share"
          said={sayPercent(step.percent)}
          hint={sayPeople(step, traffic)}
          count={SHARE_STOPS.length}
          at={nearestStop(SHARE_STOPS, step.percent)}
          onChange={(stop) => set({ percent: SHARE_STOPS[stop] ?? step.percent })}
        />
        <StopSlider
          label="For"
          said={sayMinutes(step.dwellMinutes)}
          hint="Not counting the time in which it is held."
          count={DWELL_STOPS.length}
          at={nearestStop(DWELL_STOPS, step.dwellMinutes)}
          onChange={(stop) => set({ dwellMinutes: DWELL_STOPS[stop] ?? step.dwellMinutes })}
        />
        {isKnown ? <Noticed plan={plan} step={step} traffic={traffic} onChange={set} /> : <div className="min-h-19" />}
      </div>
      <CheckField
        label="A person says yes before it begins"
        checked={step.approval}
        onChange={({ target }) => set({ approval: target.checked })}
      />
    </div>
  );
}

interface NoticedProps {
  readonly plan: RolloutPlan;
  readonly step: RolloutStep;
  readonly traffic: Traffic | undefined;
  readonly onChange: (edit: Partial<RolloutStep>) => void;
}

/** What follows from share and time; turned, each asks for what it takes. */
function Noticed({ plan, step, traffic, onChange }: NoticedProps) {
  if (traffic === undefined) {
    return (
      <p className="hatched rounded-control border border-line p-4 md:col-span-2">
        <span className="box-decoration-clone bg-surface px-1">
          Nothing was told here in the last day, so it cannot be said what this step would notice. The server checks it before
          anything starts.
        </span>
      </p>
    );
  }
  const { catches, sharpest, blastRadius } = estimateStep(plan, step, traffic);
  const wanted = regressionOf(step);
  const isEnough = catches !== undefined && catches <= wanted;
  return (
    <>
      <StopSlider
        label="Smallest regression it catches"
        said={catches === undefined ? "none" : `×${Number(catches.toPrecision(3))}`}
        hint={sayEnough({ isEnough, wanted, catches, sharpest, percent: step.percent })}
        count={RATIO_STOPS.length}
        at={
          catches === undefined
            ? sharpest === undefined
              ? undefined
              : RATIO_STOPS.length - 1
            : nearestStop(RATIO_STOPS, catches)
        }
        onChange={(stop) => {
          const minutes = minutesToCatch(plan, step, traffic, RATIO_STOPS[stop] ?? wanted);
          onChange({ dwellMinutes: Math.min(minutes ?? Number.POSITIVE_INFINITY, ROLLOUT_LIMITS.dwellMinutes) });
        }}
      />
      <StopSlider
        label="People who would meet a bad one"
        said={blastRadius === undefined ? "not known" : `at most ${Math.ceil(blastRadius).toLocaleString("en")}`}
        hint={`If it were ${wanted} times worse, 95 times of 100. Turned, it sets the share.`}
        count={PEOPLE_STOPS.length}
        at={blastRadius === undefined ? undefined : nearestStop(PEOPLE_STOPS, blastRadius)}
        onChange={(stop) => {
          const people = PEOPLE_STOPS[stop] ?? 1;
          const percent = shareForBlast(plan, step, traffic, { people, shares: FINE_SHARES }) ?? FINE_SHARES[0];
          if (percent !== undefined) onChange({ percent });
        }}
      />
    </>
  );
}

interface Enough {
  readonly isEnough: boolean;
  readonly wanted: number;
  readonly catches: number | undefined;
  readonly sharpest: Parameters<typeof wordsOfGuardrail>[0] | undefined;
  readonly percent: number;
}

function sayEnough({ isEnough, wanted, catches, sharpest, percent }: Enough): string {
  if (sharpest === undefined)
    return percent === 100
      ? "Everybody has it: without a holdback there is nobody to compare with."
      : "Nothing of its guardrails was told in the last day.";
  const of = wordsOfGuardrail(sharpest).title;
  if (isEnough) return `Enough: it has to notice ×${wanted}. First seen in: ${of}.`;
  if (catches === undefined) return "Too short to notice anything. Turned, it sets the time.";
  return `Too short: it has to notice ×${wanted}. Turned, it sets the time.`;
}

const sayPeople = ({ percent }: RolloutStep, traffic: Traffic | undefined): string =>
  traffic?.people === undefined
    ? ""
    : `About ${Math.round((traffic.people * percent) / 100).toLocaleString("en")} of ${traffic.people.toLocaleString("en")} people seen this week.`;
