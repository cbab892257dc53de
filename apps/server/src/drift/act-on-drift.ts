/** What an alarm does: it says why, holds what ramps the variant, and stops it only where somebody said so and the fallback is healthy. */

import { strict as assert } from "node:assert";
import type { JsonValue } from "@dimmer/evaluation";
import type { Actor, ChangeResult, DriftMetric, FallbackHealth, Operation } from "@dimmer/protocol";
import { raiseAlert } from "../alerts/raise-alert.ts";
import { settleAlert } from "../alerts/settle-alert.ts";
import type { Place } from "../delivery/snapshot-hub.ts";
import { carryOut, type ChangePorts } from "../flags/apply-change.ts";
import type { DriftHourRecord, DriftMarkRecord, DriftReferenceRecord } from "../storage/drift-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { DAY_MS } from "../telemetry/times.ts";
import { attributeDrift, type DriftCause, type InputShift, shiftOfInputs } from "./attribute-drift.ts";
import { directionOf } from "./detect-drift.ts";
import type { DriftQuestions } from "./freeze-reference.ts";
import { type Held, heldSeries } from "./hold-hours.ts";
import { sayMetric, sayValue } from "./say-drift.ts";

/** Holds rollouts that ramp a variant. */
export type HoldRollouts = (
  tx: StoreTransaction,
  what: Place & { readonly flag: string; readonly variant: string; readonly because: string },
) => Promise<void>;

export interface ActPorts extends ChangePorts {
  readonly events: DriftQuestions;
  readonly fallbackHealth: (place: Place, flag: string) => Promise<FallbackHealth>;
  readonly holdRollouts: HoldRollouts;
}

export interface Alarm {
  readonly held: Held;
  readonly metric: DriftMetric;
  /** Whether it was none an hour before. */
  readonly isNew: boolean;
  readonly cause: DriftCause;
  readonly title: string;
  readonly say: string;
  readonly evidence: JsonValue;
  /** Null where nobody asked for the variant to be stopped. */
  readonly fallback: FallbackHealth | null;
}

const DRIFT_WATCH: Actor = { kind: "system", id: "drift-watch", name: "Drift watch" };
const WEEK_MS = 7 * DAY_MS;

export const alertKeyOf = (
  { environment, flag, variant }: Pick<DriftReferenceRecord, "environment" | "flag" | "variant">,
  metric: string,
) => `drift ${JSON.stringify([environment, flag, variant, metric])}`;

/** All that stand at the end of the hours looked at, with what most likely is behind each. */
export async function explainAlarms(
  ports: ActPorts,
  place: Place,
  held: readonly Held[],
  marks: readonly DriftMarkRecord[],
  until: number,
): Promise<readonly Alarm[]> {
  const standing = held.flatMap((one) =>
    heldSeries(one).flatMap(([metric]) => (isAlarm(one.records.at(-1) ?? null, metric) ? [{ held: one, metric }] : [])),
  );
  if (standing.length === 0) return [];
  const asked = held.map(({ watched: { flag, variant, valueVersion } }) => ({ flag, variant, valueVersion, slowMs: null }));
  const answered = await ports.events.answered(place, { since: until - DAY_MS, until, asked });
  const providersOf = ({ watched: { flag, variant } }: Held): readonly string[] => {
    const mine = answered.filter((row) => row.flag === flag && row.variant === variant);
    return [...new Set(mine.map(({ provider, model }) => provider ?? model))];
  };
  const alarms: Alarm[] = [];
  for (const { held: one, metric } of standing) {
    const { flag, variant } = one.reference;
    const known = await ports.store.listDriftMarks({ ...place, flag }, until - WEEK_MS, MARKS);
    const change = [...marks, ...known].find(({ mark }) => mark.kind === "model" && mark.variant === variant);
    const inputs = await inputsOf(ports.events, place, one, until);
    const model =
      change === undefined ? null : { name: change.mark.after ?? "", before: one.reference.baseline.models, at: change.at };
    const others = held
      .filter((other) => other !== one && other.reference.baseline.series[metric] !== undefined)
      .map((other) => ({
        flag: other.reference.flag,
        variant: other.reference.variant,
        providers: providersOf(other),
        isMoved: isSuspect(other.records.at(-1) ?? other.before, metric),
      }));
    const { cause, say } = attributeDrift({ variant, metric, model, providers: providersOf(one), others, inputs });
    const wantsStop = (one.watched.settings.stopOn as readonly string[]).includes(metric);
    const fallback = wantsStop ? await ports.fallbackHealth(place, flag) : null;
    const seen = describe(one, metric);
    alarms.push({
      held: one,
      metric,
      isNew: !isAlarm(one.before, metric),
      cause,
      title: seen.title,
      say: `${seen.say} ${say}`,
      evidence: { ...seen.evidence, cause, model: model?.name ?? null, inputs: asJson(inputs) },
      fallback,
    });
  }
  return alarms;
}

