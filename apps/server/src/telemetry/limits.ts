/** Every bound of what the server takes, keeps and reads of telemetry, in one place. */

import { DAY_MS, MINUTE_MS } from "./times.ts";

export const TELEMETRY_LIMITS = {
  /** What counts for a time further back, or further ahead, counts for now: a clock that is wrong must not hide what happened. */
  pastMs: DAY_MS,
  futureMs: 5 * MINUTE_MS,
  /** Per environment and hour: names of flags that there are not, different answers, and attributes. */
  unknownFlags: 1_000,
  series: 20_000,
  attributes: 1_000,
  /** Environments whose names are counted at a time; the oldest is forgotten. */
  places: 1_000,
  /** Batches that wait for the store, their characters together, and how many, of how many characters, are stored at a time. */
  waitingBatches: 5_000,
  waitingChars: 64 * 1024 * 1024,
  batchesAtOnce: 200,
  charsAtOnce: 4 * 1024 * 1024,
  /** A moment for others to come along, as storing many costs hardly more than storing one. */
  gatherMs: 500,
  /** Times that a batch is given to the store before it is dropped: it may be what breaks it. */
  attempts: 5,
  retryMs: 1_000,
  /** How long a reader waits for what was sent before it asked. */
  settleMs: 2_000,
  /** The same until anything was stored, as the store may be starting. */
  settleFirstMs: 5_000,
  /** How long `close` waits for what is left; with `stopTimeoutMs` it must fit into what the stop of a server may last. */
  closeMs: 500,
  /** How long a reader waits for the answer itself. */
  readMs: 5_000,
  /** How long it waits for what an answer may do without; less than for the answer. */
  partMs: 4_500,
  /** What the server itself evaluates is counted for so long before it is stored. */
  ownBucketMs: 10_000,

  /** How long the store works on one question before it is interrupted, and again until it has heard; less than a reader waits. */
  questionMs: 4_000,
  interruptAgainMs: 50,
  /** One call of the store's process, and its start. */
  callTimeoutMs: 10_000,
  startTimeoutMs: 20_000,
  stopTimeoutMs: 1_000,
  /** An export: how long the store may write it, its rows, and how many files may be there at a time until they are taken. */
  exportMs: 60_000,
  exportRows: 500_000,
  exportsAtOnce: 4,
  /** Questions that wait for an answer. */
  calls: 256,
  /** Between a death of the process and its next start: doubles from the first to the longest. */
  restartFirstMs: 500,
  restartMaxMs: 60_000,
  /** A process that lived this long starts the wait from the beginning. */
  healthyMs: 60_000,

  /** Minutes are kept apart for so long, then hours; then nothing. */
  minutesKeptMs: 7 * DAY_MS,
  hoursKeptMs: 400 * DAY_MS,
  peopleKeptMs: 35 * DAY_MS,
  attributesKeptMs: 90 * DAY_MS,
  /** Single events; what was counted of evaluations is kept for longer. */
  eventsKeptMs: 90 * DAY_MS,
  /** How long a batch or an event is known by its id; longer than any SDK tries. */
  batchIdsKeptMs: 2 * DAY_MS,
  /** Rows of one minute are put together once it is so old; looked at this often. */
  regroupAfterMs: 10 * MINUTE_MS,
  /** Sketches that the process keeps at hand. */
  cachedSketches: 5_000,
  /** Chores that wait for the store, how many are looked at together, and the wait between attempts: doubles from the first to the longest. */
  waitingChores: 10_000,
  choresAtOnce: 50,
  choreFirstMs: 1_000,
  choreMaxMs: 60_000,
  /** Different targeting keys that are hashed in one transaction. */
  keysAtOnce: 10_000,
  /** How long after somebody first met a variant what names only them counts for it, unless a definition says otherwise. */
  attributedMs: DAY_MS,
  /** Variants that are counted apart for Prometheus. */
  variantCounts: 500,
  /** Models without a price that the log names in one day. */
  unpricedModels: 100,
  /** Rows of one answer. */
  rows: 10_000,
} as const;
