/** Telemetry in DuckDB, in the process that calls; the server has it in a child of its own. */

import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { EvaluationCount } from "@dimmer/protocol";
import type { Place } from "../../delivery/snapshot-hub.ts";
import type { ReceivedEvents } from "../../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import { unpackEvents } from "../../telemetry/packed-events.ts";
import type {
  AttributeRow,
  PeopleRow,
  ReceivedBatch,
  SeriesRow,
  Span,
  TelemetryStore,
  TotalRow,
  UseRow,
} from "../../telemetry/telemetry-store.ts";
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS } from "../../telemetry/times.ts";
import { appendContexts, readContexts } from "./kept-contexts.ts";
import { EVENT_TABLE } from "./event-columns.ts";
import { readExperiment } from "./kept-experiments.ts";
import { appendEvents, readEvents, readMetrics, readModelsAnswered, readPoints, readRun, readShadows } from "./kept-events.ts";
import { exportEvents, exportFolder, removeExports } from "./export-events.ts";
import { forgetPerson, hashKeys } from "./forget-people.ts";
import { inTransaction } from "./in-transaction.ts";
import { readAnswered, readHours, readHourScores, readInputSizes } from "./kept-hours.ts";
import { openKeptPeople, type KeptPeople } from "./kept-people.ts";
import { readArmQuantiles, readBuckets, readClusters, readPeopleSums } from "./kept-rollouts.ts";
import { readTasks } from "./kept-tasks.ts";
import { readBases, readTold, readValues } from "./kept-values.ts";
import { openQuestions, openTurns, type Run, runOn } from "./open-questions.ts";
import {
  ATTRIBUTES,
  DAYS,
  FORGET,
  HAS_BATCH,
  MARK,
  PEOPLE,
  PUT_ATTRIBUTE,
  PUT_BATCH,
  PUT_MARK,
  REGROUP,
  SERIES,
  TABLES,
  TOTALS,
  USES,
} from "./duckdb-tables.ts";

/**
 * Opens the file, or memory for `:memory:`, and makes its tables.
 *
 * Shape:  one connection for what is stored and one for what is asked; calls on each run one after the other. A question gets
 *         `questionMs`.
 * Errors: rejects with DuckDB's own error; after that the process can open nothing more and must end.
 * Source: ADR-0027.
 */
