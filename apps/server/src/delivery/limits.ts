/** Every bound of delivery, in one place. */

const MB = 1024 * 1024;

export const DELIVERY_LIMITS = {
  /** Patches kept for an environment, so that a reader that was away can catch up, and their bytes together. */
  patches: 256,
  patchBytes: 4 * MB,
  /** A larger event is not sent: its readers fetch the snapshot instead. */
  eventBytes: MB / 2,
  /** Bytes that may wait in the process for one reader; beyond it the reader is cut. */
  bufferedBytes: MB,
  /** Milliseconds a reader may take nothing while something waits for it. */
  stalledMs: 30_000,
  /** Readers written to before the event loop gets a turn. */
  slice: 200,
  /** Open streams of the whole process. */
  streams: 20_000,
  /** Milliseconds over which readers spread their return after a restart. */
  returnSpreadMs: 10_000,
  /** Milliseconds a reader waits before it comes back after a lost connection. */
  retryMs: 1_000,
  /** Milliseconds until a snapshot that could not be read from the store is tried again. */
  reloadMs: 1_000,
  /** Milliseconds between two new epochs of an environment that readers can bring about: each makes all of them fetch. */
  newEpochMs: 60_000,
  /** SDKs of one environment that are kept in mind. */
  sdks: 20_000,
  /** Milliseconds until an SDK that lost its stream, or one that polls, is forgotten when nothing is heard of it. */
  awayKeptMs: 120_000,
  pollingKeptMs: 900_000,
  /** Milliseconds between two looks for SDKs to forget. */
  sdkSweepMs: 1_000,
  /** What one SDK may say to have switched off by itself. */
  localKills: 100,
  /** Bytes of a report. */
  reportBytes: 1_024,
  /** Smaller answers are not compressed. */
  compressFromBytes: 1_024,
} as const;
