/** One look at one rollout: what happened, what follows from it, and all that is written of it, in one transaction. */

import { type Because, type ChangeResult, ProblemError, ROLLOUT_LIMITS } from "@dimmer/protocol";
import { announce, type ChangePorts } from "../flags/apply-change.ts";
import type { ObservationRecord, RolloutProgress, RolloutRecord } from "../storage/rollout-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { decide, type Decision } from "./decide/decide.ts";
import type { Facts } from "./decide/facts.ts";
import type { Seen } from "./decide/gather.ts";
import { stepsOf } from "./decide/steps.ts";
import { keepVerdict } from "./keep-verdict.ts";
import { observe, type ObservePorts, type Observed } from "./observe.ts";
import { readGates } from "./read-gates.ts";
import { ROLLOUT_ACTOR, robotOf } from "./robot.ts";
import { findNews, keepNews, type RolloutMemory, seeNews } from "./rollout-memory.ts";
import { watchedOf } from "./shares.ts";
import { stopVariant, writeShare, type WrittenShare } from "./write-share.ts";

export interface TickPorts extends ChangePorts, ObservePorts {
  readonly onFailure: (error: unknown, what: string) => void;
}

/** What a transaction did, for whoever has to know once it is committed. */
interface Ticked {
  readonly seen: Seen;
  readonly result: ChangeResult | null;
}

/**
 * Looks once, decides, and does it.
 *
 * Shape:  what is written names the row's revision and the flag's as this saw them: of two that look at once one writes. A person's edit
 *         meanwhile is in the flag, and pauses it. Where telemetry cannot be read it decides from what is known, and holds.
 * Errors: the store's own; what the flag does not take pauses the rollout, and a rollback that it does not take stops the variant.
 * Source: ADR-0062; reliability I25, I28, I30.
 */
export async function tickRollout(ports: TickPorts, record: RolloutRecord, memory: RolloutMemory): Promise<void> {
  const now = ports.clock();
  const observed = await observe(ports, record, memory.lookedAt, now).catch((error: unknown) => {
    ports.onFailure(error, `events of rollout ${record.id}`);
    return { observations: [], observedUntil: record.progress.observedUntil };
  });
  const look = { record, observed: withinBound(memory, observed, record), now };
  const ticked = await attempt(ports, memory, look);
  memory.lookedAt = now;
  if (ticked?.result != null) announce(ports, record.project, ticked.result);
}

/** Beyond what is kept of one rollout nothing is read any more, and it is held: nothing follows from what is not kept. */
const withinBound = ({ seen }: RolloutMemory, observed: Observed, { progress }: RolloutRecord): Observed =>
  seen.sequence + observed.observations.length <= ROLLOUT_LIMITS.buckets
    ? observed
    : { observations: [], observedUntil: progress.observedUntil };

interface Look {
  readonly record: RolloutRecord;
  readonly observed: Observed;
  readonly now: number;
}

async function attempt(ports: TickPorts, memory: RolloutMemory, look: Look): Promise<Ticked | null> {
  const run = async (refused: ProblemError | null): Promise<Ticked | null> => {
    const news = findNews(memory, look.record.id, look.observed);
    const ticked = await ports.store.transaction((tx) => act(tx, ports, memory, { ...look, news, refused }));
    if (ticked !== null) keepNews(memory, look.record.progress.step, ticked.seen, news);
    return ticked;
  };
  try {
    return await run(null);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code === "store-unavailable" || error.code === "store-full") throw error;
    return await run(error);
  }
}

interface Act extends Look {
  readonly news: readonly ObservationRecord[];
  /** Why the flag did not take what was decided a moment ago. */
  readonly refused: ProblemError | null;
}

async function act(tx: StoreTransaction, ports: TickPorts, memory: RolloutMemory, order: Act): Promise<Ticked | null> {
  const { news, now, observed } = order;
  const found = await tx.getRollout(order.record.project, order.record.id);
  if (found === null || found.revision !== order.record.revision || found.endedAt !== null) return null;
  await tx.addObservations(news);
  const seen = await seeNews(tx, found, memory, news);
  const gates = await readGates(tx, found, now, memory.gates);
  const facts = factsOf(found, observed.observedUntil, gates);
  const decision = decide(facts, seen, now);
  const progress = { ...found.progress, observedUntil: observed.observedUntil, tickedAt: now };
  const record = { ...found, progress };
  const edited = await findEdit(tx, record);
  if (edited.isEdited) return await standBack(tx, ports, record, { facts, decision, seen });
  const fenced = { ...record, fence: edited.fence };
  if (order.refused !== null) return await afterRefusal(tx, ports, fenced, { facts, decision, seen }, order.refused);
  return await follow(tx, ports, fenced, { facts, decision, seen });
}

export function factsOf({ terms, progress, state }: RolloutRecord, observedUntil: number, gates: Facts["gates"]): Facts {
  const { step, steps, dweltMs, countedUntil, isExtended, approved, overruled } = progress;
  return {
    plan: terms.plan,
    shared: terms.shared,
    baseline: terms.baseline,
    state,
    step,
    startedAt: steps[0]?.startedAt ?? 0,
    stepStartedAt: steps[step]?.startedAt ?? 0,
    observedUntil,
    dweltMs,
    countedUntil,
    isExtended,
    approved: approved.map((one) => one.step),
    overruled,
    gates,
  };
}

