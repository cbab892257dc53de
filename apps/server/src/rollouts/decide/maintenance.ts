/** Whether a time lies in one of a plan's windows, in which nothing is raised. */

import { type MaintenanceWindow, WEEKDAYS } from "@dimmer/protocol";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Shape: `until` before `from` is of the next day; the days are those in which a window begins. A zone that is unknown counts as UTC. */
export const findWindow = (windows: readonly MaintenanceWindow[], at: number): MaintenanceWindow | undefined =>
  windows.find((window) => isWithin(window, at));

function isWithin({ days, from, until, timeZone }: MaintenanceWindow, at: number): boolean {
  const [begins, ends] = [minuteOf(from), minuteOf(until)];
  const lengthMinutes = (ends - begins + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const { minute } = localTime(at, timeZone);
  const sinceBegin = (minute - begins + DAY_MINUTES) % DAY_MINUTES;
  if (sinceBegin >= lengthMinutes) return false;
  return days.includes(localTime(at - sinceBegin * MINUTE_MS, timeZone).day);
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

interface LocalTime {
  readonly day: (typeof WEEKDAYS)[number];
  readonly minute: number;
}

function localTime(at: number, timeZone: string): LocalTime {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  const day = WEEKDAYS.find((weekday) => part("weekday").toLowerCase().startsWith(weekday)) ?? "mon";
  return { day, minute: Number(part("hour")) * 60 + Number(part("minute")) };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const shape = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { ...shape, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...shape, timeZone: "UTC" });
  }
}
