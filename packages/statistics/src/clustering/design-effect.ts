/** By how much requests of one user are alike: what a count of requests is worth less than as many of strangers. */

/** One user's row: requests, and those of them with the event. */
export interface UserCounts {
  readonly requests: number;
  readonly events: number;
}

/** Sums over users, whole numbers; they merge where each user has a row in one place alone. */
export interface ClusterSums {
  readonly users: number;
  readonly requests: number;
  readonly events: number;
  readonly requestsSquared: number;
  readonly eventsSquared: number;
  readonly requestsTimesEvents: number;
}

export interface DesignEffect {
  /** From 1 to `LARGEST_DESIGN_EFFECT`; what evidence is divided by. */
  readonly designEffect: number;
  /** Whether users are so alike in themselves that "had any event" is the better unit. */
  readonly isBeyond: boolean;
}

export const NO_CLUSTERS: ClusterSums = {
  users: 0,
  requests: 0,
  events: 0,
  requestsSquared: 0,
  eventsSquared: 0,
  requestsTimesEvents: 0,
};

/** Beyond it, requests are no evidence any more. */
export const LARGEST_DESIGN_EFFECT = 20;

/**
 * Puts a user's row as it is now in the place of what it was.
 *
 * Shape:  `before` is the row that is in the sums already; undefined for a user who is new. Squares do not add up over time: a row in two
 *         buckets, counted as two users, would hide how alike its requests are.
 * Errors: none.
 * Source: reference statistics 1.
 */
export function countUser(sums: ClusterSums, now: UserCounts, before?: UserCounts): ClusterSums {
  const was = before ?? { requests: 0, events: 0 };
  return {
    users: sums.users + (before === undefined ? 1 : 0),
    requests: sums.requests + now.requests - was.requests,
    events: sums.events + now.events - was.events,
    requestsSquared: sums.requestsSquared + now.requests ** 2 - was.requests ** 2,
    eventsSquared: sums.eventsSquared + now.events ** 2 - was.events ** 2,
    requestsTimesEvents: sums.requestsTimesEvents + now.requests * now.events - was.requests * was.events,
  };
}

/** Shape: of users in one of the two only; exact in any order. */
export const mergeClusters = (one: ClusterSums, other: ClusterSums): ClusterSums => ({
  users: one.users + other.users,
  requests: one.requests + other.requests,
  events: one.events + other.events,
  requestsSquared: one.requestsSquared + other.requestsSquared,
  eventsSquared: one.eventsSquared + other.eventsSquared,
  requestsTimesEvents: one.requestsTimesEvents + other.requestsTimesEvents,
});

/**
 * Estimates the design effect.
 *
 * Shape:  of several groups the largest, as of this ramp and of the control's day before: too small a one makes false alarms, too large a
 *         one late ones. 1 where nothing can be estimated, without events or with nothing else.
 * Errors: none.
 * Source: reference statistics 2.5; Lindon et al., arXiv:2210.08589.
 */
export function estimateDesignEffect(...groups: readonly ClusterSums[]): DesignEffect {
  const largest = Math.max(1, ...groups.map(varianceRatio));
  return { designEffect: Math.min(LARGEST_DESIGN_EFFECT, largest), isBeyond: largest > LARGEST_DESIGN_EFFECT };
}

/** Σ(x − pm)² over what it would be of independent requests. */
function varianceRatio({ requests, events, requestsSquared, eventsSquared, requestsTimesEvents }: ClusterSums): number {
  const rate = events / requests;
  const independent = rate * (1 - rate) * requests;
  return independent > 0 ? (eventsSquared - 2 * rate * requestsTimesEvents + rate ** 2 * requestsSquared) / independent : 1;
}
