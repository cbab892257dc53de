/** What is wrong with foreign data, where, and how to mend it. */

/**
 * Shape:  `path` is a JSON Pointer (RFC 6901) into the data as given, `""` for the whole.
 * An `error` makes the value unusable; a `warning` does not.
 */
export interface Issue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly mend: string;
  readonly severity: "error" | "warning";
}

/** The form of every reader of foreign data: what could be read, and what is wrong with the rest. */
export interface Parsed<T> {
  /** Undefined when nothing usable is left; single bad flags are left out and reported. */
  readonly value: T | undefined;
  readonly issues: readonly Issue[];
}
