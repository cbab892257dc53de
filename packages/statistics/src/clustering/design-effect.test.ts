/** The design effect against its definition, row by row. */

import { describe, expect, test } from "vitest";
import {
  type ClusterSums,
  countUser,
  estimateDesignEffect,
  mergeClusters,
  NO_CLUSTERS,
  type UserCounts,
} from "./design-effect.ts";

const sumsOf = (rows: readonly UserCounts[]): ClusterSums =>
  rows.reduce<ClusterSums>((sums, row) => countUser(sums, row), NO_CLUSTERS);
const user = (requests: number, events: number): UserCounts => ({ requests, events });
const ROWS = [user(1, 0), user(5, 4), user(3, 0), user(8, 0), user(2, 1), user(6, 5), user(10, 0)];

describe("the design effect", () => {
  test("is the users' scatter over that of independent requests", () => {
    const requests = ROWS.reduce((sum, row) => sum + row.requests, 0);
    const rate = ROWS.reduce((sum, row) => sum + row.events, 0) / requests;
    const scatter = ROWS.reduce((sum, row) => sum + (row.events - rate * row.requests) ** 2, 0);
    const { designEffect, isBeyond } = estimateDesignEffect(sumsOf(ROWS));
    expect(designEffect).toBeCloseTo(scatter / (rate * (1 - rate) * requests), 12);
    expect(designEffect).toBeGreaterThan(2);
    expect(isBeyond).toBe(false);
  });

  test("of several groups is the largest, and never below 1", () => {
    const alike = sumsOf([user(10, 5), user(10, 5), user(10, 5)]);
    expect(estimateDesignEffect(alike)).toEqual({ designEffect: 1, isBeyond: false });
    expect(estimateDesignEffect(alike, sumsOf(ROWS))).toEqual(estimateDesignEffect(sumsOf(ROWS)));
  });

  test("has an end", () => {
    expect(estimateDesignEffect(sumsOf([user(100, 100), user(100, 0), user(100, 0)]))).toEqual({
      designEffect: 20,
      isBeyond: true,
    });
  });

  test("of nothing is 1", () => {
    for (const rows of [[], [user(5, 0)], [user(5, 5)]])
      expect(estimateDesignEffect(sumsOf(rows))).toEqual({ designEffect: 1, isBeyond: false });
    expect(estimateDesignEffect()).toEqual({ designEffect: 1, isBeyond: false });
  });
});

describe("the sums", () => {
  test("take a row in the place of what it was, so that a user's buckets are not two users", () => {
    const grown = countUser(countUser(sumsOf(ROWS), user(2, 1)), user(7, 3), user(2, 1));
    expect(grown).toEqual(sumsOf([...ROWS, user(7, 3)]));
  });

  test("merge in any order to the same", () => {
    const [one, other] = [sumsOf(ROWS.slice(0, 3)), sumsOf(ROWS.slice(3))];
    expect(mergeClusters(one, other)).toEqual(sumsOf(ROWS));
    expect(mergeClusters(other, one)).toEqual(sumsOf(ROWS));
    expect(mergeClusters(one, NO_CLUSTERS)).toEqual(one);
  });
});
