/** Online judges of an environment: made and removed, each with its row in the audit, and shown with what they did today. */

import { createHash } from "node:crypto";
import type { z } from "zod";
import { openPrompts } from "@dimmer/ai/parts";
import { sayDollars } from "@dimmer/evaluation";
import { JUDGE_LIMITS, type JudgeRequest, type JudgeUsage, type JudgeView, ProblemError } from "@dimmer/protocol";
import type { AccessPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { dayOf, type EnvironmentPlace, requireConnection } from "../connections/connections.ts";
import { requireEnvironment } from "../environments/environments.ts";
import { isMovingName } from "../evals/suites/judge.ts";
import type { Author } from "../flags/apply-change.ts";
import type { JudgeDefinition, JudgeRecord } from "../storage/judge-record.ts";
import type { StoreReader, StoreTransaction } from "../storage/store.ts";

/** Milliseconds for which looking at a prompt, or filling it, holds up everybody else. */
export const RENDER_MS = 250;
const KNOWN = ["input", "output"];

/**
 * Makes a judge.
 *
 * Shape:  to make one is to opt in: samples of its flag are taken from then on, and none where no judge wants them. It takes
 *         `connection.edit`, as it spends by itself.
 * Errors: `ProblemError`: forbidden; not-found for the environment, the flag or the connection; invalid-request for a model by a moving
 *         name, and for a prompt that is no template or asks for something else; already-exists for its name; conflict beyond the bound.
 * Source: ADR-0059.
 */
export async function createJudge(
  ports: AccessPorts,
  author: Author,
  place: EnvironmentPlace,
  order: z.output<typeof JudgeRequest>,
): Promise<JudgeRecord> {
  requirePinnedName(order.model);
  requirePrompt(order.prompt, ports.clock);
  return await ports.store.transaction(async (tx) => {
    await requireEnvironment(tx, place.project, place.environment);
    await requireRightNow(tx, author, "connection.edit", place, ports.clock());
    const flag = await tx.getFlag(place.project, order.flag);
    if (flag === null) throw new ProblemError("not-found", `There is no flag ${order.flag} in project ${place.project}.`);
    const { provider } = await requireConnection(tx, place, order.connection);
    const others = await tx.listJudges(place.project, place.environment);
    requireRoom(others, order.name, place);
    const promptHash = hashOf([order.prompt, order.scale]);
    const record: JudgeRecord = {
      project: place.project,
      environment: place.environment,
      id: drawId("judge", ports.random),
      definition: { ...order, provider, promptHash },
      message: null,
      createdAt: ports.clock(),
    };
    await tx.putJudge(record);
    await auditJudge(tx, ports, author, "judge.create", record);
    return record;
  });
}

/** Its scores stay, and the samples that wait for it are gone. Errors: `ProblemError`: forbidden, not-found. */
export async function removeJudge(ports: AccessPorts, author: Author, place: EnvironmentPlace, id: string): Promise<JudgeRecord> {
  return await ports.store.transaction(async (tx) => {
    await requireRightNow(tx, author, "connection.edit", place, ports.clock());
    const record = await tx.getJudge(place.project, place.environment, id);
    if (record === null) throw new ProblemError("not-found", `There is no judge ${id} in ${place.environment}.`);
    await tx.removeJudge(id);
    await auditJudge(tx, ports, author, "judge.remove", record);
    return record;
  });
}

export const EMPTY_USAGE: JudgeUsage = { judged: 0, failed: 0, dropped: 0, putOff: 0, costMicroUsd: 0, reservedMicroUsd: 0 };

export async function viewJudge(store: StoreReader, record: JudgeRecord, now: number): Promise<JudgeView> {
  const { id, definition, message, createdAt } = record;
  const today = (await store.getJudgeDay(id, dayOf(now))) ?? EMPTY_USAGE;
  const isSpent = today.putOff > 0;
  return {
    id,
    ...definition,
    state: message !== null ? "stopped" : isSpent ? "spent" : "active",
    message: message ?? (isSpent ? sayBudget(definition, today) : null),
    today,
    waiting: await store.countJudgeSamples(id),
    createdAt: new Date(createdAt).toISOString(),
  };
}

const sayBudget = ({ dailyBudgetMicroUsd }: JudgeDefinition, { costMicroUsd, reservedMicroUsd }: JudgeUsage): string =>
  `${sayDollars(costMicroUsd + reservedMicroUsd)} of its ${sayDollars(dailyBudgetMicroUsd)} are spent today, or its connection's budget is; it goes on tomorrow.`;

function requirePinnedName(model: string): void {
  if (!isMovingName(model)) return;
  throw new ProblemError(
    "invalid-request",
    `${model} is a name that its provider moves to another model when it likes. Name the dated model: scores of two models are not compared.`,
  );
}

function requirePrompt(prompt: string, clock: () => number): void {
  const prompts = openPrompts({ renderMs: RENDER_MS, totalMs: RENDER_MS, clock });
  const found = prompts.variablesOf({ reply: prompt });
  if ("problem" in found) throw new ProblemError("invalid-request", `The prompt cannot be used: ${found.problem}.`);
  const unknown = found.names.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw new ProblemError("invalid-request", `The prompt asks for \`${unknown}\`; there are \`input\` and \`output\`.`);
  if (!found.names.includes("output"))
    throw new ProblemError("invalid-request", "The prompt does not hold the answer. Put {{ output }} where it is to stand.");
}

function requireRoom(others: readonly JudgeRecord[], name: string, { environment }: EnvironmentPlace): void {
  if (others.some(({ definition }) => definition.name === name))
    throw new ProblemError("already-exists", `There is a judge called ${name} in ${environment} already.`);
  if (others.length >= JUDGE_LIMITS.judges)
    throw new ProblemError("conflict", `${environment} has ${JUDGE_LIMITS.judges} judges. Remove one first.`);
}

const hashOf = (told: unknown): string => `sha256-${createHash("sha256").update(JSON.stringify(told)).digest("base64url")}`;

async function auditJudge(tx: StoreTransaction, ports: AccessPorts, { actor }: Author, action: string, record: JudgeRecord) {
  const { project, environment, id: judge, definition } = record;
  const { prompt: _prompt, ...said } = definition;
  const details = { judge, environment, ...said };
  await appendAudit(tx, { chain: projectChain(project), at: ports.clock(), action, actor, details }, ports);
}
