/** How likely each arm is the best one: by quadrature and not by draws, so that replicas give the same weights. */

import type { ShareCounts } from "../effects/shares.ts";
import { incompleteBeta, logBeta } from "../special/incomplete-beta.ts";
import { integrate } from "../special/integrate.ts";
import { normalCdf, normalDensity } from "../special/normal.ts";
import { sum } from "../special/sum.ts";

/** A normal posterior. */
export interface NormalBelief {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** In standard deviations of an arm: where it turns, and beyond the last it is nothing. */
const TURNS = [-9, -6, -3, 0, 3, 6, 9];

/**
 * P(arm i has the largest mean), for each.
 *
 * Shape:  at least one arm, standard deviations above 0; together 1. Spreads may differ by orders of magnitude: the integral is cut where
 *         any arm turns.
 * Errors: none.
 * Source: ∫ φᵢ Πⱼ Φⱼ, reference statistics 7.
 */
export function probabilityBest(arms: readonly NormalBelief[]): number[] {
  const turns = arms.flatMap(({ mean, standardDeviation }) => TURNS.map((turn) => mean + turn * standardDeviation));
  const scaled = (x: number, { mean, standardDeviation }: NormalBelief) => (x - mean) / standardDeviation;
  return bestOf(arms, turns, {
    density: (x, arm) => normalDensity(scaled(x, arm)) / arm.standardDeviation,
    below: (x, arm) => normalCdf(scaled(x, arm)),
  });
}

interface Belief<A> {
  readonly density: (x: number, arm: A) => number;
  readonly below: (x: number, arm: A) => number;
}

function bestOf<A>(arms: readonly A[], turns: readonly number[], { density, below }: Belief<A>): number[] {
  const breaks = [...turns].sort((one, other) => one - other);
  const shares = arms.map((arm, i) =>
    integrate(
      (x) => arms.reduce((product, other, j) => (i === j ? product : product * below(x, other)), density(x, arm)),
      breaks,
    ),
  );
  const total = sum(shares);
  return shares.map((share) => share / total);
}

/** Pseudo-counts with and without the event, as if seen before. */
export interface BetaPrior {
  readonly events: number;
  readonly others: number;
}

/** Jeffreys's. */
export const JEFFREYS: BetaPrior = { events: 0.5, others: 0.5 };

/**
 * P(arm i has the largest share), for each, under Beta posteriors.
 *
 * Shape:  pseudo-counts of the prior from ½, below which the density would have a pole; else as `probabilityBest`.
 * Errors: none.
 */
export function probabilityBestShare(arms: readonly ShareCounts[], prior: BetaPrior): number[] {
  const posteriors = arms.map(({ n, events }) => ({ a: prior.events + events, b: prior.others + n - events }));
  // Over the angle of which the share is the squared sine, every such posterior is smooth to its ends and has nearly the same width.
  const turns = posteriors.flatMap(({ a, b }) =>
    TURNS.map((turn) => Math.asin(Math.sqrt(a / (a + b))) + turn / (2 * Math.sqrt(a + b))),
  );
  const inside = turns.map((turn) => Math.min(Math.PI / 2, Math.max(0, turn)));
  return bestOf(posteriors, inside, {
    density: (angle, { a, b }) =>
      2 * Math.exp((2 * a - 1) * Math.log(Math.sin(angle)) + (2 * b - 1) * Math.log(Math.cos(angle)) - logBeta(a, b)),
    below: (angle, { a, b }) => incompleteBeta(a, b, Math.sin(angle) ** 2, Math.cos(angle) ** 2),
  });
}

/**
 * The arms' shares of traffic: P(best), with a floor under each.
 *
 * Shape:  `floor` of each arm; where the floors take all, every arm has the same. Below 0 it is 0.
 * Errors: none.
 * Source: f + (1 − kf)·P(best), reference statistics 7; cutting at the floor and scaling again would push arms below it.
 */
export function withFloor(raw: readonly number[], floor: number): number[] {
  const each = Math.min(Math.max(0, floor), 1 / raw.length);
  return raw.map((share) => each + (1 - raw.length * each) * share);
}
