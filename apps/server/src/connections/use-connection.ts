/** Calls through connections: chosen, held to the budget, audited before they leave, and counted when they end. */

import type { ModelConfig } from "@dimmer/ai/parts";
import { type JsonValue, sayDollars } from "@dimmer/evaluation";
import { CONNECTION_LIMITS, type CallFailure, type ModelAnswer, type Right } from "@dimmer/protocol";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import { askModel, notAsked } from "../providers/ask-model.ts";
import { estimateCall, type PreparedCall } from "../providers/prepare-call.ts";
import type { ConnectionDayRecord, ConnectionRecord } from "../storage/connection-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { type ConnectionPorts, dayOf, emptyDay, type EnvironmentPlace } from "./connections.ts";
import { openCredential } from "./credential.ts";

/** Days of use that are kept. */
const KEPT_DAYS = 92;
const DAY_MS = 86_400_000;

/**
 * The connection that a config is called through: of its provider, and of its region where it names one.
 *
 * Shape:  the one that is named, else the first by name; a config without a region prefers a connection without one.
 * Errors: none; a `CallFailure` where there is none.
 */
export function chooseConnection(
  connections: readonly ConnectionRecord[],
  { provider, region }: ModelConfig,
  place: EnvironmentPlace,
  named?: string,
): ConnectionRecord | CallFailure {
  const fits = (record: ConnectionRecord) => record.provider === provider && (region === undefined || record.region === region);
  const wanted = `${provider}${region === undefined ? "" : ` in region ${region}`}`;
  if (named !== undefined) {
    const record = connections.find(({ id }) => id === named);
    if (record === undefined) return noConnection(`${place.environment} has no connection ${named}.`);
    return fits(record) ? record : noConnection(`The connection ${record.name} is not one for ${wanted}.`);
  }
  const fitting = connections.filter(fits);
  const found = (region === undefined ? fitting.find((record) => record.region === null) : undefined) ?? fitting[0];
  return found ?? noConnection(`${place.environment} has no connection for ${wanted}. Make one: dimmer connections create.`);
}

const noConnection = (message: string): CallFailure => ({ type: "no_connection", httpStatus: null, message });

/** One call that is to be made. */
export interface PlannedCall {
  readonly connection: ConnectionRecord;
  readonly call: PreparedCall;
  /** Whose config it is; null for a test. */
  readonly variant: string | null;
}

/** What calls are for: it stands in the audit, and the provider sees the purpose. */
export interface Use extends EnvironmentPlace {
  readonly purpose: "playground" | "test" | "eval" | "judge" | "canary";
  readonly right: Right;
  readonly flag: string | null;
  /** Of what calls by itself the row of the audit is written once, by `auditUse`, before its first call. */
  readonly isAudited?: true;
}

/** A call that may be made: what was held back for it, and on which day. */
interface Admitted {
  readonly plan: PlannedCall;
  readonly day: string;
  readonly heldMicroUsd: number;
}

interface Refused {
  readonly failure: CallFailure;
}

/**
 * Makes calls side by side.
 *
 * Shape:  before any of them leaves, one transaction holds back what each may cost, counts it and writes one row of the audit for each
 *         connection; when it ends what it really cost is counted in its place. A crash in between leaves the estimate counted. An
 *         answer for each call, in their order.
 * Errors: `ProblemError("forbidden")`; all else is an answer's `failure`.
 * Source: ADR-0048.
 */
export async function makeCalls(
  ports: ConnectionPorts,
  author: Author,
  use: Use,
  planned: readonly PlannedCall[],
  signal: AbortSignal,
): Promise<readonly ModelAnswer[]> {
  const admitted = await admitCalls(ports, author, use, planned);
  return await Promise.all(
    admitted.map(async (one) => ("failure" in one ? notAsked(one.failure) : await makeCall(ports, use, one, signal))),
  );
}

async function makeCall(ports: ConnectionPorts, { purpose }: Use, admitted: Admitted, signal: AbortSignal): Promise<ModelAnswer> {
  const { connection, call } = admitted.plan;
  const asked = { format: connection.format, secret: openCredential(ports.sealing, connection), purpose };
  const answer = await askModel(ports, asked, call, signal);
  await ports.store.transaction(async (tx) => {
    if ((await tx.getConnection(connection.project, connection.environment, connection.id)) === null) return;
    const before = (await tx.getConnectionDay(connection.id, admitted.day)) ?? emptyDay(connection.id, admitted.day);
    await putDay(tx, ports, settle(before, admitted, answer));
  });
  return answer;
}

async function admitCalls(
  ports: ConnectionPorts,
  author: Author,
  use: Use,
  planned: readonly PlannedCall[],
): Promise<readonly (Admitted | Refused)[]> {
  if (planned.length === 0) return [];
  const at = ports.clock();
  return await ports.store.transaction(async (tx) => {
    await requireRightNow(tx, author, use.right, use, at);
    const admitted: (Admitted | Refused)[] = [];
    for (const plan of planned) admitted.push(await admitCall(tx, ports, plan, at));
    const made = admitted.flatMap((one) => ("plan" in one ? [one.plan] : []));
    if (use.isAudited !== true) await auditUses(tx, ports, author, use, made);
    return admitted;
  });
}

