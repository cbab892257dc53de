/** What people do with a rollout: pause, resume, approve, end it. */

import { type ChangeResult, ProblemError, type RolloutAbort, type RolloutAct, type RolloutState } from "@dimmer/protocol";
import { isKnownTo } from "../access/authorise.ts";
import { currentAuthor, requireRightNow } from "../access/principal.ts";
import { isSameActor } from "../change-requests/propose-change.ts";
import { announce, type Author, type ChangePorts } from "../flags/apply-change.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";
import { decide } from "./decide/decide.ts";
import { gather } from "./decide/gather.ts";
import { readGuardrails } from "./decide/read-guardrails.ts";
import { keepVerdict } from "./keep-verdict.ts";
import { robotOf } from "./robot.ts";
import { frameOf } from "./rollout-memory.ts";
import { watchedOf } from "./shares.ts";
import { approvalsNeeded, beginFirstStep } from "./start-rollout.ts";
import { factsOf } from "./tick.ts";
import { writeShare } from "./write-share.ts";

export interface RolloutPlace {
  readonly project: string;
  readonly id: string;
}

interface Deed {
  readonly record: RolloutRecord;
  readonly result: ChangeResult | null;
}

/**
 * Stops it where it is, until a person resumes it; what must never happen and crossed guardrails still roll back.
 *
 * Errors: `ProblemError`: forbidden; not-found; conflict where it has ended or is paused; revision-mismatch.
 */
export async function pauseRollout(
  ports: ChangePorts,
  author: Author,
  place: RolloutPlace,
  act: RolloutAct,
): Promise<RolloutRecord> {
  return await change(ports, author, place, act, async (tx, record) => {
    refuseStates(record, ["paused", "proposed"]);
    return { record: await say(tx, ports, author, { ...record, state: "paused" }, act, "pause"), result: null };
  });
}

/**
 * Lets it go on. Whatever was suspected up to now is overruled; it pauses again only once the evidence has grown.
 *
 * Shape:  after somebody's edit it goes on with what is served now, where the variant has the step's share.
 * Errors: those of `pauseRollout`; conflict where the share is another one, or the variant is stopped or off.
 */
export async function resumeRollout(
  ports: ChangePorts,
  author: Author,
  place: RolloutPlace,
  act: RolloutAct,
): Promise<RolloutRecord> {
  return await change(ports, author, place, act, async (tx, record) => {
    if (record.state !== "paused") throw new ProblemError("conflict", `It is ${record.state}, not paused.`);
    const taken = await takeUp(tx, record);
    const peaks = readGuardrails(factsOf(record, record.progress.observedUntil, []), await seenOf(tx, record));
    const overruled = Object.fromEntries(peaks.map(({ metric, peak }) => [metric, peak]));
    const progress = { ...taken.progress, overruled };
    return { record: await say(tx, ports, author, { ...taken, state: "running", progress }, act, "hold"), result: null };
  });
}

/**
 * Ends it by a person's decision.
 *
 * Shape:  `back` brings back what was there before, ranges and all; `keep` leaves the share as it is.
 * Errors: those of `pauseRollout`, and of `applyChange`.
 */
export async function abortRollout(
  ports: ChangePorts,
  author: Author,
  place: RolloutPlace,
  act: RolloutAbort,
): Promise<RolloutRecord> {
  return await change(ports, author, place, act, async (tx, record) => {
    const isBack = act.shares === "back" && record.state !== "proposed";
    const reason = act.reason ?? "The rollout was aborted.";
    const written = isBack ? await writeShare(tx, ports, record, { author: robotOf(record), reason, percent: undefined }) : null;
    const fence = written?.fence ?? record.fence;
    const ended: RolloutRecord = { ...record, state: "aborted", fence, endedAt: ports.clock() };
    const result = written?.result ?? null;
    return { record: await say(tx, ports, author, ended, act, "complete", result?.change?.id), result };
  });
}

/**
 * Says yes to the next step, or to the start.
 *
 * Shape:  a start waits for as many as its environment asks for, and not for whoever started it.
 * Errors: those of `pauseRollout`; conflict where nothing waits for a person; forbidden for whoever started it.
 */
export async function approveRollout(
  ports: ChangePorts,
  author: Author,
  place: RolloutPlace,
  act: RolloutAct,
): Promise<RolloutRecord> {
  return await change(ports, author, place, act, async (tx, record) => {
    const { project, environment } = record;
    await requireRightNow(tx, author, "review", { project, environment }, ports.clock());
    if (record.state === "proposed") return await approveStart(tx, ports, author, record, act);
    if (record.state !== "awaiting-approval")
      throw new ProblemError("conflict", `Nothing waits for an approval: it is ${record.state}.`);
    const next = record.progress.step + 1;
    const approved = [...record.progress.approved, { step: next, actor: author.actor, at: ports.clock() }];
    const progress = { ...record.progress, approved };
    return { record: await say(tx, ports, author, { ...record, state: "running", progress }, act, "hold"), result: null };
  });
}

