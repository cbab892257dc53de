/** What the price table calls a provider. */

/** The table's names, where OpenTelemetry's `gen_ai.provider.name` has others. */
const TABLE_PROVIDERS: Readonly<Record<string, string>> = {
  "aws.bedrock": "aws",
  "azure.ai.inference": "azure",
  "azure.ai.openai": "azure",
  "gcp.gemini": "google",
  "gcp.gen_ai": "google",
  "gcp.vertex_ai": "google",
  mistral_ai: "mistral",
  x_ai: "x-ai",
};

/** The table finds a model without a provider too. */
export function tableProvider(provider: string | undefined): { readonly providerId?: string } {
  if (provider === undefined) return {};
  const named = Object.hasOwn(TABLE_PROVIDERS, provider) ? TABLE_PROVIDERS[provider] : undefined;
  return { providerId: named ?? provider };
}
