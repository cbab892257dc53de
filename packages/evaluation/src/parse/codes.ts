/** Every kind of issue the parser reports. */

/**
 * Shape:  `structural` issues are those that `spec/flag-document.schema.json` finds too (a test holds the two together);
 *         the others need more than one place of the document, or more than a schema can say.
 * Source: ADR-0002.
 */
export interface IssueKind {
  readonly structural: boolean;
  readonly severity: "error" | "warning";
}

const STRUCTURAL: IssueKind = { structural: true, severity: "error" };
const SEMANTIC: IssueKind = { structural: false, severity: "error" };
const WARNING: IssueKind = { structural: false, severity: "warning" };

/** Code → kind. Codes are permanent: tools and translations hang on them. */
export const ISSUE_KINDS = {
  // Shape.
  "wrong-type": STRUCTURAL,
  "unknown-field": STRUCTURAL,
  "missing-field": STRUCTURAL,
  "unknown-choice": STRUCTURAL,
  "bad-version": STRUCTURAL,
  "bad-key": STRUCTURAL,
  "reserved-key": STRUCTURAL,
  "bad-format": STRUCTURAL,
  "out-of-range": STRUCTURAL,
  "empty-text": STRUCTURAL,
  "too-long": STRUCTURAL,
  "too-few": STRUCTURAL,
  "too-many": STRUCTURAL,
  "two-lifetimes": STRUCTURAL,
  "two-expectations": STRUCTURAL,
  "value-type": STRUCTURAL,
  "next-rule-in-default": STRUCTURAL,
  "empty-tree": STRUCTURAL,
  "null-literal": STRUCTURAL,
  "unknown-operator": STRUCTURAL,

  // Meaning of one place.
  "bad-date": SEMANTIC,
  "unsafe-link": SEMANTIC,
  "not-json": SEMANTIC,
  "too-large": SEMANTIC,
  "too-deep": SEMANTIC,
  "tree-too-deep": SEMANTIC,
  "tree-too-large": SEMANTIC,
  "bad-semver": SEMANTIC,
  "bad-instant": SEMANTIC,
  "bad-cidr": SEMANTIC,
  "bad-pattern": SEMANTIC,
  "too-many-patterns": SEMANTIC,
  "percent-decimals": SEMANTIC,
  "bad-declaration": SEMANTIC,

  // Several places that must fit together.
  "ai-config-in-browser": SEMANTIC,
  "inputs-without-templates": SEMANTIC,
  "duplicate-input": SEMANTIC,
  "split-sum": SEMANTIC,
  "bad-stored-split": SEMANTIC,
  "stored-mismatch": SEMANTIC,
  "unknown-variant": SEMANTIC,
  "restricted-fallback": SEMANTIC,
  "budget-scope": SEMANTIC,
  "duplicate-rule": SEMANTIC,
  "duplicate-target": SEMANTIC,
  "requires-cycle": SEMANTIC,
  "requires-chain": SEMANTIC,
  "segment-cycle": SEMANTIC,
  "segment-chain": SEMANTIC,
  "attribute-type": SEMANTIC,
  "attribute-value": SEMANTIC,
  "unknown-attribute": SEMANTIC,
  "more-issues": SEMANTIC,

  // What may be meant, but seldom is.
  "fallback-may-end": WARNING,
  "only-not-implied": WARNING,
  "missing-flag": WARNING,
  "missing-segment": WARNING,
  "undeclared-attribute": WARNING,
  "more-warnings": WARNING,
} as const satisfies Readonly<Record<string, IssueKind>>;

export type IssueCode = keyof typeof ISSUE_KINDS;
