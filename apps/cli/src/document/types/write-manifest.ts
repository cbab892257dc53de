/** Writes the flag manifest that OpenFeature's own code generators read. */

import { type FlagDefinition, type FlagDocument, type FlagEnvironment, type JsonValue, variantsOf } from "@dimmer/evaluation";

const SCHEMA = "https://raw.githubusercontent.com/open-feature/cli/main/schema/v0/flag-manifest.json";
/** A number may be published with decimals tomorrow. */
const TYPES = { boolean: "boolean", string: "string", number: "float", object: "object" } as const;
const EMPTY: Readonly<Record<FlagDefinition["type"], JsonValue>> = { boolean: false, string: "", number: 0, object: {} };

/** Shape: the default value is that of the flag's fallback, which is what people get when the flag is killed. */
export function writeManifest(document: FlagDocument, environment: string | undefined): object {
  const flags = Object.entries(document.flags).map(([key, flag]) => [
    key,
    {
      flagType: TYPES[flag.type],
      defaultValue: defaultOf(flag, environment),
      ...(flag.description === undefined ? {} : { description: flag.description }),
    },
  ]);
  return { $schema: SCHEMA, flags: Object.fromEntries(flags) as object };
}

function defaultOf(flag: FlagDefinition, environment: string | undefined): JsonValue {
  const blocks = flag.environments ?? {};
  const config = environment === undefined ? Object.values(blocks)[0] : blocks[environment];
  const name = config === undefined ? undefined : safestOf(config);
  return (name === undefined ? undefined : variantsOf(flag)[name]?.value) ?? EMPTY[flag.type];
}

/** The entry that holds for everybody. */
function safestOf({ fallback }: FlagEnvironment): string | undefined {
  return typeof fallback === "string" ? fallback : fallback.find(({ when }) => when === undefined)?.variant;
}
