/** What a flag's values must be like: a built-in schema by its name, or JSON Schema. */

import type { FlagFields } from "@dimmer/protocol";
import { useFlagPlace } from "./flag-place.ts";
import { JsonSection } from "./json-section.tsx";

export function SchemaSection() {
  const { flag } = useFlagPlace();
  const { schema, type } = flag.definition;
  if (type !== "object" && schema === undefined) return null;
  return (
    <JsonSection
      title="Shape of its values"
      about="Drafts and versions that do not fit are refused. Empty the text for any value of its type."
      saved={schema === undefined ? "" : JSON.stringify(schema, null, 2)}
      words={<p className={schema === undefined ? "text-quiet" : "break-words"}>{sayShape(schema)}</p>}
      example={'"ai-config"'}
      suggested="What its values are like"
      pointer="/operations/0/fields/schema"
      editOf={(value) => ({
        kind: "update-flag",
        flag: flag.key,
        fields: { schema: value === undefined ? null : (value as NonNullable<FlagFields["schema"]>) },
      })}
    />
  );
}

function sayShape(schema: unknown): string {
  if (schema === undefined) return "Any object.";
  if (schema === "ai-config") return "Model, prompt and parameters, or a ready reply (ai-config).";
  return typeof schema === "string" ? schema : "A JSON Schema of its own.";
}
