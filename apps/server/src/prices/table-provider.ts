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
export const tableProvider = (provider: string | undefined): { readonly providerId?: string } =>
  provider === undefined ? {} : { providerId: TABLE_PROVIDERS[provider] ?? provider };