/** Another revision with the same in it is somebody's edit of something else: the fence goes with it. */
async function findEdit(
  tx: StoreTransaction,
  record: RolloutRecord,
): Promise<{ readonly isEdited: boolean; readonly fence: number }> {
  const flag = await tx.getFlag(record.project, record.flag);
  const revision = flag?.environments[record.environment]?.revision ?? -1;
  if (revision === record.fence) return { isEdited: flag?.archivedAt != null, fence: revision };
  return { isEdited: watchedOf(record, flag) !== record.progress.expected, fence: revision };
}

interface Decided {
  readonly facts: Facts;
  readonly decision: Decision;
  readonly seen: Seen;
}

/** What a person did stays: it is theirs until they give it back. */
async function standBack(
  tx: StoreTransaction,
  ports: TickPorts,
  record: RolloutRecord,
  decided: Decided,
): Promise<Ticked | null> {
  if (record.state === "paused") return await write(tx, record, decided, null);
  const say = "Somebody edited what the rollout serves. It stays as they left it until the rollout is resumed or ended.";
  return await pause(tx, ports, record, decided, { reason: "edited", say, about: null });
}

async function pause(
  tx: StoreTransaction,
  ports: TickPorts,
  record: RolloutRecord,
  decided: Decided,
  because: Because,
): Promise<Ticked | null> {
  const paused: RolloutRecord = { ...record, state: "paused" };
  const { evidence } = decided.decision;
  // By no decision on evidence: there is none to make again.
  const verdict = { verdict: "pause", because: [because], evidence, facts: null, change: null, actor: ROLLOUT_ACTOR } as const;
  await keepVerdict(tx, ports, paused, verdict);
  return await write(tx, paused, decided, null);
}

async function afterRefusal(
  tx: StoreTransaction,
  ports: TickPorts,
  record: RolloutRecord,
  decided: Decided,
  refused: ProblemError,
): Promise<Ticked | null> {
  if (decided.decision.verdict === "rollback") {
    const reason = sayReason(decided.decision.because);
    const written = await stopVariant(tx, ports, record, { author: robotOf(record), reason });
    return await settle(tx, ports, record, decided, written);
  }
  const say = `The flag did not take it: ${refused.message}`;
  return await pause(tx, ports, record, decided, { reason: "refused", say, about: null });
}

const sayReason = (because: readonly Because[]): string =>
  because
    .map(({ say }) => say)
    .join(" ")
    .slice(0, 2_000);

async function follow(tx: StoreTransaction, ports: TickPorts, record: RolloutRecord, decided: Decided): Promise<Ticked | null> {
  const { verdict, because } = decided.decision;
  const order = { author: robotOf(record), reason: sayReason(because) };
  if (verdict === "rollback") {
    const written = await writeShare(tx, ports, record, { ...order, percent: undefined });
    return await settle(tx, ports, record, decided, written);
  }
  const { steps, final } = stepsOf(record.terms.plan, record.terms.shared);
  const percent = verdict === "advance" ? steps[record.progress.step + 1]?.percent : verdict === "complete" ? final : undefined;
  const isWritten = percent !== undefined && percent !== null && percent !== record.progress.percent;
  const written = isWritten ? await writeShare(tx, ports, record, { ...order, percent }) : null;
  return await settle(tx, ports, record, decided, written);
}

/** The row and the verdict as they are after what was done. */
async function settle(
  tx: StoreTransaction,
  ports: TickPorts,
  record: RolloutRecord,
  decided: Decided,
  written: WrittenShare | null,
): Promise<Ticked | null> {
  const { decision, facts } = decided;
  const { verdict, because, evidence } = decision;
  const result = written?.result ?? null;
  const isEnd = verdict === "rollback" || verdict === "complete";
  const progress = {
    ...nextProgress(record.progress, decision, written?.percent ?? record.progress.percent, ports.clock()),
    ...(written === null ? {} : { expected: written.expected }),
  };
  const after: RolloutRecord = {
    ...record,
    state: decision.state,
    fence: written?.fence ?? record.fence,
    progress,
    endedAt: isEnd ? ports.clock() : null,
  };
  // A paused rollout that stays so is no news, however often one looks.
  const isNews = !(verdict === "hold" && record.state === "paused");
  if (isNews)
    await keepVerdict(tx, ports, after, {
      verdict,
      because,
      evidence,
      facts,
      change: result?.change?.id ?? null,
      actor: ROLLOUT_ACTOR,
    });
  return await write(tx, after, decided, result);
}

function nextProgress(before: RolloutProgress, decision: Decision, percent: number, now: number): RolloutProgress {
  const progress = { ...before, percent };
  const { dweltMs, countedUntil, isExtended, verdict } = decision;
  const steps = progress.steps.map((step, at) => (at === progress.step ? { ...step, dweltMs } : step));
  if (verdict === "hold" || verdict === "pause") return { ...progress, steps, dweltMs, countedUntil, isExtended };
  const ended = steps.map((step, at) => (at === progress.step ? { ...step, endedAt: now } : step));
  if (verdict !== "advance") return { ...progress, steps: ended, dweltMs, countedUntil, isExtended };
  const next = { startedAt: now, endedAt: null, dweltMs: 0 };
  return {
    ...progress,
    step: progress.step + 1,
    steps: [...ended, { percent, ...next }],
    observedUntil: now,
    dweltMs: 0,
    countedUntil: now,
    isExtended: false,
  };
}

async function write(
  tx: StoreTransaction,
  record: RolloutRecord,
  { seen }: Decided,
  result: ChangeResult | null,
): Promise<Ticked | null> {
  const isMoved = await tx.moveRollout(record);
  if (!isMoved) throw new Error(`rollout ${record.id} moved in its own transaction`);
  return { seen, result };
}
