/** What the adapters share: the types of a vendor's overloaded `create`, and careful reading of foreign data. */

type Fn = (...args: never[]) => unknown;

/** A method that gives a whole answer or a stream, by its first two overloads. */
type Answers<Create> = Create extends {
  (...args: never[]): infer Whole;
  (...args: never[]): infer Streamed;
  (...args: never[]): unknown;
}
  ? { readonly whole: Awaited<Whole>; readonly stream: Awaited<Streamed> }
  : Create extends Fn
    ? { readonly whole: Awaited<ReturnType<Create>>; readonly stream: Awaited<ReturnType<Create>> }
    : never;

/** The vendor's own type of a whole answer. */
export type WholeOf<Create> = Answers<Create>["whole"];
/** The vendor's own type of a stream. */
export type StreamOf<Create> = Answers<Create>["stream"];

/** A `create` as it is called here: what goes in was made by us. */
export type LooseCreate = (body: object, request: object) => PromiseLike<unknown>;

export interface VendorCallOptions {
  /** What goes into each request beside the config, in the vendor's words; it wins over the config. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Messages after those of the config, in the vendor's words: a conversation so far, the user's question. */
  readonly messages?: readonly object[];
  /** For the vendor's client: `maxRetries`, `headers`. */
  readonly request?: Readonly<Record<string, unknown>>;
}

// Reading: every step may find something else than it expects, and finds nothing then.

export const at = (from: unknown, field: string): unknown =>
  typeof from === "object" && from !== null ? (from as Readonly<Record<string, unknown>>)[field] : undefined;

export const textAt = (from: unknown, field: string): string | undefined => {
  const value = at(from, field);
  return typeof value === "string" ? value : undefined;
};

export const listAt = (from: unknown, field: string): readonly unknown[] => {
  const value = at(from, field);
  return Array.isArray(value) ? value : [];
};

/** A vendor's count; anything else in its place is unknown. */
export const countAt = (from: unknown, field: string): number | undefined => {
  const value = at(from, field);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
};
