/** Drift as the API shows it: every series with its past, its hours and where it stands, and what happened meanwhile. */

import {
  DRIFT_MEANS,
  DRIFT_RATES,
  type DriftMark,
  type DriftMetric,
  type DriftSeries,
  type DriftState,
  type DriftSummary,
  type DriftView,
  WATCH_LIMITS,
} from "@dimmer/protocol";
import type { DriftHourRecord, DriftReferenceRecord, SeriesBaseline } from "../storage/drift-record.ts";
import type { FlagRecord, StoreReader } from "../storage/store.ts";
import { DAY_MS, HOUR_MS } from "../telemetry/times.ts";
import { SUSPECT } from "./act-on-drift.ts";
import { hoursOf, isRate, isWatched } from "./count-hours.ts";
import { alarmAtOf, directionOf } from "./detect-drift.ts";
import { requireWatchedFlag, type WatchedPlace } from "./drift-settings.ts";
import { expectedAt } from "./freeze-baseline.ts";
import { sayMetric, sayValue, unitOf } from "./say-drift.ts";
import { settingsOf, type WatchedVariant, watchedVariants } from "./watched-variants.ts";

const HOURS = WATCH_LIMITS.keptDays * 24;
const MARKS = 200;
const textOf = (at: number): string => new Date(at).toISOString();

export interface ViewPorts {
  readonly store: StoreReader;
  readonly clock: () => number;
}

/** Errors: `ProblemError("not-found")`. */
export async function viewDrift({ store, clock }: ViewPorts, place: WatchedPlace): Promise<DriftView> {
  const { project, environment, flag } = place;
  const record = await requireWatchedFlag(store, place);
  const kept = await store.getDriftSettings(project, environment, flag);
  const settings = settingsOf(record, kept ?? undefined);
  const looked = await store.getDriftPlace(project, environment);
  const references = await referencesOf(store, place);
  const since = clock() - WATCH_LIMITS.keptDays * DAY_MS;
  const series: DriftSeries[] = [];
  for (const watched of watchedVariants(record, environment, settings)) {
    const reference = references.find(
      ({ variant, configuration }) => variant === watched.variant && configuration === watched.configuration,
    );
    const hours = reference === undefined ? [] : await store.listDriftHours(reference.id, since, HOURS);
    for (const metric of metricsOf(watched, reference))
      series.push(
        viewSeries({ watched, metric, reference, hours, until: looked?.watchedUntil ?? 0, series: looked?.series ?? 0 }),
      );
  }
  return {
    asOf: textOf(clock()),
    flag,
    environment,
    settings,
    isDefault: kept === null,
    revision: kept?.revision ?? 0,
    watchedUntil: looked === null ? null : textOf(looked.watchedUntil),
    seriesWatched: looked?.series ?? 0,
    series,
    marks: await marksOf(store, place, references, series, since),
  };
}

/** Every flag that is configured in the environment and is watched, or could be, by key. */
export async function listDrift({ store }: ViewPorts, project: string, environment: string): Promise<readonly DriftSummary[]> {
  const kept = new Map((await store.listDriftSettings(project, environment)).map((one) => [one.flag, one]));
  const references = await store.listDriftReferences(project, environment);
  const looked = await store.getDriftPlace(project, environment);
  const summaries: DriftSummary[] = [];
  for (const record of await store.listFlags(project, { archived: false, environment })) {
    const settings = settingsOf(record, kept.get(record.key));
    const isKnown = kept.has(record.key) || record.definition.schema === "ai-config";
    if (record.environments[environment] === undefined || !isKnown) continue;
    const mine = references.filter(({ flag }) => flag === record.key);
    const series = settings.isOn
      ? await lastSeries(store, record, environment, {
          mine,
          settings,
          until: looked?.watchedUntil ?? 0,
          series: looked?.series ?? 0,
        })
      : [];
    const alarms = series.filter(({ state }) => state === "alarm");
    summaries.push({
      flag: record.key,
      isOn: settings.isOn,
      isDefault: !kept.has(record.key),
      state: worstOf(series.map(({ state }) => state)),
      variants: new Set(series.map(({ variant }) => variant)).size,
      series: series.length,
      alarms: alarms.map(({ variant, metric, alarmSince }) => ({ variant, metric, since: alarmSince ?? "" })),
    });
  }
  return summaries;
}

