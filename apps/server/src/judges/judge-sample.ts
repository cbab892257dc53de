/** One sample on its way to its score: held to the judge's own budget, asked through its connection, settled. */

import { strict as assert } from "node:assert";
import { JUDGE_LIMITS, type JudgeUsage, type ModelAnswer, type ScoreEvent } from "@dimmer/protocol";
import { type ConnectionPorts, dayOf } from "../connections/connections.ts";
import { auditUse, knownCostOf, makeCalls, type PlannedCall, type Use } from "../connections/use-connection.ts";
import { readScore } from "../evals/suites/judge.ts";
import type { Author } from "../flags/apply-change.ts";
import { estimateCall, prepareCall } from "../providers/prepare-call.ts";
import type { JudgeRecord, JudgeSampleRecord } from "../storage/judge-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import { questionOf } from "./ask-judge.ts";
import { addUsage } from "./judge-usage.ts";
import { EMPTY_USAGE } from "./judges.ts";
import { openSample, type TakenSample } from "./samples.ts";

const RETRY_MS = 30_000;
const DAY_MS = 86_400_000;

export interface JudgingPorts extends ConnectionPorts {
  readonly events: Pick<EventIntake, "take">;
  readonly onFailure: (error: unknown, what: string) => void;
}

/** A call that was held to the judge's budget. */
interface Held {
  readonly plan: PlannedCall;
  readonly heldMicroUsd: number;
  readonly at: number;
}

/** What becomes of the sample, and perhaps of its judge. */
type End =
  | { readonly end: "judged" | "given-up" }
  | { readonly end: "again" | "tomorrow"; readonly dueAt: number }
  | { readonly end: "stop"; readonly message: string };

/**
 * Shape:  the event's id is the sample's, of judge and run: a server that dies between the answer and its end asks again, and the score
 *         counts once. What can be mended by nobody but a person stops the judge; what passes is tried again, a few times.
 * Errors: rejects only where the store cannot be written.
 * Source: ADR-0059.
 */
export async function judgeSample(
  ports: JudgingPorts,
  judge: JudgeRecord,
  sample: JudgeSampleRecord,
  signal: AbortSignal,
): Promise<void> {
  const opened = readSample(ports, judge, sample);
  const planned = opened === undefined ? ({ end: "given-up" } as const) : await planCall(ports, judge, opened);
  if ("end" in planned) return await settle(ports, judge, sample, planned, (usage) => usage);
  const [answer] = await makeCalls(ports, authorOf(judge), useOf(judge), [planned.plan], signal);
  assert(answer !== undefined && opened !== undefined, "an answer for each call");
  // With the server: what was held stays so, and the sample is asked about again.
  if (answer.failure?.type === "aborted") return;
  // Somebody may have been erased meanwhile, and with them what waited.
  const isKept = (await ports.store.getJudgeSample(judge.id, sample.id))?.sealed === sample.sealed;
  const end: End = isKept ? endOf(ports, judge, { sample, opened, answer }) : { end: "given-up" };
  const cost = knownCostOf(answer);
  await settle(ports, judge, sample, end, (usage) => ({
    ...usage,
    costMicroUsd: usage.costMicroUsd + (cost ?? 0),
    reservedMicroUsd: Math.max(0, usage.reservedMicroUsd - (cost === null ? 0 : planned.heldMicroUsd)),
  }));
}

function readSample(
  { sealing, onFailure }: JudgingPorts,
  judge: JudgeRecord,
  sample: JudgeSampleRecord,
): TakenSample | undefined {
  try {
    return openSample(sealing, sample);
  } catch (error) {
    onFailure(error, `sample of judge ${judge.id}`);
    return undefined;
  }
}

/** Nobody asked just now, so that it acts by itself, with this one right in this one place. */
const authorOf = ({ project, environment }: JudgeRecord): Author => ({
  actor: { kind: "system", id: "judges", name: "Judges" },
  grants: [{ role: "judges", project, environment, rights: ["playground.run"] }],
});

const useOf = ({ project, environment, definition: { flag } }: JudgeRecord): Use => ({
  project,
  environment,
  purpose: "judge",
  right: "playground.run",
  flag,
  isAudited: true,
});

