/** The evaluation context: who asks. */

/**
 * Shape:  attributes by name, nested objects and arrays allowed; `targetingKey` names the person or thing.
 * Errors: anything else (a number, an array, null) is INVALID_CONTEXT.
 */
export interface EvaluationContext {
  readonly targetingKey?: string | undefined;
  readonly [attribute: string]: unknown;
}

/** What a caller may hand to `evaluate` beside the context; every token in it is already verified. */
export interface EvaluateOptions {
  /** Epoch milliseconds; without it pins never expire. */
  readonly now?: number;
  /** Flag key → the pin this session holds. */
  readonly pins?: Readonly<Record<string, Pin>>;
  /** Flag key → variant. */
  readonly overrides?: Readonly<Record<string, string>>;
  /**
   * What counts for `only`, where whoever asks is not to be believed: the attributes that somebody trustworthy signed. What is not
   * among them is unknown, to `exists` as well: nobody gets a variant by saying less.
   */
  readonly proven?: EvaluationContext;
}

/** The first answer of a session or conversation, kept for its life. */
export interface Pin {
  readonly variant: string;
  readonly valueVersion: number;
  readonly pinEpoch: number;
  /** The reason first given. */
  readonly reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT";
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}
