/** How fast a budget is spent, and when to say so: at once where it is fast, at leisure where it is slow. */

/** One rule; both of its windows must burn, the long one so that a blip is none, the short one so that it ends when the burning does. */
export interface BurnRule {
  readonly severity: "page" | "ticket";
  /** How many times too fast. */
  readonly rate: number;
  readonly longHours: number;
  readonly shortHours: number;
}

export interface BurnJudgement {
  readonly rule: BurnRule;
  readonly longRate: number;
  readonly shortRate: number;
}

const MONTH_HOURS = 30 * 24;
const DAY_HOURS = 24;
/** Of the long window. */
const SHORT_PART = 12;

/**
 * How many times too fast a budget is spent: 1 spends just all of it.
 *
 * Shape:  `spent` within the last `windowHours`; infinite where there is no budget and something is spent.
 * Errors: none.
 * Source: Google SRE Workbook, ch. 5; reference statistics 5.3.
 */
export const burnRate = (spent: number, budget: number, windowHours: number, periodHours: number): number =>
  spent === 0 ? 0 : (spent / budget) * (periodHours / windowHours);

/** The rate that spends a share of the budget within a window. */
export const burnRateOf = (budgetShare: number, windowHours: number, periodHours: number): number =>
  (budgetShare * periodHours) / windowHours;

const burnRule = (severity: BurnRule["severity"], budgetShare: number, longHours: number, periodHours: number): BurnRule => ({
  severity,
  rate: burnRateOf(budgetShare, longHours, periodHours),
  longHours,
  shortHours: longHours / SHORT_PART,
});

/** For a budget of 30 days: 2 % in an hour, 5 % in six, 10 % in three days. Source: Google SRE Workbook, ch. 5. */
export const MONTHLY_BURN_RULES: readonly BurnRule[] = [
  burnRule("page", 0.02, 1, MONTH_HOURS),
  burnRule("page", 0.05, 6, MONTH_HOURS),
  burnRule("ticket", 0.1, 72, MONTH_HOURS),
];

/** For a budget of a day: 20 % in two hours. Source: reference statistics 5.3. */
export const DAILY_BURN_RULES: readonly BurnRule[] = [burnRule("page", 0.2, 2, DAY_HOURS)];

/**
 * The rules that hold, in their order.
 *
 * Shape:  `spentWithin` answers for every window of every rule, in the budget's unit.
 * Errors: none.
 */
export const judgeBurn = (
  spentWithin: (hours: number) => number,
  budget: number,
  periodHours: number,
  rules: readonly BurnRule[],
): readonly BurnJudgement[] =>
  rules
    .map((rule) => ({
      rule,
      longRate: burnRate(spentWithin(rule.longHours), budget, rule.longHours, periodHours),
      shortRate: burnRate(spentWithin(rule.shortHours), budget, rule.shortHours, periodHours),
    }))
    .filter(({ rule, longRate, shortRate }) => longRate >= rule.rate && shortRate >= rule.rate);
