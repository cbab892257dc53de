/** Every bound of the server's edge, in one place. */

import { LIMITS } from "@dimmer/evaluation";

const KB = 1024;
const MB = 1024 * KB;
/** What stands around a flag's value at most: a change, its operations, one of them, a definition, its variants, the variant. */
const VALUE_ENVELOPE_DEPTH = 6;

export const HTTP_LIMITS = {
  /** Bytes of a request body, by what it may hold. */
  body: { standard: MB, evaluation: 64 * KB, change: 4 * MB, link: KB },
  /** A compressed body may become so many times what came of it, once it is more than so many bytes: what apps send becomes thirty times. */
  inflation: { times: 200, fromBytes: 64 * KB },
  /** Nesting of a JSON body: what a value may have, and what stands around it. */
  jsonDepth: LIMITS.valueDepth + VALUE_ENVELOPE_DEPTH,
  /** Header lines of a request, and their bytes together. */
  headerLines: 100,
  headerBytes: 16 * KB,
  /** UTF-16 code units of one decoded path segment, or of the rest of the path behind a wildcard. */
  pathSegment: 512,
  /** Visible ASCII characters of a credential. */
  credential: 512,
  /** Characters of a request id that we take over from the caller. */
  requestId: 64,
  /** Milliseconds until the whole head, and the whole request, must have arrived. */
  headTimeoutMs: 15_000,
  requestTimeoutMs: 30_000,
  /** How often sockets are checked against the two. */
  timeoutCheckMs: 5_000,
  /**
   * Connections that may wait to be accepted; the kernel's own bound is often the same. Node's 511 turned away most of a crowd that
   * came back at once after a restart, and who is turned away waits for up to half a minute before TCP tries again.
   */
  backlog: 4_096,
  /** Longer than the usual 60 s of load balancers, so that they close idle connections and not we. */
  keepAliveMs: 72_000,
  idempotency: {
    /** How long an answer is kept for the same request again. */
    keptMs: 24 * 60 * 60 * 1000,
    /** Bytes of headers and body; of a longer answer only that it was given. */
    answerBytes: 64 * KB,
    /** The newest that are kept, of one key and of all together. */
    answersOfCaller: 5_000,
    answers: 20_000,
    /** So many may be above the bounds. */
    answersBetweenSweeps: 100,
    sweepMs: 60 * 60 * 1000,
  },
  /** Milliseconds after which a backup that nobody takes is cut. */
  backupStalledMs: 30_000,
  /** Top-level attributes of an evaluation context. */
  contextAttributes: 1_000,
  /** Items of a page. */
  pageDefault: 50,
  pageMax: 200,
} as const;
