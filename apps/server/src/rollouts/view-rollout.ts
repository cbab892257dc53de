/** A rollout as the API shows it: where it is, why, and what happens next. */

import type { RolloutView, StepView, VerdictView } from "@dimmer/protocol";
import type { RolloutRecord, VerdictRecord } from "../storage/rollout-record.ts";
import type { StoreReader } from "../storage/store.ts";
import { expectedPerMs } from "./decide/baseline.ts";
import { stepsOf } from "./decide/steps.ts";
import { foreseePlan } from "./plan-outlook.ts";
import { shareOf, variantsOfServe } from "./shares.ts";
import { approvalsNeeded } from "./start-rollout.ts";

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export async function viewRollout(store: StoreReader, record: RolloutRecord): Promise<RolloutView> {
  const [latest] = await store.listVerdicts(record.id, { limit: 1 });
  const { id, flag, environment, rule, variant, state, terms, progress, createdAt, endedAt, revision } = record;
  const before = Object.fromEntries(variantsOfServe(terms.before).map((name) => [name, shareOf(terms.before, name)]));
  const needed = record.state === "proposed" ? await approvalsNeeded(store, record) : 1;
  const waits = state === "proposed" || state === "awaiting-approval";
  const approvedBy = progress.approved.filter(({ step }) => step === progress.step + 1).map(({ actor }) => actor);
  return {
    id,
    flag,
    environment,
    rule,
    variant,
    state,
    plan: terms.plan,
    step: Math.max(0, Math.min(progress.step, terms.plan.steps.length - 1)),
    steps: viewSteps(record),
    percent: progress.percent,
    before,
    latest: latest === undefined ? null : viewVerdict(latest),
    next: sayNext(record, latest),
    needs: waits ? { approvals: needed, approvedBy } : null,
    people: terms.people,
    reason: terms.reason,
    startedBy: terms.startedBy,
    createdAt: iso(createdAt),
    endedAt: isoOrNull(endedAt),
    revision,
  };
}

export const viewVerdict = ({
  sequence,
  verdict,
  at,
  lastAt,
  times,
  because,
  evidence,
  change,
  actor,
}: VerdictRecord): VerdictView => ({
  sequence,
  verdict,
  at: iso(at),
  lastAt: iso(lastAt),
  times,
  because,
  evidence,
  change,
  actor,
});

function viewSteps({ terms, progress, state, endedAt, createdAt }: RolloutRecord): readonly StepView[] {
  const { plan, shared, baseline } = terms;
  const measured = {
    baseline,
    exposures: plan.guardrails.map(() => baseline.hours.reduce((sum, count) => sum + count, 0)),
    perSecond: expectedPerMs(baseline, createdAt) * 1_000,
    costs: { treated: null, others: null },
  };
  const { steps: outlooks } = foreseePlan({ plan, shared, measured, present: 0, moves: [], issues: [] });
  return plan.steps.map((step, at): StepView => {
    const own = progress.steps[at];
    const isCurrent = at === progress.step && endedAt === null;
    const isDone = own !== undefined && !isCurrent && (own.endedAt !== null || state === "completed");
    const isPassed = isDone || (state === "completed" && at === plan.steps.length - 1);
    return {
      ...step,
      state: isCurrent ? "current" : isPassed ? "done" : endedAt === null ? "ahead" : "skipped",
      startedAt: isoOrNull(own?.startedAt ?? null),
      endedAt: isoOrNull(own?.endedAt ?? null),
      dwelt: Math.round((isCurrent ? progress.dweltMs : (own?.dweltMs ?? 0)) / 1_000),
      catches: outlooks[at]?.catches ?? null,
      blastRadius: outlooks[at]?.blastRadius ?? null,
    };
  });
}

function sayNext(record: RolloutRecord, latest: VerdictRecord | undefined): RolloutView["next"] {
  const { state, terms, progress, endedAt } = record;
  if (endedAt !== null) return { say: "It has ended.", at: null };
  if (state === "proposed") return { say: "It begins once it is approved.", at: null };
  if (state === "paused") return { say: "It stays until a person resumes or ends it.", at: null };
  if (state === "holding" || state === "awaiting-approval") return { say: latest?.because[0]?.say ?? "It is held.", at: null };
  const { steps, final } = stepsOf(terms.plan, terms.shared);
  const current = steps[progress.step];
  const next = steps[progress.step + 1];
  const leftMs = Math.max(0, (current?.dwellMs ?? 0) * (progress.isExtended ? 2 : 1) - progress.dweltMs);
  const what =
    next === undefined
      ? final === null
        ? "It ends"
        : `It goes to ${final} % and ends`
      : next.isHoldback
        ? `${progress.percent} % stays for the time of the holdback`
        : `It goes to ${next.percent} %`;
  return {
    say: `${what} once this step has gone well for long enough and harm is ruled out.`,
    at: iso(progress.tickedAt + leftMs),
  };
}
