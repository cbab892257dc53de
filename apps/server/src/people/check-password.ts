/** What a password must be: long, and not what everybody knows of its owner. */

import { ProblemError } from "@dimmer/protocol";

/** Code points. NIST SP 800-63B: length counts, rules of composition do not. */
export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 256;
/** Different characters. */
const MIN_DIFFERENT = 5;

/** Errors: `ProblemError("invalid-request")`, which says what is asked and never repeats the password. */
export function requireGoodPassword(password: string, { name, email }: { readonly name: string; readonly email: string }): void {
  const characters = Array.from(password);
  const known = [name, email, email.split("@")[0] ?? ""].map((text) => text.toLowerCase());
  const why =
    characters.length < MIN_PASSWORD || characters.length > MAX_PASSWORD
      ? `A password has ${MIN_PASSWORD} to ${MAX_PASSWORD} characters. Four random words are good.`
      : new Set(characters).size < MIN_DIFFERENT
        ? "A password has more than a few different characters."
        : known.includes(password.toLowerCase())
          ? "A password is not the name or the address of its owner."
          : undefined;
  if (why !== undefined) throw new ProblemError("invalid-request", why);
}
