/** Minutes and days of telemetry, in epoch milliseconds and UTC. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The beginning of the minute, and of the day, in which a time lies. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;
export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
