/** Decides flags: one pure function over a compiled snapshot, the same on every runtime. */
export * from "./bucketing/check-split.ts";
export { liveShares } from "./bucketing/live-shares.ts";
export * from "./bucketing/ramp-split.ts";
export * from "./bucketing/reallocate-split.ts";
export { slotOf } from "./bucketing/slot.ts";
export * from "./bucketing/split.ts";
export * from "./bucketing/split-moves.ts";
export * from "./bucketing/store-split.ts";
export * from "./build-snapshot.ts";
export * from "./check-expectations.ts";
export * from "./check-snapshot.ts";
export * from "./compile-snapshot.ts";
export * from "./context.ts";
export * from "./declaration.ts";
export * from "./details.ts";
export { evaluate } from "./evaluate.ts";
export * from "./explain.ts";
export * from "./flag.ts";
export * from "./json.ts";
export * from "./limits.ts";
export { checkAttributeUse } from "./parse/attribute-use.ts";
export { parseCondition } from "./parse/condition.ts";
export { parseContextDeclaration } from "./parse/declaration.ts";
export { parseDocument } from "./parse/document.ts";
export { parseFlagEnvironment } from "./parse/environment.ts";
export { parseFlagDefinition, parseSharedFields } from "./parse/flag-definition.ts";
export * from "./parse/issue.ts";
export { editDistance, nearestWord, suggest } from "./parse/nearest.ts";
export { checkReferences } from "./parse/references.ts";
export { parseRule } from "./parse/rule.ts";
export { parseSegmentDefinition, parseSegmentEnvironment } from "./parse/segment.ts";
export { parseServe } from "./parse/serve.ts";
export { checkEnvironmentKey, checkFlagKey, checkRuleId, checkSegmentKey, checkVariantKey } from "./parse/keys.ts";
export * from "./snapshot.ts";
export { spendAttributes, type SpendAttributes, type SpendUnit, spendUnits } from "./spend.ts";
export { type Address, type Cidr, cidrContains, parseAddress, parseCidr } from "./targeting/cidr.ts";
export { instantOf } from "./targeting/instant.ts";
export { compilePattern, type Pattern } from "./targeting/pattern.ts";
export { compareSemver, parseSemver, type Semver } from "./targeting/semver.ts";
export { pinnedAnswer, type PinnedAnswer, pinUnit, readPins, type ReadPins, signPin, type Verifying } from "./token/pin-token.ts";
export {
  type Hmac,
  signToken,
  type TokenClaims,
  type TokenKey,
  type TokenType,
  type VerifiedToken,
  verifyToken,
} from "./token/signed-token.ts";
export * from "./trace.ts";
export * from "./who-moves.ts";
export { listOf, sayCondition } from "./words/say-condition.ts";
export * from "./words/say-measures.ts";
export * from "./words/say-serving.ts";
export { saySpend } from "./words/say-spend.ts";
