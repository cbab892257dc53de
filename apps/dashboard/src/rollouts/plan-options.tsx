/** What else a plan may ask for: evals, what must never happen, a rest that stays behind, and who decides when it stays unclear. */

import type { RolloutPlan } from "@dimmer/protocol";
import { CheckField, SelectField } from "../ui/field.tsx";
import { ValueList } from "../ui/value-list.tsx";

const HOLDBACK = { percent: 5, hours: 72 };

export interface PlanOptionsProps {
  readonly plan: RolloutPlan;
  /** Names of suites that the project keeps. */
  readonly suites: readonly string[];
  readonly onChange: (plan: RolloutPlan) => void;
}

export function PlanOptions({ plan, suites, onChange }: PlanOptionsProps) {
  return (
    <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
      <div className="flex flex-col gap-1">
        <p className="text-small font-semibold">Suites that have to pass</p>
        <ValueList
          label="Suites that have to pass"
          placeholder="Add a suite"
          offered={suites}
          values={plan.gates.map(({ suite }) => suite)}
          onChange={(names) =>
            onChange({
              ...plan,
              gates: names.map(
                (suite) => plan.gates.find((gate) => gate.suite === suite) ?? { suite, margin: 0.02, maxAgeHours: 168 },
              ),
            })
          }
        />
        <p className="text-small text-quiet">
          The variant’s newest report has to score within 0.02 of the others’, and be a week old at most.
        </p>
      </div>
      <div className="flex flex-col gap-1">
        <p className="text-small font-semibold">What must never happen</p>
        <ValueList
          label="What must never happen"
          placeholder="blocked, or the name of an event"
          offered={["blocked"]}
          values={plan.never.map(({ event }) => event)}
          onChange={(events) =>
            onChange({
              ...plan,
              never: events.map((event) => plan.never.find((one) => one.event === event) ?? { event, atLeast: 5 }),
            })
          }
        />
        <p className="text-small text-quiet">Five of them roll it back at once, whatever the others do.</p>
      </div>
      <SelectField
        label="Where it stays unclear"
        hint="After a step has lasted twice as long and harm is still not ruled out."
        value={plan.inconclusive}
        onChange={({ target }) => {
          const inconclusive = (["ask", "advance", "rollback"] as const).find((one) => one === target.value) ?? "ask";
          onChange({ ...plan, inconclusive });
        }}
        choices={[
          { value: "ask", label: "It waits for a person" },
          { value: "advance", label: "It goes on" },
          { value: "rollback", label: "It rolls back" },
        ]}
      />
      <SelectField
        label="Who raises the share"
        hint="Where traffic is too small to judge by, a person has to."
        value={plan.mode}
        onChange={({ target }) => onChange({ ...plan, mode: target.value === "watched" ? "watched" : "guarded" })}
        choices={[
          { value: "guarded", label: "The rollout, once harm is ruled out" },
          { value: "watched", label: "A person, at each step: unguarded" },
        ]}
      />
      <CheckField
        label="Keep 5 % with the others for three days after 100 %"
        hint="So that there is still somebody to compare with."
        checked={plan.holdback !== null}
        onChange={({ target }) => onChange({ ...plan, holdback: target.checked ? HOLDBACK : null })}
      />
      <CheckField
        label="See a busiest hour before 100 %"
        hint="What works at night may not at noon."
        checked={plan.dailyPeak}
        onChange={({ target }) => onChange({ ...plan, dailyPeak: target.checked })}
      />
    </div>
  );
}