async function approveStart(
  tx: StoreTransaction,
  ports: ChangePorts,
  author: Author,
  record: RolloutRecord,
  act: RolloutAct,
): Promise<Deed> {
  if (isSameActor(record.terms.startedBy, author.actor))
    throw new ProblemError("forbidden", "Whoever started it does not approve it. Ask somebody else.");
  const known = record.progress.approved.filter(({ actor }) => !isSameActor(actor, author.actor));
  const approved = [...known, { step: 0, actor: author.actor, at: ports.clock() }];
  const waiting = { ...record, progress: { ...record.progress, approved } };
  if (approved.length < (await approvalsNeeded(tx, record)))
    return { record: await say(tx, ports, author, waiting, act, "hold"), result: null };
  const begun = await beginFirstStep(tx, ports, waiting, { isDry: false });
  return { record: await say(tx, ports, author, begun.record, act, "advance", begun.result.change?.id), result: begun.result };
}

type Work = (tx: StoreTransaction, record: RolloutRecord) => Promise<Deed>;

async function change(
  ports: ChangePorts,
  asked: Author,
  place: RolloutPlace,
  act: RolloutAct,
  work: Work,
): Promise<RolloutRecord> {
  const deed = await ports.store.transaction(async (tx) => {
    const author = await currentAuthor(tx, asked, ports.clock());
    const record = await requireRollout(tx, author, place);
    const { project, environment } = record;
    await requireRightNow(tx, author, "rollout.edit", { project, environment }, ports.clock());
    if (act.revision !== undefined && act.revision !== record.revision)
      throw new ProblemError("revision-mismatch", `It is at revision ${record.revision}. Look again, then say it once more.`);
    if (record.endedAt !== null) throw new ProblemError("conflict", `It has ended: ${record.state}.`);
    return await work(tx, record);
  });
  if (deed.result !== null) announce(ports, place.project, deed.result);
  return deed.record;
}

/** Errors: `ProblemError("not-found")`, also for one in an environment that the author knows nothing of. */
export async function requireRollout(store: StoreReader, author: Author, { project, id }: RolloutPlace): Promise<RolloutRecord> {
  const record = await store.getRollout(project, id);
  if (record !== null && isKnownTo(author, { project, environment: record.environment })) return record;
  throw new ProblemError("not-found", `There is no rollout ${id} in project ${project}.`);
}

function refuseStates({ state }: RolloutRecord, states: readonly RolloutState[]): void {
  if (states.includes(state)) throw new ProblemError("conflict", `It is ${state} already.`);
}

/** Goes on with what is served now; what was edited of it is as a person wants it. */
async function takeUp(tx: StoreTransaction, record: RolloutRecord): Promise<RolloutRecord> {
  const flag = await tx.getFlag(record.project, record.flag);
  const block = flag?.environments[record.environment];
  const expected = watchedOf(record, flag);
  const { percent } = record.progress;
  if (
    block === undefined ||
    expected === undefined ||
    !block.config.enabled ||
    block.config.stopped?.includes(record.variant) === true
  )
    throw new ProblemError("conflict", `${record.variant} cannot be served there now. Restore it, or abort the rollout.`);
  const share = (JSON.parse(expected) as { serve: { split?: Record<string, number> } }).serve.split?.[record.variant] ?? 0;
  if (share !== percent)
    throw new ProblemError(
      "conflict",
      `${record.variant} has ${share} % and the rollout is at ${percent} %. Bring it back to that, or abort the rollout.`,
    );
  return { ...record, fence: block.revision, progress: { ...record.progress, expected } };
}

const seenOf = async (store: StoreReader, record: RolloutRecord) =>
  gather(frameOf(record), await store.listObservations(record.id, 0));

/** Writes the row, and what was decided by whom, on what was known at the time. */
async function say(
  tx: StoreTransaction,
  ports: ChangePorts,
  { actor }: Author,
  record: RolloutRecord,
  { reason }: RolloutAct,
  verdict: "pause" | "hold" | "advance" | "complete",
  made: string | undefined = undefined,
): Promise<RolloutRecord> {
  const facts = factsOf(
    { ...record, progress: { ...record.progress, step: Math.max(0, record.progress.step) } },
    record.progress.observedUntil,
    [],
  );
  const { evidence } = decide(facts, await seenOf(tx, record), ports.clock());
  const told = reason === undefined || reason === "" ? `${actor.name} said so.` : `${actor.name} said so: ${reason}`;
  const because = [
    { reason: verdict === "hold" || verdict === "advance" ? "approved" : "person", say: told, about: null },
  ] as const;
  await keepVerdict(tx, ports, record, { verdict, because, evidence, facts: null, change: made ?? null, actor });
  if (!(await tx.moveRollout(record)))
    throw new ProblemError("revision-mismatch", "Somebody else did something with it. Look again.");
  return { ...record, revision: record.revision + 1 };
}
