/** Which guardrails count something that is true of a run or a call, and which compare means of people. */

import { type GuardrailMetric, RATE_METRICS } from "@dimmer/protocol";

export const isRateMetric = (metric: GuardrailMetric): boolean => (RATE_METRICS as readonly string[]).includes(metric);
