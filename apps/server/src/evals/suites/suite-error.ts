/** What ends a whole run of a suite, because every further item would meet it too. */

/** Shape: `wrong-suite` is a mistake in what was asked for; `ended` came up on the way. `mend` says what to do. */
export class SuiteError extends Error {
  override readonly name = "SuiteError";
  readonly kind: "wrong-suite" | "ended";
  readonly mend: string | undefined;

  constructor(kind: SuiteError["kind"], message: string, mend?: string) {
    super(message);
    this.kind = kind;
    this.mend = mend;
  }
}
