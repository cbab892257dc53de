/** Every bound of the document and of an evaluation, in one place. */

export const LIMITS = {
  /** Per condition tree. */
  treeDepth: 16,
  treeNodes: 2_000,
  /** Elements of an array-valued attribute. */
  arrayElements: 1_000,
  /** Entries of one operator's list. */
  listEntries: 1_000,
  /** Keys of one of a segment's lists, or of one variant's targets. */
  segmentKeys: 10_000,
  /** RE2 instructions of one pattern. */
  patternProgram: 256,
  /**
   * Of all patterns of one tree together, and at save of all trees of one environment (a flag's, a segment's) or of all `only` of a
   * flag: what compiling them costs, in units of half a millisecond to a few.
   */
  patternWeight: 100,
  /** UTF-16 code units of one pattern's source. */
  patternSource: 1_024,
  /** UTF-16 code units a pattern looks at. */
  patternInput: 1_024,
  /** Program size × length, summed, per evaluation. */
  matcherSteps: 300_000,
  /** Conditions, elements and list entries looked at, per evaluation. */
  evaluationSteps: 200_000,
  /** Flags in a chain of `requires`; segments in a chain of segments. */
  chain: 32,
  /** UTF-16 code units of a semver, as in npm; of an RFC 3339 instant. */
  semverText: 256,
  instantText: 64,
  rules: 500,
  variants: 100,
  /** UTF-16 code units of keys and names. */
  flagKey: 128,
  variantKey: 64,
  ruleId: 64,
  text: 2_000,
  /** Attributes that a project declares, UTF-16 code units of a name, values of one, and UTF-16 code units of a value. */
  declaredAttributes: 200,
  declaredName: 128,
  declaredValues: 100,
  declaredValue: 256,
  tags: 50,
  /** Inputs of one flag. */
  inputs: 100,
  /** Expectations of one flag. */
  expectations: 200,
  /** Bytes of one variant's value as JSON. */
  valueBytes: 256_000,
  valueDepth: 64,
  /** Characters of a signed token. */
  tokenChars: 8_192,
  /** Calls a minute that a budget may allow. */
  callsPerMinute: 1_000_000,
  /** Budgets in dollars of one flag in an environment, micro-dollars of one, and per cent of it at which it is off. */
  spendBudgets: 10,
  spendMicroUsd: 10_000_000_000_000,
  spendOffPercent: 1_000,
  /** Pin tokens of one context. */
  pinTokens: 16,
  /** Issues reported for one document; the rest are counted. */
  issues: 200,
} as const;
