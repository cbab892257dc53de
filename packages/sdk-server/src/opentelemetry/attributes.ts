/** OpenTelemetry's names for feature flags, as of semantic conventions 1.45: the one place to change when they do. */

export const EVALUATION_EVENT = "feature_flag.evaluation";

/** Status: release candidate. Left out are the names that were replaced (`feature_flag.variant`, `error.message` …). */
export const ATTRIBUTES = {
  key: "feature_flag.key",
  variant: "feature_flag.result.variant",
  value: "feature_flag.result.value",
  reason: "feature_flag.result.reason",
  contextId: "feature_flag.context.id",
  setId: "feature_flag.set.id",
  version: "feature_flag.version",
  providerName: "feature_flag.provider.name",
  errorType: "error.type",
  errorMessage: "feature_flag.error.message",
} as const;
