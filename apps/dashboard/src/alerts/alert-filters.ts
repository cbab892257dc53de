/** Which alerts the inbox shows. */

export const ALERT_FILTERS = ["open", "acknowledged", "resolved", "all"] as const;
export type AlertFilter = (typeof ALERT_FILTERS)[number];
export const USUAL_FILTER: AlertFilter = "open";

/** Only what is offered; an address that says anything else shows the usual. */
export const readAlertFilter = (given: unknown): AlertFilter | undefined =>
  ALERT_FILTERS.find((one) => one === given && one !== USUAL_FILTER);