interface Given {
  readonly mine: readonly DriftReferenceRecord[];
  readonly settings: WatchedVariant["settings"];
  readonly until: number;
  readonly series: number;
}

/** Of the last two days only: a list has no lines. */
async function lastSeries(
  store: StoreReader,
  record: FlagRecord,
  environment: string,
  given: Given,
): Promise<readonly DriftSeries[]> {
  const series: DriftSeries[] = [];
  for (const watched of watchedVariants(record, environment, given.settings)) {
    const reference = given.mine.find((one) => one.variant === watched.variant && one.configuration === watched.configuration);
    const hours = reference === undefined ? [] : await store.listDriftHours(reference.id, given.until - 2 * DAY_MS, HOURS);
    for (const metric of metricsOf(watched, reference))
      series.push(viewSeries({ watched, metric, reference, hours, until: given.until, series: given.series }));
  }
  return series;
}

const ORDER: readonly DriftState[] = ["steady", "quiet", "gathering", "suspect", "alarm"];
const worstOf = (states: readonly DriftState[]): DriftState =>
  ORDER[Math.max(-1, ...states.map((state) => ORDER.indexOf(state)))] ?? "gathering";

async function referencesOf(store: StoreReader, { project, environment, flag }: WatchedPlace) {
  return (await store.listDriftReferences(project, environment)).filter((one) => one.flag === flag);
}

/** Scores are known once somebody has judged. */
function metricsOf({ settings }: WatchedVariant, reference: DriftReferenceRecord | undefined): readonly DriftMetric[] {
  const frozen = Object.keys(reference?.baseline?.series ?? {}) as DriftMetric[];
  const usual: readonly DriftMetric[] = [...DRIFT_RATES, ...DRIFT_MEANS];
  return [...usual, ...frozen.filter((metric) => !usual.includes(metric))].filter((metric) => isWatched(settings, metric));
}

interface SeriesMaterial {
  readonly watched: WatchedVariant;
  readonly metric: DriftMetric;
  readonly reference: DriftReferenceRecord | undefined;
  readonly hours: readonly DriftHourRecord[];
  readonly until: number;
  readonly series: number;
}

function viewSeries(material: SeriesMaterial): DriftSeries {
  const { watched, metric, reference, hours, until } = material;
  const usual = alarmAtOf(watched.settings.falseAlarmDays, material.series, false);
  const whose = { variant: watched.variant, metric, kind: isRate(metric) ? "rate" : "mean", unit: unitOf(metric) } as const;
  const baseline = reference?.baseline?.series[metric];
  if (baseline === undefined) return { ...whose, ...NOTHING, alarmAt: usual, say: sayGathering(watched, reference) };
  const points = hours.flatMap(({ at, counts, detectors }) => {
    const count = counts[metric];
    const state = detectors[metric];
    if (count === undefined || count.events === 0) return [];
    const value = count.sum / count.events;
    return [
      {
        at: textOf(at),
        events: count.events,
        value,
        expected: expectedAt(baseline, at),
        logEvidence: state?.logEvidence ?? null,
        alarmAt: state?.alarmAt ?? usual,
      },
    ];
  });
  const last = points.at(-1);
  const isQuiet = last === undefined || Date.parse(last.at) < until - DAY_MS;
  const alarmSince = sinceOf(points);
  const isSuspect = last !== undefined && (last.logEvidence ?? NONE) >= last.alarmAt - SUSPECT;
  const state = isQuiet ? "quiet" : alarmSince !== null ? "alarm" : isSuspect ? "suspect" : "steady";
  const recent = hoursOf(hours, metric).filter(({ at }) => at >= until - DAY_MS);
  return {
    ...whose,
    state,
    say: saySeries(metric, watched.variant, state, baseline, recent),
    reference: viewReference(reference, metric, baseline),
    points,
    logEvidence: last?.logEvidence ?? null,
    alarmAt: last?.alarmAt ?? usual,
    direction: state === "alarm" || state === "suspect" ? directionOf(baseline, recent) : null,
    alarmSince: state === "alarm" ? alarmSince : null,
  };
}

