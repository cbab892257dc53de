/** Kleene's three truth values: what cannot be decided stays undecided, also through `not`. */

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN;

/** For traces. */
export const TRUTH_WORDS = ["false", "true", "unknown"] as const;