async function planCall(ports: JudgingPorts, judge: JudgeRecord, sample: TakenSample): Promise<Held | End> {
  const { definition, project, environment } = judge;
  const connection = await ports.store.getConnection(project, environment, definition.connection);
  if (connection === null) return { end: "stop", message: "Its connection was removed. Make it anew with another one." };
  const config = questionOf(definition, sample);
  if (config === undefined) return { end: "given-up" };
  const plan = { connection, call: prepareCall(connection, config), variant: sample.served.variant };
  const at = ports.clock();
  const heldMicroUsd = estimateCall(plan.call, at);
  if (heldMicroUsd === undefined)
    return { end: "stop", message: `No price of ${definition.model} is known, so its budget cannot hold it.` };
  const isHeld = await ports.store.transaction((tx) => hold(tx, ports, judge, heldMicroUsd));
  return isHeld ? { plan, heldMicroUsd, at } : { end: "tomorrow", dueAt: tomorrow(at) };
}

/** The first call of a day is the day's row in the audit. */
async function hold(tx: StoreTransaction, ports: JudgingPorts, judge: JudgeRecord, estimate: number): Promise<boolean> {
  const { id, definition } = judge;
  const at = ports.clock();
  const known = await tx.getJudgeDay(id, dayOf(at));
  const { costMicroUsd, reservedMicroUsd } = known ?? EMPTY_USAGE;
  if (costMicroUsd + reservedMicroUsd + estimate > definition.dailyBudgetMicroUsd) return false;
  if (costMicroUsd + reservedMicroUsd === 0) {
    const { model, dailyBudgetMicroUsd } = definition;
    const details = { connection: definition.connection, calls: [{ judge: id, model, atMostMicroUsd: dailyBudgetMicroUsd }] };
    await auditUse(tx, ports, authorOf(judge), useOf(judge), details);
  }
  await addUsage(tx, id, at, (usage) => ({ ...usage, reservedMicroUsd: usage.reservedMicroUsd + estimate }));
  return true;
}

interface Answered {
  readonly sample: JudgeSampleRecord;
  readonly opened: TakenSample;
  readonly answer: ModelAnswer;
}

function endOf(ports: JudgingPorts, judge: JudgeRecord, { sample, opened, answer }: Answered): End {
  const { definition } = judge;
  const { failure, responseModel, text } = answer;
  const at = ports.clock();
  if (failure?.type === "budget") return { end: "tomorrow", dueAt: tomorrow(at) };
  if (failure?.type === "unauthenticated") return { end: "stop", message: failure.message };
  if (failure === null && responseModel !== null && responseModel !== definition.model)
    return { end: "stop", message: `${definition.model} is an alias: ${responseModel} answered. Make a judge of that name.` };
  const score = failure === null && text !== null ? readScore(text, definition.scale) : undefined;
  if (score === undefined || !tell(ports, judge, { sample, opened, score })) return tryAgain(sample, at);
  return { end: "judged" };
}

const tryAgain = ({ attempts }: JudgeSampleRecord, at: number): End =>
  attempts + 1 >= JUDGE_LIMITS.attempts ? { end: "given-up" } : { end: "again", dueAt: at + RETRY_MS * 2 ** attempts };

function tell(
  { events, clock }: JudgingPorts,
  { project, environment, definition }: JudgeRecord,
  { sample, opened, score }: { readonly sample: JudgeSampleRecord; readonly opened: TakenSample; readonly score: number },
): boolean {
  const { input: _input, output: _output, ...of } = opened;
  const { score: name, model, promptHash } = definition;
  const event: ScoreEvent = {
    ...of,
    kind: "score",
    id: sample.id,
    at: clock(),
    name,
    value: score,
    label: `${model} ${promptHash}`,
  };
  return events.take({ project, environment, source: "server" }, [event]).accepted === 1;
}

async function settle(
  ports: JudgingPorts,
  judge: JudgeRecord,
  sample: JudgeSampleRecord,
  end: End,
  spend: Parameters<typeof addUsage>[3],
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const now = await tx.getJudge(judge.project, judge.environment, judge.id);
    if (now === null) return;
    await addUsage(tx, judge.id, ports.clock(), (usage) => counted(spend(usage), end));
    if (end.end === "stop") await tx.putJudge({ ...now, message: end.message });
    const kept = await tx.getJudgeSample(judge.id, sample.id);
    if (kept === null || end.end === "stop") return;
    await tx.putJudgeSample(
      "dueAt" in end ? { ...kept, attempts: sample.attempts + 1, dueAt: end.dueAt } : { ...kept, sealed: null },
    );
  });
}

function counted(usage: JudgeUsage, { end }: End): JudgeUsage {
  const one = (what: End["end"]): number => (end === what ? 1 : 0);
  const { judged, failed, putOff } = usage;
  return { ...usage, judged: judged + one("judged"), failed: failed + one("given-up"), putOff: putOff + one("tomorrow") };
}

const tomorrow = (at: number): number => (Math.floor(at / DAY_MS) + 1) * DAY_MS;
