/** A person in the address of a page: behind its #, which browsers send to nobody. */

const NAME = "person=";

export const personLink = (key: string): string => NAME + encodeURIComponent(key);

/** Shape: undefined where the address names nobody. */
export function personIn(hash: string): string | undefined {
  if (!hash.startsWith(NAME)) return undefined;
  try {
    return decodeURIComponent(hash.slice(NAME.length)) || undefined;
  } catch {
    return undefined;
  }
}
