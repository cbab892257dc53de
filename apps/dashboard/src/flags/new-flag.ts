/** What a new flag is made of, by its kind. */

import type { FlagDefinition, FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import type { EnvironmentView } from "@dimmer/protocol";

export const FLAG_KINDS = [
  { id: "switch", label: "On or off", about: "A feature, or the switch for one." },
  { id: "text", label: "One of several texts", about: "A model's name, a prompt's name, a wording." },
  { id: "ai-config", label: "Model and prompt", about: "A whole AI configuration: provider, model, messages, parameters." },
] as const;

/**
 * Shape:  in every environment on, and everybody gets what they get today; that is also the fallback.
 */
export function newFlag(
  kind: string,
  fields: Readonly<Record<string, string | undefined>>,
  environments: readonly Pick<EnvironmentView, "key">[],
  isPermanent: boolean,
): { readonly key: string; readonly definition: FlagDefinition } {
  const { key = "", owner = "", description = "", removeBy = "", first = "new", second = "current" } = fields;
  const today = kind === "switch" ? "off" : second.trim();
  const config: FlagEnvironment = { enabled: true, fallback: today, default: { variant: today } };
  return {
    key,
    definition: {
      ...(description.trim() === "" ? {} : { description: description.trim() }),
      ...KINDS[kind]?.(first.trim(), today),
      type: TYPES[kind] ?? "boolean",
      purpose: isPermanent ? "config" : "release",
      owner: owner.trim(),
      ...(isPermanent ? { permanent: true } : { removeBy }),
      environments: Object.fromEntries(environments.map((environment) => [environment.key, config])),
    },
  };
}

const TYPES: Readonly<Record<string, FlagDefinition["type"]>> = { switch: "boolean", text: "string", "ai-config": "object" };

const aiConfig = (model: string): JsonValue => ({
  provider: "anthropic",
  model,
  messages: [{ role: "system", content: "Say what the model should do." }],
  parameters: { maxTokens: 800 },
});

const KINDS: Readonly<Record<string, (first: string, second: string) => Pick<FlagDefinition, "variants" | "schema">>> = {
  text: (first, second) => ({ variants: { [first]: { value: first }, [second]: { value: second } } }),
  "ai-config": (first, second) => ({
    variants: { [first]: { value: aiConfig("claude-opus-4-6") }, [second]: { value: aiConfig("claude-sonnet-4-6") } },
  }),
};