const MARKS = 100;

/** The last day's inputs against the reference's. */
async function inputsOf(events: DriftQuestions, place: Place, { reference, watched }: Held, until: number) {
  const { flag, variant, valueVersion } = watched;
  const asked = [{ flag, variant, valueVersion, slowMs: null }];
  const now = await events.inputSizes(place, { since: until - DAY_MS, until, asked });
  return shiftOfInputs(reference.baseline.inputs, now);
}

const asJson = (value: InputShift | null): JsonValue => (value === null ? null : { ...value });

/** Inside the transaction of the hours; gives the changes that are to be announced. */
export async function actOnDrift(
  tx: StoreTransaction,
  ports: ActPorts,
  {
    marks,
    alarms,
    held,
  }: { readonly marks: readonly DriftMarkRecord[]; readonly alarms: readonly Alarm[]; readonly held: readonly Held[] },
): Promise<readonly ChangeResult[]> {
  for (const { project, environment, flag, mark } of marks)
    await raiseModelChange(tx, ports, { project, environment, flag, mark });
  const results: ChangeResult[] = [];
  for (const alarm of alarms) results.push(...(await act(tx, ports, alarm)));
  for (const one of held)
    for (const [metric] of heldSeries(one))
      if (isAlarm(one.before, metric) && one.records.length > 0 && !isAlarm(one.records.at(-1) ?? null, metric))
        await settleAlert(tx, ports, { project: one.reference.project, key: alertKeyOf(one.reference, metric) });
  return results;
}

const isAlarm = (hour: DriftHourRecord | null, metric: DriftMetric): boolean => {
  const state = hour?.detectors[metric];
  return state !== undefined && state.logEvidence >= state.alarmAt;
};

/** A tenth of the evidence that an alarm takes. */
export const SUSPECT = Math.log(10);
const isSuspect = (hour: DriftHourRecord | null, metric: DriftMetric): boolean => {
  const state = hour?.detectors[metric];
  return state !== undefined && state.logEvidence >= state.alarmAt - SUSPECT;
};

async function act(tx: StoreTransaction, ports: ActPorts, alarm: Alarm): Promise<readonly ChangeResult[]> {
  const { reference } = alarm.held;
  const { project, environment, flag, variant } = reference;
  // A person who resumes one while the alarm stands has seen it.
  if (alarm.isNew) await ports.holdRollouts(tx, { project, environment, flag, variant, because: alarm.say });
  const stopped = alarm.isNew ? await stopVariant(tx, ports, alarm) : null;
  const operation: Operation = { kind: "stop", flag, environment, variant };
  const label = `Stop ${variant}: its share gets the fallback`;
  await raiseAlert(tx, ports, {
    project,
    key: alertKeyOf(reference, alarm.metric),
    kind: "drift",
    severity: "warn",
    environment,
    flag,
    variant,
    title: alarm.title,
    cause: `${alarm.say}${stopped?.say ?? ""}`,
    evidence: alarm.evidence,
    action: { kind: "change", label, operations: [operation] },
  });
  return stopped?.result === undefined ? [] : [stopped.result];
}

