/** Objects without the fields that are undefined: an absent field means unknown, and some receivers refuse the other kind. */

/** The same, where every optional field may be written down as undefined. */
export type Loose<T> = { readonly [Field in keyof T]: T[Field] | (object extends Pick<T, Field> ? undefined : never) };

/** Shape: a copy of the fields that are there. Errors: none. */
export function present<T extends object>(fields: Loose<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