export async function openDuckDbStore(path: string, questionMs: number = TELEMETRY_LIMITS.questionMs): Promise<TelemetryStore> {
  // Its memory is beside the server's, and telemetry must never take the machine from it.
  const instance = await DuckDBInstance.create(path, {
    threads: "2",
    memory_limit: "512MB",
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  const run = runOn(connection);
  for (const table of [...TABLES, EVENT_TABLE]) await run(table);
  const questions = openQuestions(await instance.connect(), questionMs);
  const { ask } = questions;
  // Of their own, as they may take long, and nobody's question waits behind one.
  const exports = openQuestions(await instance.connect(), TELEMETRY_LIMITS.exportMs);
  removeExports(path);
  const kept = openKeptPeople(run);
  const inTurn = openTurns();
  let lookedAfterAt = 0;

  const append = async (batches: readonly ReceivedBatch[]): Promise<{ readonly repeated: readonly string[] }> => {
    const repeated: string[] = [];
    await inTransaction(run, async () => {
      const fresh: ReceivedBatch[] = [];
      for (const received of batches) {
        const { project, environment, receivedAt, batch } = received;
        const known = await run(HAS_BATCH, [project, environment, batch.batch]);
        if (known.length > 0) repeated.push(batch.batch);
        else {
          await run(PUT_BATCH, [project, environment, batch.batch, receivedAt]);
          fresh.push(received);
        }
      }
      await appendEvaluations(connection, fresh);
      await appendAttributes(run, fresh);
      await appendContexts(run, fresh);
      await kept.add(fresh);
    }).catch((error: unknown) => {
      kept.forget();
      throw error;
    });
    await lookAfterNow(batches);
    return { repeated };
  };

  const appendOnce = async (received: readonly ReceivedEvents[]): Promise<{ readonly repeated: readonly number[] }> => {
    let repeated: readonly number[] = [];
    await inTransaction(run, async () => void (repeated = await appendEvents(connection, run, received)));
    await lookAfterNow(received);
    return { repeated };
  };

  const lookAfterNow = async (received: readonly { readonly receivedAt: number }[]): Promise<void> => {
    const now = received.at(-1)?.receivedAt ?? 0;
    if (now - lookedAfterAt < TELEMETRY_LIMITS.regroupAfterMs) return;
    lookedAfterAt = now;
    await lookAfter(run, kept, now);
  };

  return {
    append: (batches) => inTurn(() => append(batches)),
    appendEvents: (received) => inTurn(() => appendOnce(received.map(unpackEvents))),
    metrics: (place, question) => readMetrics(ask, place, question),
    points: (place, question) => readPoints(ask, place, question),
    values: (place, span, flag) => readValues(ask, place, span, flag),
    told: (place, question) => readTold(ask, place, question),
    bases: (place, span, flag) => readBases(ask, place, span, flag),
    tasks: (place, span, flag) => readTasks(ask, place, span, flag),
    shadows: (place, span, flag) => readShadows(ask, place, span, flag),
    armBuckets: (place, question) => readBuckets(ask, place, question),
    armPeople: (place, question) => readPeopleSums(ask, place, question),
    armQuantiles: (place, question) => readArmQuantiles(ask, place, question),
    armClusters: (place, question) => readClusters(ask, place, question),
    modelsAnswered: (place, span, flag) => readModelsAnswered(ask, place, span, flag),
    experiment: (place, question) => readExperiment(ask, place, question),
    run: (place, id) => readRun(ask, place, id),
    events: (place, question) => readEvents(ask, place, question),
    hours: (place, question) => readHours(ask, place, question),
    hourScores: (place, question) => readHourScores(ask, place, question),
    answered: (place, question) => readAnswered(ask, place, question),
    inputSizes: (place, question) => readInputSizes(ask, place, question),
    exportEvents: (place, question) => exportEvents(exports.ask, exportFolder(path), place, question),
    forget: (project, person) => inTurn(() => forgetPerson(run, project, person)),
    hashKeys: (project, secret) => inTurn(() => hashKeys(connection, run, project, secret)),
    totals: (place, span, flag = "") => readTotals(ask, place, span, flag),
    series: (place, span, stepMs, flag) => readSeries(ask, place, span, stepMs, flag),
    uses: (place, span) => readUses(ask, place, span),
    days: (place, span) => readDays(ask, place, span),
    people: (place, span) => readPeople(ask, place, span),
    attributes: (place) => readAttributes(ask, place),
    contexts: (place, span) => readContexts(ask, place, span),
    close: () =>
      inTurn(async () => {
        await questions.close();
        await exports.close();
        connection.closeSync();
        instance.closeSync();
      }),
  };
}

async function appendEvaluations(connection: DuckDBConnection, batches: readonly ReceivedBatch[]): Promise<void> {
  if (batches.every(({ batch }) => batch.evaluations.length === 0)) return;
  const appender = await connection.createAppender("evaluations");
  const text = (value: string | undefined): void => (value === undefined ? appender.appendNull() : appender.appendVarchar(value));
  for (const { project, environment, source, batch } of batches) {
    for (const { flag, variant, valueVersion, path, rule, reason, errorCode, count } of batch.evaluations) {
      for (const value of [project, environment, flag, variant]) text(value);
      if (valueVersion === undefined) appender.appendNull();
      else appender.appendBigInt(BigInt(valueVersion));
      for (const value of [path, rule, reason, errorCode, source]) text(value);
      appender.appendBigInt(BigInt(batch.minute));
      appender.appendBigInt(BigInt(count));
      appender.endRow();
    }
  }
  appender.closeSync();
}

async function appendAttributes(run: Run, batches: readonly ReceivedBatch[]): Promise<void> {
  const rows = new Map<string, DuckDBValue[]>();
  for (const { project, environment, batch } of batches) {
    const day = dayOf(batch.minute);
    for (const { path, types } of batch.attributes)
      for (const type of types)
        rows.set(JSON.stringify([project, environment, path, type, day]), [project, environment, path, type, day]);
  }
  for (const row of rows.values()) await run(PUT_ATTRIBUTE, row);
}

/** Puts rows together and forgets what is old. */
async function lookAfter(run: Run, kept: KeptPeople, now: number): Promise<void> {
  const { regroupAfterMs, minutesKeptMs, hoursKeptMs, peopleKeptMs, attributesKeptMs, batchIdsKeptMs, eventsKeptMs } =
    TELEMETRY_LIMITS;
  await regroup(run, "minutes", MINUTE_MS, now - regroupAfterMs);
  await regroup(run, "hours", HOUR_MS, now - minutesKeptMs);
  await run(FORGET.evaluations, [now - hoursKeptMs]);
  await run(FORGET.people, [now - peopleKeptMs]);
  await run(FORGET.attributes, [now - attributesKeptMs]);
  await run(FORGET.contexts, [now - attributesKeptMs]);
  await run(FORGET.batches, [now - batchIdsKeptMs]);
  await run(FORGET.events, [now - eventsKeptMs]);
  kept.forget();
}

/** Everything since the last time, up to the last whole step before `before`. */
async function regroup(run: Run, name: string, stepMs: number, before: number): Promise<void> {
  const until = Math.floor(before / stepMs) * stepMs;
  await inTransaction(run, async () => {
    const since = (await run(MARK, [name]))[0]?.["value"] ?? 0;
    const [gather, remove, put] = REGROUP as readonly [string, string, string];
    await run(gather, [since as number, until, stepMs]);
    await run(remove, [since as number, until]);
    await run(put);
    await run(PUT_MARK, [name, until]);
  });
}

async function readTotals(ask: Run, { project, environment }: Place, span: Span, flag: string): Promise<TotalRow[]> {
  const rows = await ask(TOTALS, [project, environment, span.since, span.until, flag, TELEMETRY_LIMITS.rows]);
  return rows.map((row) => {
    const {
      flag: key,
      variant,
      value_version: valueVersion,
      path,
      rule,
      reason,
      error_code: errorCode,
      count,
      last_at: lastAt,
    } = row;
    const named = { flag: key, variant, valueVersion, path, rule, reason, errorCode };
    // Only our own rows are in it, and each was checked on its way in.
    return { ...(withoutNulls(named) as unknown as EvaluationCount), count: Number(count), lastAt: Number(lastAt) };
  });
}

async function readSeries(
  ask: Run,
  { project, environment }: Place,
  span: Span,
  stepMs: number,
  flag: string,
): Promise<SeriesRow[]> {
  const rows = await ask(SERIES, [project, environment, span.since, span.until, stepMs, flag, TELEMETRY_LIMITS.rows]);
  return rows.map(({ variant, step, count }) => ({ variant: variant as string | null, at: Number(step), count: Number(count) }));
}

async function readUses(ask: Run, { project, environment }: Place, span: Span): Promise<UseRow[]> {
  const rows = await ask(USES, [project, environment, span.since, span.until, TELEMETRY_LIMITS.rows]);
  return rows.map(({ flag, last_at: lastAt }) => ({ flag: flag as string, lastAt: Number(lastAt) }));
}

async function readDays(ask: Run, { project, environment }: Place, span: Span): Promise<number[]> {
  const rows = await ask(DAYS, [project, environment, span.since, span.until, DAY_MS, TELEMETRY_LIMITS.rows]);
  return rows.map(({ day }) => Number(day));
}

async function readPeople(ask: Run, { project, environment }: Place, span: Span): Promise<PeopleRow[]> {
  const rows = await ask(PEOPLE, [project, environment, dayOf(span.since), span.until, TELEMETRY_LIMITS.rows]);
  return rows.map(({ day, flag, path, rule, sketch }) => ({
    day: Number(day),
    flag: nullIfEmpty(flag),
    path: nullIfEmpty(path) as PeopleRow["path"],
    rule: nullIfEmpty(rule),
    sketch: sketch as string,
  }));
}

async function readAttributes(ask: Run, { project, environment }: Place): Promise<AttributeRow[]> {
  const rows = await ask(ATTRIBUTES, [project, environment, TELEMETRY_LIMITS.rows]);
  return rows.map(({ path, type, day }) => ({ path: path as string, type: type as AttributeRow["type"], lastDay: Number(day) }));
}

const withoutNulls = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

const nullIfEmpty = (value: unknown): string | null => (value === "" ? null : (value as string));
