/** The edges of a plot: a time of day where it is about a day, else a date. */

const DAY_MS = 86_400_000;

const time = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

export const sayMoment = (at: number, lengthMs: number): string => (lengthMs > 2 * DAY_MS ? date : time).format(at);
