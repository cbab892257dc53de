/** How long something takes and how long until it comes, in words that do not change every second. */

const MINUTES_A_DAY = 1_440;
const MINUTE_MS = 60_000;
/** From here on hours are told without minutes. */
const WHOLE_HOURS_FROM = 6 * 60;

/** "40 min", "2 h", "1 h 20 min", "3 days" */
export function sayMinutes(minutes: number): string {
  const whole = Math.max(1, Math.round(minutes));
  if (whole < 60) return `${whole} min`;
  if (whole < MINUTES_A_DAY) {
    const rest = whole >= WHOLE_HOURS_FROM ? 0 : whole % 60;
    return rest === 0 ? `${Math.round(whole / 60)} h` : `${Math.floor(whole / 60)} h ${rest} min`;
  }
  const hours = Math.round(whole / 60);
  const [days, over] = [Math.floor(hours / 24), hours % 24];
  const inDays = days === 1 ? "1 day" : `${days} days`;
  return over === 0 || days >= 3 ? inDays : `${inDays} ${over} h`;
}

/**
 * Until something may happen: "In 1 h 20 min at the earliest."
 *
 * Shape:  in whole minutes, rounded up, so that it counts down once a minute and never up.
 */
export function sayWait(at: string, now: number): string {
  const minutes = Math.ceil((Date.parse(at) - now) / MINUTE_MS);
  if (minutes <= 0) return "At the next look.";
  return minutes === 1 ? "Within a minute." : `In ${sayMinutes(minutes)} at the earliest.`;
}
