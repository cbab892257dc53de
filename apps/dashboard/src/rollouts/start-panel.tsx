/** What a plan would do, as the server sees it, and the one button that starts it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { sayPercent } from "@dimmer/evaluation";
import type { PlanOutlook, RolloutPlan, RolloutRequest } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Problem, Section } from "../ui/page.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { say } from "../ui/toast.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import type { RampPlace } from "./planner.tsx";
import { outlookQuery, rolloutsQuery } from "./rollout-queries.ts";
import { sayMinutes } from "./say-wait.ts";

/** Milliseconds after the last movement until the server is asked. */
const ASK_AFTER_MS = 400;
const REASON_LENGTH = 2_000;

export function StartPanel({ place, plan }: { readonly place: RampPlace; readonly plan: RolloutPlan }) {
  const { project, environment, flag, rule, variant } = place;
  const [people, setPeople] = useState<"same" | "fresh">("same");
  const [reason, setReason] = useState("");
  const hadIt = useWasRolledBack(place);
  const mayStart = useMay("rollout.edit", project, environment);
  const request = useMemo<RolloutRequest>(
    () => ({ flag, environment, rule, variant, plan, ...(hadIt ? { people } : {}) }),
    [flag, environment, rule, variant, plan, people, hadIt],
  );
  const asked = useDebounced(request, ASK_AFTER_MS);
  const outlook = useQuery(outlookQuery(project, asked, mayStart));
  const isFresh = asked === request && outlook.data !== undefined;
  const start = useStart(project);
  const errors = outlook.data?.issues.filter(({ severity }) => severity === "error") ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({ ...request, ...(reason === "" ? {} : { reason }) });
  };
  return (
    <Section title="What it will do">
      {hadIt && (
        <div className="flex flex-wrap items-center gap-3">
          <span>{variant} was rolled back here before. It goes to</span>
          <RadioGroup
            label="Who gets it first"
            chosen={people}
            onChoose={(value) => setPeople(value === "fresh" ? "fresh" : "same")}
            choices={[
              { value: "same", label: "the same people" },
              { value: "fresh", label: "other people" },
            ]}
          />
        </div>
      )}
      {outlook.isError && <Problem error={outlook.error} onRetry={() => void outlook.refetch()} />}
      {outlook.isLoading && <p className="animate-[appear_1ms_200ms_both] text-quiet">Asking the server what it would do…</p>}
      {outlook.data !== undefined && <Outlook outlook={outlook.data} isFresh={isFresh} />}
      <form onSubmit={submit} className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        <input
          aria-label="Why"
          placeholder={`Why ${variant}, in a line`}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          maxLength={REASON_LENGTH}
          className="h-9 min-w-52 flex-1 rounded-control border border-line bg-ground px-3 hover:border-line-strong max-sm:basis-full"
        />
        <Button
          look="primary"
          type="submit"
          isBusy={start.isPending}
          disabled={!mayStart || !isFresh || errors.length > 0}
          title={mayStart ? undefined : "Your role does not let you start rollouts here."}
        >
          Start at {sayPercent(plan.steps[0]?.percent ?? 0)}
        </Button>
      </form>
    </Section>
  );
}

function Outlook({ outlook, isFresh }: { readonly outlook: PlanOutlook; readonly isFresh: boolean }) {
  const { issues, moves, cost, totalMinutes, steps } = outlook;
  return (
    <div className={`flex flex-col gap-3 transition-opacity duration-150 ${isFresh ? "" : "opacity-50"}`} role="status">
      <p className="text-title font-semibold">
        {`${sayMinutes(totalMinutes)} from start to end${cost === null ? "" : `; ${cost.say}`}.`}
      </p>
      {moves.map((sentence) => (
        <p key={sentence} className="figures break-words">
          {sentence}
        </p>
      ))}
      <ul className="flex flex-col gap-1">
        {steps.map(({ percent, regression, suffices, foundMinutes }) => (
          <li key={percent} className="figures flex flex-wrap items-center gap-2">
            <StatusLight status={foundMinutes === null ? "unknown" : suffices ? "healthy" : "warning"} />
            <span className="font-semibold">{sayPercent(percent)}</span>
            <span className="text-quiet">{sayFound(regression, foundMinutes)}</span>
          </li>
        ))}
      </ul>
      {issues.map(({ path, code, message, mend, severity }) => (
        <div
          key={path + code}
          className={`rounded-control border px-4 py-3 ${severity === "error" ? "border-danger bg-danger-soft" : "border-light"}`}
        >
          <p className="font-semibold break-words">{message}</p>
          <p className="break-words">{mend}</p>
        </div>
      ))}
    </div>
  );
}

const sayFound = (regression: number, found: readonly [number, number] | null): string =>
  found === null
    ? `could not notice what is ${regression} times worse`
    : `notices what is ${regression} times worse in ${sayMinutes(found[0])} half of the time, in ${sayMinutes(found[1])} nearly always`;

/** Whether people here have seen it go back, so that somebody has to say who gets it now. */
function useWasRolledBack({ project, environment, flag, rule, variant }: RampPlace): boolean {
  const { data = [] } = useQuery(rolloutsQuery(project, flag));
  return data.some(
    (one) =>
      one.environment === environment &&
      one.rule === rule &&
      one.variant === variant &&
      (one.state === "rolled-back" || one.state === "aborted"),
  );
}

function useStart(project: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: RolloutRequest) => management.startRollout(project, request),
    onSuccess: async ({ rollout, outlook }) => {
      await queries.invalidateQueries({ queryKey: ["project", project] });
      if (rollout === null) return say({ title: "It did not start", about: outlook.issues[0]?.message, isProblem: true });
      say({ title: rollout.state === "proposed" ? "It waits for approval" : "It has begun", about: rollout.next.say });
      await navigate({ to: "/projects/$project/rollouts/$rollout", params: { project, rollout: rollout.id } });
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
}
