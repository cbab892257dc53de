/** JSON in a text column: written once by `JSON.stringify`, read back equal. */

/**
 * Keys keep their order; NUL and lone surrogates are escapes in the text, so they survive in every dialect.
 *
 * Shape:  any JSON value; `undefined` fields are left out, as in every JSON text.
 * Errors: none.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** The caller names the type it wrote: no check, because only this store writes the column. */
export function fromJson(text: string): unknown {
  return JSON.parse(text);
}

/** For columns that may be null. */
export function fromJsonOrNull(text: string | null): unknown {
  return text === null ? null : fromJson(text);
}

const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Why a text could not be stored and read back equal, or undefined: PostgreSQL has no NUL, and UTF-8 no half of a surrogate pair. */
export function unstorableText(text: string): string | undefined {
  return UNSTORABLE.test(text)
    ? "Text with a NUL or half of a surrogate pair cannot be stored. Remove that character."
    : undefined;
}
