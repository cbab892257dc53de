/** Holds what was measured against what is wanted. */

/**
 * Every target with what was measured.
 *
 * Shape:  a target has `id`, `text`, `atLeast` or `atMost`, and `value(results)`; `ratios` and `met` are by id, `rows` for the
 *         table. A target whose contestants did not run is left out.
 */
export function judge(targets, results) {
  const rows = targets.flatMap((target) => {
    const value = target.value(results);
    return value === undefined || Number.isNaN(value) ? [] : [{ ...target, value, isMet: isMet(target, value) }];
  });
  return {
    rows,
    ratios: Object.fromEntries(rows.map(({ id, value }) => [id, Number(value.toPrecision(4))])),
    met: Object.fromEntries(rows.map(({ id, isMet }) => [id, isMet])),
  };
}

const isMet = ({ atLeast, atMost }, value) => (atLeast === undefined ? value <= atMost : value >= atLeast);
