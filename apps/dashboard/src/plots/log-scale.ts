/** A log axis for ratios: how far it reaches, where a ratio stands on it, and which ratios are written at it. */

export interface LogScale {
  readonly from: number;
  readonly to: number;
}

/** Nothing beyond is drawn where it is: a ratio of nothing to something has no place on a log axis. */
const LEAST = 1 / 16;
const MOST = 16;
/** As far as it always reaches, so that noise does not look like a storm. */
const QUIET: LogScale = { from: 1 / 1.25, to: 1.25 };
const ROOM = 1.06;
const TICKS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1 / 1.25, 1, 1.25, 1.5, 2, 3, 5, 8, 12, 16];
/** Between any two, as a part of the axis: as much as a line of small text is of a plot. */
const APART = 0.16;

/** Shape: reaches all of them and 1, with a little room. */
export function logScaleOf(ratios: readonly number[]): LogScale {
  const known = ratios.map(bound);
  return {
    from: Math.max(LEAST, Math.min(QUIET.from, ...known) / ROOM),
    to: Math.min(MOST, Math.max(QUIET.to, ...known) * ROOM),
  };
}

/** Shape: 0 at the foot of the axis, 1 at its head. */
export function placeOnLog({ from, to }: LogScale, ratio: number): number {
  const place = Math.log(bound(ratio) / from) / Math.log(to / from);
  return Math.min(1, Math.max(0, place));
}

/** Shape: ascending, 1 among them, and none so near to another that both could not be read. */
export function ticksOfLog(scale: LogScale): readonly number[] {
  const kept: number[] = [];
  const inside = TICKS.filter((tick) => tick >= scale.from && tick <= scale.to);
  // 1 first, then outwards.
  for (const tick of inside.sort((one, other) => Math.abs(Math.log(one)) - Math.abs(Math.log(other)))) {
    const place = placeOnLog(scale, tick);
    if (kept.every((other) => Math.abs(placeOnLog(scale, other) - place) >= APART)) kept.push(tick);
  }
  return kept.sort((one, other) => one - other);
}

const bound = (ratio: number): number => Math.min(MOST, Math.max(LEAST, ratio));