const NONE = Number.NEGATIVE_INFINITY;
const NOTHING = {
  state: "gathering",
  reference: null,
  points: [],
  logEvidence: null,
  direction: null,
  alarmSince: null,
} as const;

/** Of the hours without a break that end with the last. */
function sinceOf(points: DriftSeries["points"]): string | null {
  let since: string | null = null;
  for (const { at, logEvidence, alarmAt } of points)
    since = logEvidence !== null && logEvidence >= alarmAt ? (since ?? at) : null;
  return since;
}

function sayGathering({ settings }: WatchedVariant, reference: DriftReferenceRecord | undefined): string {
  const { referenceDays, referenceEvents } = settings;
  const since = reference === undefined ? "" : ` since ${textOf(reference.since).slice(0, 10)}`;
  return `Its past is gathered${since}: ${referenceDays} days at least, and ${referenceEvents} events of a rate.`;
}

function saySeries(
  metric: DriftMetric,
  variant: string,
  state: DriftState,
  baseline: SeriesBaseline,
  hours: readonly { readonly events: number; readonly sum: number }[],
): string {
  if (state === "quiet") return "Nothing of it was told for a day.";
  const events = hours.reduce((sum, hour) => sum + hour.events, 0);
  const value = hours.reduce((sum, hour) => sum + hour.sum, 0) / Math.max(1, events);
  const what = `${sayMetric(metric)} of ${variant} is ${sayValue(metric, value)} in the last day, where it was ${sayValue(metric, baseline.value)}`;
  const sentence = what.charAt(0).toUpperCase() + what.slice(1);
  if (state === "alarm") return `${sentence}: it has drifted.`;
  return state === "suspect" ? `${sentence}: more evidence like it would be an alarm.` : `${sentence}.`;
}

function viewReference(
  reference: DriftReferenceRecord | undefined,
  metric: DriftMetric,
  series: SeriesBaseline,
): DriftSeries["reference"] {
  const baseline = reference?.baseline ?? null;
  if (reference === undefined || baseline === null) return null;
  const { from, until, slowMs } = baseline;
  return {
    from: textOf(from),
    until: textOf(until),
    frozenAt: textOf(reference.frozenAt ?? until),
    valueVersion: reference.valueVersion,
    configuration: reference.configuration,
    events: series.events,
    value: series.value,
    standardDeviation: series.standardDeviation,
    threshold: metric === "slow_rate" ? slowMs : null,
    hourWeight: series.hourWeight,
  };
}

async function marksOf(
  store: StoreReader,
  { project, environment, flag }: WatchedPlace,
  references: readonly DriftReferenceRecord[],
  series: readonly DriftSeries[],
  since: number,
): Promise<readonly DriftMark[]> {
  const nothing = { before: null, after: null, change: null };
  const kept = await store.listDriftMarks({ project, environment, flag }, since, MARKS);
  const changes = await store.listChanges(project, { limit: MARKS, flag, environments: [environment] });
  const marks: DriftMark[] = [
    ...kept.map(({ at, mark }) => ({ ...mark, at: textOf(at) })),
    ...changes.flatMap(({ id, at, summary }): DriftMark[] =>
      at < since ? [] : [{ ...nothing, kind: "flag", at: textOf(at), variant: null, say: summary.join("; "), change: id }],
    ),
    ...references.flatMap(({ baseline, variant }): DriftMark[] =>
      baseline === null
        ? []
        : [
            {
              ...nothing,
              kind: "reference",
              at: textOf(baseline.until - HOUR_MS),
              variant,
              say: `The past of ${variant} was frozen.`,
            },
          ],
    ),
    ...series.flatMap(({ alarmSince: at, variant, say }): DriftMark[] =>
      at === null ? [] : [{ ...nothing, kind: "alarm", at, variant, say }],
    ),
  ];
  return marks.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
