/** Reads UTF-8, as the pure core knows no `TextDecoder`. */

/**
 * Shape:  well-formed bytes → text.
 * Errors: throws a `URIError` for bytes that are no UTF-8 (overlong forms and halves of surrogate pairs as well).
 */
export function decodeUtf8(bytes: Uint8Array): string {
  let escaped = "";
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, "0")}`;
  return decodeURIComponent(escaped);
}
