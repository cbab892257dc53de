/** What the engine needs of its host: time, chance, the network and one timer. */

/** Two clocks, because a wall clock may jump and a duration must not. */
export interface Clock {
  /** Epoch milliseconds; only to read dates that others sent. */
  now(): number;
  /** Milliseconds from any origin, never backwards; every duration is measured with it. */
  monotonicMs(): number;
}

/**
 * Runs once after a delay of at most `ENGINE_LIMITS.timerMs`; what it returns cancels. The host decides whether a pending timer keeps
 * the process alive.
 */
export type SetTimer = (delayMs: number, run: () => void) => () => void;

export type Compress = (text: string) => Promise<Uint8Array<ArrayBuffer>>;

export type LogLevel = "debug" | "warn" | "error";

/**
 * The engine's host.
 *
 * Shape:  `fetch` is the web's; `random` gives [0, 1); `log` gets sentences that never hold a key; `compress` gives gzip, and a host that
 *         has none sends everything as it is.
 * Errors: `fetch` and `compress` may reject with anything; the rest must not throw.
 */
export interface Ports {
  readonly clock: Clock;
  readonly random: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly setTimer: SetTimer;
  readonly compress?: Compress | undefined;
  readonly log?: ((level: LogLevel, message: string) => void) | undefined;
}