/** Once, when the alarm begins: whoever restores the variant knows of it. */
async function stopVariant(
  tx: StoreTransaction,
  ports: ActPorts,
  { held: { reference }, metric, fallback, say }: Alarm,
): Promise<{ readonly say: string; readonly result?: ChangeResult } | null> {
  if (fallback === null) return null;
  const { project, environment, flag, variant } = reference;
  const record = await tx.getFlag(project, flag);
  const config = record?.environments[environment]?.config;
  assert(config !== undefined, "what is watched is there");
  const entries = typeof config.fallback === "string" ? [config.fallback] : config.fallback.map((entry) => entry.variant);
  if (entries.includes(variant)) return { say: " It is not stopped by itself, as it is part of the fallback." };
  if (fallback.state !== "healthy") return { say: ` It is not stopped by itself: ${fallback.say}` };
  const grant = { role: "drift-watch", project, environment, rights: ["flag.kill"] as const };
  const result = await carryOut(
    tx,
    ports,
    { actor: DRIFT_WATCH, grants: [grant] },
    {
      project,
      operations: [{ kind: "stop", flag, environment, variant }],
      reason: `${sayMetric(metric)} has drifted. ${say}`.slice(0, REASON_CHARS),
      source: "drift",
    },
  );
  return { say: " It was stopped, and the fallback serves.", result };
}

const REASON_CHARS = 2_000;

async function raiseModelChange(
  tx: StoreTransaction,
  ports: ActPorts,
  { project, environment, flag, mark }: Pick<DriftMarkRecord, "project" | "environment" | "flag" | "mark">,
): Promise<void> {
  const { variant, before, after, say } = mark;
  await raiseAlert(tx, ports, {
    project,
    key: `provider ${JSON.stringify([environment, flag, variant])}`,
    kind: "provider-changed",
    severity: "note",
    environment,
    flag,
    ...(variant === null ? {} : { variant }),
    title: `${flag}: another model answers ${variant}`,
    cause: `${say} Nobody has changed the flag. For a day an alarm of drift takes a tenth of the usual evidence.`,
    evidence: { before, after },
    action: { kind: "page", label: "See how it does since", path: `/projects/${project}/flags/${flag}` },
  });
}

/** What is seen, in words and numbers: the last day against what is expected of such hours. */
function describe(one: Held, metric: DriftMetric) {
  const baseline = one.reference.baseline.series[metric];
  assert(baseline !== undefined, "a series has a baseline");
  const last = one.records.at(-1)?.at ?? 0;
  const hours = one.records.flatMap(({ at, counts }) => (at > last - DAY_MS ? [{ at, ...(counts[metric] ?? NONE) }] : []));
  const events = hours.reduce((sum, hour) => sum + hour.events, 0);
  const value = hours.reduce((sum, hour) => sum + hour.sum, 0) / Math.max(1, events);
  const state = one.records.at(-1)?.detectors[metric];
  const { flag, variant } = one.reference;
  const direction = baseline.kind === "rate" ? "up" : (directionOf(baseline, hours) ?? "up");
  const say = `${sayMetric(metric)} of ${variant} is ${sayValue(metric, value)} over its last ${events} events, where it was ${sayValue(metric, baseline.value)} in the ${Math.round((one.reference.baseline.until - one.reference.baseline.from) / DAY_MS)} days that it is held against.`;
  const evidence = {
    metric,
    direction,
    value,
    events,
    reference: { value: baseline.value, events: baseline.events, id: one.reference.id },
    logEvidence: state?.logEvidence ?? null,
    alarmAt: state?.alarmAt ?? null,
    until: last,
  };
  return { title: `${flag}: ${sayMetric(metric)} of ${variant} has drifted ${direction}`, say, evidence };
}

const NONE = { events: 0, sum: 0 };
