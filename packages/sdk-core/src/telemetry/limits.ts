/** Every bound of what an SDK counts and sends, in one place. */

export const TELEMETRY_LIMITS = {
  /** A bucket is sent at least this long after its first evaluation, and up to the spread more, by chance. */
  bucketMs: 10_000,
  bucketSpreadMs: 5_000,
  /** Different answers in one bucket: flag × variant × value version × path × rule × reason × error code. */
  entries: 2_000,
  /** Of them, names of flags that there are not. */
  unknownFlags: 1_000,
  /** UTF-16 code units of a name; a longer one is dropped, and counted as such. */
  nameChars: 256,
  /** Rules, defaults and pins whose people are counted in one bucket. */
  addresses: 300,
  /** A context is looked at for its attributes' names once in so many evaluations; a power of two. */
  attributesEvery: 64,
  /** Names of attributes in one bucket, how deep objects are followed, and how many members of each. */
  attributes: 200,
  attributeDepth: 3,
  attributeMembers: 50,
  attributeChars: 128,
  /** Different values of declared attributes in one bucket. */
  declaredValues: 1_000,
  /** Events are gathered for so long, so many of them and so many of their characters, each of which may take three bytes; and one has so many at most. */
  gatherEventsMs: 1_000,
  eventsAtOnce: 500,
  eventChars: 320_000,
  oneEventChars: 20_000,
  /** The same exposure is told of once in so long, and so many are remembered, about 4 MB. */
  exposureMs: 3_600_000,
  exposures: 50_000,
  /** Events that wait beside the batch on its way, their characters together, and what share of them goes at least when they are more. */
  eventsWaiting: 15_000,
  eventsWaitingChars: 8 * 1024 * 1024,
  shedShare: 0.1,
  /** Samples for judges: how long what they want is known, bytes of that, those that wait, those of a batch, and characters of a text. */
  wantedMs: 60_000,
  wantedBytes: 64_000,
  samplesWaiting: 100,
  samplesAtOnce: 4,
  sampleChars: 32_000,
  /** Batches of counts that wait, and their characters together. */
  batches: 30,
  batchChars: 8 * 1024 * 1024,
  /** UTF-16 code units from which a batch is compressed: below, it fits into one packet or two either way. */
  compressFromChars: 2_048,
  /** A batch, from its start to its answer; and characters of that answer. */
  sendTimeoutMs: 5_000,
  answerBytes: 128 * 1024,
  /** Times that a batch is sent before it is given up; waits in between double from the first to the longest. */
  attempts: 10,
  retryFirstMs: 2_000,
  retryMaxMs: 60_000,
  /** From `close` to the end of the last batch. */
  closeMs: 2_000,
} as const;
