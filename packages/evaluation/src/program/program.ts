/** What a program is: one flat array per flag that decides for everyday contexts and touches few places in memory. */

/**
 * The steps of one flag in the order in which `evaluate` takes them, without a gap between them:
 *
 * `[TARGETS, keys]`                                    a named person goes the careful way
 * `[operator, attribute, literal, next]`               one condition; where it fails, the flag goes on at `next`
 * `[ANSWER, answer]`                                   the end
 * `[SPLIT, attribute, salt, offset, size, prefix, …, end, answer, …]`
 *                                                      the end: the answer of the first piece that ends above the slot;
 *                                                      the salt's prefix (see `prefixOf`) takes `size` places
 * `[CAREFUL]`                                          the end: only the plan can tell
 *
 * An answer is a place until somebody first gets it (see `placeOf`), and `CAREFULLY` where it is not the same for everybody.
 */
export type Program = unknown[];

/** An answer that only the plan can give. */
export const CAREFULLY = null;
export const DEFAULT_RULE = -1;

/** Where in the plan an answer is to be made from: the rule (or `DEFAULT_RULE`) and the piece of its split, as one number. */
export const placeOf = (rule: number, piece: number): number => piece * PLACES_A_PIECE + rule + 1;
export const ruleOf = (place: number): number => (place % PLACES_A_PIECE) - 1;
export const pieceOf = (place: number): number => Math.floor(place / PLACES_A_PIECE);

/** More than a flag has rules. */
const PLACES_A_PIECE = 1_024;
