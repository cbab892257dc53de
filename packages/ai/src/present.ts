/** Objects without the fields that are undefined or null: an absent field means unknown, and some receivers refuse the other kinds. */

/** The same, where every optional field may be written down as undefined. */
export type Loose<T> = { readonly [Field in keyof T]: T[Field] | (object extends Pick<T, Field> ? undefined : never) };

/** Shape: a copy of the fields that are there. Errors: none. */
export function present<T extends object>(fields: Loose<T>): T {
  const copy: Record<string, unknown> = {};
  addPresent(copy, fields);
  return copy as T;
}

/**
 * The same into an object that is being made, from `{}` and never from a spread: V8 gives an object that is added to after a spread a
 * hidden class of its own, which takes twenty times as long, and every call of a model makes a dozen of these.
 */
export function addPresent(copy: Record<string, unknown>, fields: object): void {
  const given = fields as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (value !== undefined && value !== null) copy[name] = value;
  }
}