/** The connection as it is by now must be the one that the call was prepared for. */
async function admitCall(
  tx: StoreTransaction,
  ports: ConnectionPorts,
  plan: PlannedCall,
  at: number,
): Promise<Admitted | Refused> {
  const { connection, call } = plan;
  const now = await tx.getConnection(connection.project, connection.environment, connection.id);
  if (now === null || now.sealed !== connection.sealed)
    return { failure: noConnection(`The connection ${connection.name} was just changed. Try again.`) };
  const day = (await tx.getConnectionDay(connection.id, dayOf(at))) ?? emptyDay(connection.id, dayOf(at));
  const estimate = estimateCall(call, at);
  const refusal = refusalOf(now, day, call.model, estimate);
  if (refusal !== undefined) return { failure: { type: "budget", httpStatus: null, message: refusal } };
  const heldMicroUsd = estimate ?? 0;
  await putDay(tx, ports, { ...day, calls: day.calls + 1, reservedMicroUsd: day.reservedMicroUsd + heldMicroUsd });
  return { plan, day: day.day, heldMicroUsd };
}

function refusalOf(
  { name, budgetMicroUsd }: ConnectionRecord,
  day: ConnectionDayRecord,
  model: string,
  estimate: number | undefined,
): string | undefined {
  if (day.calls >= CONNECTION_LIMITS.callsPerDay)
    return `The connection ${name} has made ${CONNECTION_LIMITS.callsPerDay} calls today, the most there may be.`;
  if (budgetMicroUsd === null) return undefined;
  if (estimate === undefined)
    return `No price of ${model} is known, so the budget of the connection ${name} cannot hold it. Give the connection no budget to call it.`;
  const left = budgetMicroUsd - day.costMicroUsd - day.reservedMicroUsd;
  if (estimate <= left) return undefined;
  return `The connection ${name} has ${sayDollars(Math.max(0, left))} of ${sayDollars(budgetMicroUsd)} left today, and this call may cost ${sayDollars(estimate)}. Raise its budget, or ask for fewer tokens.`;
}

/** What was spent on an answer, null where nobody knows: a call that was not made or that the provider refused cost nothing. */
export function knownCostOf({ failure, costMicroUsd }: ModelAnswer): number | null {
  if (failure === null || failure.type === "unknown") return costMicroUsd;
  return failure.httpStatus !== null || NOT_MADE.has(failure.type) ? 0 : costMicroUsd;
}

const NOT_MADE: ReadonlySet<CallFailure["type"]> = new Set(["budget", "no_connection"]);

/** What a call may have cost that nobody told stays held back; a provider that refused took nothing. */
function settle(day: ConnectionDayRecord, { heldMicroUsd }: Admitted, answer: ModelAnswer): ConnectionDayRecord {
  const { failure, costMicroUsd, inputTokens, outputTokens } = answer;
  const isKnown = knownCostOf(answer) !== null;
  return {
    ...day,
    failures: day.failures + (failure === null ? 0 : 1),
    unpriced: day.unpriced + (isKnown ? 0 : 1),
    inputTokens: day.inputTokens + (inputTokens ?? 0),
    outputTokens: day.outputTokens + (outputTokens ?? 0),
    costMicroUsd: day.costMicroUsd + (costMicroUsd ?? 0),
    reservedMicroUsd: Math.max(0, day.reservedMicroUsd - (isKnown ? heldMicroUsd : 0)),
  };
}

const putDay = (tx: StoreTransaction, { clock }: ConnectionPorts, day: ConnectionDayRecord): Promise<void> =>
  tx.putConnectionDay(day, dayOf(clock() - KEPT_DAYS * DAY_MS));

async function auditUses(
  tx: StoreTransaction,
  ports: ConnectionPorts,
  author: Author,
  use: Use,
  planned: readonly PlannedCall[],
): Promise<void> {
  for (const connection of new Set(planned.map((plan) => plan.connection.id))) {
    const calls = planned
      .filter((plan) => plan.connection.id === connection)
      .map(({ variant, call: { model } }) => ({ variant, model }));
    await auditUse(tx, ports, author, use, { connection, calls });
  }
}

/** One row of the audit: who uses a connection, for what, and which models are called. */
export async function auditUse(
  tx: StoreTransaction,
  ports: ConnectionPorts,
  { actor }: Author,
  { project, environment, purpose, flag }: Use,
  details: { readonly connection: string; readonly calls: readonly Readonly<Record<string, JsonValue>>[] },
): Promise<void> {
  const { connection, calls } = details;
  const entry = { connection, environment, purpose, flag, calls };
  await appendAudit(
    tx,
    { chain: projectChain(project), at: ports.clock(), action: "connection.use", actor, details: entry },
    ports,
  );
}
