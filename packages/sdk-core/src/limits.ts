/** Every bound of the engine, in one place. */

export const ENGINE_LIMITS = {
  /** Variants whose calls are counted against a budget; beyond, the one that was asked for longest ago starts anew. */
  budgets: 1_000,
  /** Calls of one kind of which the server was not told, and how long that may still come. */
  untoldCalls: 10_000,
  untoldMs: 600_000,
  /** The longest that a lease and its period may be. */
  leaseMs: 300_000,
  periodMs: 32 * 86_400_000,
  /** The longest that `setTimeout` can wait, 24.8 days; it takes anything beyond for one millisecond. */
  timerMs: 2_147_483_647,
  /** Bytes of a snapshot as JSON, after decompression; a local file has the same bound. */
  snapshotBytes: 64 * 1024 * 1024,
  /** UTF-16 code units of one event of the stream; a patch may be as large as what it patches. */
  eventChars: 64 * 1024 * 1024,
  /** A snapshot request, from its start to its last byte. */
  requestTimeoutMs: 30_000,
  /** From asking for a stream to its `hello`. */
  helloTimeoutMs: 10_000,
  /** Assumed until `hello` names another, and where it names nonsense. */
  heartbeatMs: 15_000,
  heartbeatMinMs: 10,
  heartbeatMaxMs: 300_000,
  /** Heartbeats of silence after which a stream counts as dead. */
  silentHeartbeats: 2,
  /** First and longest wait before another attempt; the longest is another where the key was refused. */
  backoffFirstMs: 1_000,
  backoffMaxMs: 30_000,
  backoffMaxRefusedKeyMs: 300_000,
  /** The longest a server may send us away for (Retry-After, `retry:`); "for good" is not among its rights. */
  sentAwayMaxMs: 3_600_000,
  /** A stream that lived this long starts the backoff from the beginning. */
  healthyMs: 60_000,
  /** Streams that may fail in a row before polling is tried. */
  streamFailures: 3,
  /** Wait before the stream is tried again while polling; doubles up to the maximum. */
  streamRetryMs: 60_000,
  streamRetryMaxMs: 600_000,
  /** Between two polls where streaming does not work. */
  pollIntervalMs: 30_000,
  /** Without a live source for longer than this, answers are marked stale. */
  staleAfterMs: 5_000,
  /** Scopes whose signal is watched at a time; the oldest is let go, as somebody does not close theirs. */
  watchedScopes: 10_000,
  /** Flags of one scope that its signal looks after. */
  flagsAScope: 1_000,
  /** From an applied change to the report of it: at least this, and up to the spread more, by chance. */
  reportAfterMs: 100,
  reportSpreadMs: 900,
  /** A report, from its start to its answer. */
  reportTimeoutMs: 5_000,
  /** From a change to the cache's first save of it, and the least between two saves: a ramp of many steps is few writes. */
  cacheAfterMs: 1_000,
  cacheEveryMs: 10_000,
  /** Signing keys: how long they are held, how often they are asked for at most, and what one request may take and give. */
  signingKeysKeptMs: 600_000,
  signingKeysEveryMs: 10_000,
  signingKeysTimeoutMs: 3_000,
  signingKeysBytes: 256 * 1024,
  /** Superseded epochs that are remembered, so that none comes back. */
  pastEpochs: 32,
} as const;
