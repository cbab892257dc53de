/** Writes the TypeScript module that makes the compiler check flag keys, variants, values and contexts. */

import { type FlagDefinition, type FlagDocument, variantsOf } from "@dimmer/evaluation";
import { contextFields } from "./context-type.ts";
import { quoteName, valueTypeOf } from "./value-type.ts";

/** One module without imports: the same document gives the same text. */
export function writeTypes(document: FlagDocument): string {
  const flags = Object.entries(document.flags).sort(([one], [other]) => (one < other ? -1 : 1));
  return `/** Flags of this project as TypeScript types. Written by \`dimmer types\`: run it again instead of editing. */

/** Every flag: its type, its variants, and what its value looks like. */
export interface Flags {
${flags.map(([key, flag]) => writeFlag(key, flag)).join("\n")}
}

/** Who asks: the attributes that rules, splits and pins look at. Declare what else the app sends by merging this interface. */
export interface FlagContext {
${contextFields(document)
  .map((field) => `  ${field}`)
  .join("\n")}
}
${TAIL}`;
}

function writeFlag(key: string, flag: FlagDefinition): string {
  const variants = variantsOf(flag);
  const values = Object.values(variants).flatMap(({ value, versions = {} }) => [value, ...Object.values(versions)]);
  const names = Object.keys(variants).map((name) => JSON.stringify(name));
  const comment =
    flag.description === undefined ? [] : [`  /** ${flag.description.replaceAll("*/", "*\\/").replaceAll(/\s+/gu, " ")} */`];
  return [
    ...comment,
    `  ${quoteName(key)}: {`,
    `    readonly type: ${JSON.stringify(flag.type)};`,
    `    readonly variant: ${names.join(" | ")};`,
    `    readonly value: ${valueTypeOf(values)};`,
    `  };`,
  ].join("\n");
}

const TAIL = `
export type FlagKey = keyof Flags;
type FlagType = "boolean" | "string" | "number" | "object";
/** The flags of one type: \`FlagKeyOf<"boolean">\`. */
export type FlagKeyOf<T extends FlagType> = { [K in FlagKey]: Flags[K]["type"] extends T ? K : never }[FlagKey];
export type FlagVariant<K extends FlagKey> = Flags[K]["variant"];
export type FlagValue<K extends FlagKey> = Flags[K]["value"];
/** For \`overrides\` of the client: \`{ … } satisfies FlagOverrides\`. */
export type FlagOverrides = { readonly [K in FlagKey]?: FlagVariant<K> };

type Ask<T extends FlagType> = <K extends FlagKeyOf<T>>(
  flagKey: K,
  context: FlagContext,
  defaultValue: FlagValue<K>,
) => FlagValue<K>;
type AskDetails<T extends FlagType, D> = <K extends FlagKeyOf<T>>(
  flagKey: K,
  context: FlagContext,
  defaultValue: FlagValue<K>,
) => Omit<D, "value" | "variant"> & { readonly value: FlagValue<K>; readonly variant?: FlagVariant<K> };

/** What \`openDimmer\` gives, as far as it is typed here. */
interface Client {
  booleanDetails(flagKey: string, context: object, defaultValue: boolean): object;
}

/** The look-ups of a client, with this project's flags. */
export type TypedClient<C extends Client> = Omit<C, keyof TypedLookUps<C>> & TypedLookUps<C>;
interface TypedLookUps<C extends Client> {
  readonly boolean: Ask<"boolean">;
  readonly string: Ask<"string">;
  readonly number: Ask<"number">;
  readonly object: Ask<"object">;
  readonly booleanDetails: AskDetails<"boolean", ReturnType<C["booleanDetails"]>>;
  readonly stringDetails: AskDetails<"string", ReturnType<C["booleanDetails"]>>;
  readonly numberDetails: AskDetails<"number", ReturnType<C["booleanDetails"]>>;
  readonly objectDetails: AskDetails<"object", ReturnType<C["booleanDetails"]>>;
}

/** Gives the client back, typed: \`const flags = typed(openDimmer({ … }))\`. */
export function typed<C extends Client>(client: C): TypedClient<C> {
  return client as unknown as TypedClient<C>;
}
`;
