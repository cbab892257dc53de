/** Provider connections and the playground: calls of models that Dimmer makes itself. */

import type { JsonValue } from "@dimmer/evaluation";
import { z } from "zod";
import type { ErrorType } from "./events.ts";

/** Bounds of what is asked for, on whoever's side. */
export const CONNECTION_LIMITS = {
  /** Of one environment. */
  connections: 50,
  nameChars: 100,
  providerChars: 64,
  baseUrlChars: 2_048,
  regionChars: 64,
  secretChars: 1_024,
  /** A day, on one connection, whatever the budget. */
  callsPerDay: 10_000,
  /** Ten thousand dollars. */
  budgetMicroUsd: 10_000_000_000,
  /** Five dollars: what a connection may spend a day unless somebody says otherwise. */
  defaultBudgetMicroUsd: 5_000_000,
} as const;

/** How a provider is spoken to: OpenAI's chat completions, which most understand, or Anthropic's messages. */
export const ConnectionFormat = z.enum(["openai", "anthropic"]);
export type ConnectionFormat = z.infer<typeof ConnectionFormat>;

const name = z.string().trim().min(1).max(CONNECTION_LIMITS.nameChars);
const provider = z
  .string()
  .max(CONNECTION_LIMITS.providerChars)
  .regex(/^[a-z0-9][a-z0-9._-]*$/u, "The provider is what AI configs call it: lower-case letters, digits, dots, hyphens.")
  .describe("As AI configs name it: `openai`, `anthropic`, …");
const baseUrl = z
  .string()
  .min(1)
  .max(CONNECTION_LIMITS.baseUrlChars)
  .describe("As the provider's official client takes it; known for openai and anthropic.");
const region = z
  .string()
  .max(CONNECTION_LIMITS.regionChars)
  .regex(/^[a-z0-9][a-z0-9._-]*$/u, "The region is what AI configs call it: lower-case letters, digits, dots, hyphens.")
  .describe("A config that names a region is called through a connection of that region only.");
const secret = z
  .string()
  .max(CONNECTION_LIMITS.secretChars)
  .regex(/^[\x21-\x7e]+$/u, "The credential is visible ASCII characters without spaces.")
  .describe("The provider's credential; no answer ever holds it.");
const dailyBudgetMicroUsd = z
  .int()
  .min(0)
  .max(CONNECTION_LIMITS.budgetMicroUsd)
  .nullable()
  .describe("What it may spend in a day of UTC; null for no bound, which models without a known price need.");

export const ConnectionRequest = z.strictObject({
  name,
  provider,
  format: ConnectionFormat.optional().describe("`anthropic` for the provider anthropic, else `openai`."),
  baseUrl: baseUrl.optional(),
  region: region.optional(),
  secret,
  dailyBudgetMicroUsd: dailyBudgetMicroUsd.optional().describe("Five dollars unless given."),
});
export type ConnectionRequest = z.infer<typeof ConnectionRequest>;

/** What is left out stays. Another host takes the credential again, so that nobody can have it sent elsewhere. */
export const ConnectionEdit = z.strictObject({
  name: name.optional(),
  baseUrl: baseUrl.optional(),
  region: region.nullable().optional(),
  secret: secret.optional(),
  dailyBudgetMicroUsd: dailyBudgetMicroUsd.optional(),
});
export type ConnectionEdit = z.infer<typeof ConnectionEdit>;

/** What went through a connection in one day of UTC. */
export interface ConnectionUsage {
  readonly calls: number;
  readonly failures: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the calls whose cost is known. */
  readonly costMicroUsd: number;
  /** Held back for calls that run, and for those that nobody told the cost of. */
  readonly reservedMicroUsd: number;
  /** Calls that ended and whose cost is not known. */
  readonly unpriced: number;
}

/** A connection as the API shows it: never its credential, nor any part of it. */
export interface ConnectionView {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly format: ConnectionFormat;
  readonly baseUrl: string;
  readonly region: string | null;
  readonly dailyBudgetMicroUsd: number | null;
  readonly today: ConnectionUsage;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const ConnectionTestRequest = z.strictObject({
  model: z.string().min(1).max(256).describe("Which model to call; it is asked for as little as it can say."),
});
export type ConnectionTestRequest = z.infer<typeof ConnectionTestRequest>;

/** Why there is no answer: what kept a call from being made, or what became of it. */
export interface CallFailure {
  readonly type: ErrorType | "no_connection";
  /** The provider's status, where it answered. */
  readonly httpStatus: number | null;
  /** What happened and what to do; nothing of the credential. */
  readonly message: string;
}

/** What came of one call of a model. Null is *unknown*, never 0. */
export interface ModelAnswer {
  readonly text: string | null;
  /** The model that really answered. */
  readonly responseModel: string | null;
  readonly finishReasons: readonly string[];
  readonly refused: boolean;
  readonly toolCalls: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadInputTokens: number | null;
  readonly reasoningOutputTokens: number | null;
  readonly costMicroUsd: number | null;
  readonly durationMs: number;
  /** Null where it answered. */
  readonly failure: CallFailure | null;
}

export const PLAYGROUND_LIMITS = {
  /** Variants side by side. */
  variants: 6,
  variableChars: 100_000,
  variables: 100,
  messageChars: 100_000,
  /** Milliseconds for one run, all of its calls together. */
  totalMs: 60_000,
  /** Runs at once, of everybody. */
  runs: 4,
  /** Tokens that an answer may have, where the config names no bound. */
  maxTokens: 4_096,
} as const;

/** What comes as JSON is JSON. */
const json: z.ZodType<JsonValue> = z.any();

export const PlaygroundVariant = z
  .strictObject({
    variant: z.string().min(1).max(64),
    draft: z.literal(true).optional().describe("Its draft."),
    version: z.int().min(1).optional().describe("That version of its value."),
    value: json.optional().describe("This value, which is stored nowhere."),
    connection: z.string().min(1).max(128).optional().describe("Id; chosen by provider and region unless given."),
  })
  .refine(
    ({ draft, version, value }) => [draft, version, value].filter((each) => each !== undefined).length <= 1,
    "Name the draft, a version or a value, not several of them.",
  )
  .describe("What the environment serves of it, unless its draft, a version or a value is named.");
export type PlaygroundVariant = z.infer<typeof PlaygroundVariant>;

export const PlaygroundRequest = z.strictObject({
  flag: z.string().min(1).max(128),
  variants: z.array(PlaygroundVariant).min(1).max(PLAYGROUND_LIMITS.variants),
  variables: z
    .record(z.string().max(128), json)
    .default({})
    .refine((all) => Object.keys(all).length <= PLAYGROUND_LIMITS.variables, `At most ${PLAYGROUND_LIMITS.variables} variables.`)
    .refine((all) => JSON.stringify(all).length <= PLAYGROUND_LIMITS.variableChars, "The variables are too long.")
    .describe("What the templates are filled with, as the app would."),
  message: z.string().min(1).max(PLAYGROUND_LIMITS.messageChars).optional().describe("What the user says after the prompt."),
});
export type PlaygroundRequest = z.input<typeof PlaygroundRequest>;

/** One of the answers, in the order in which they were asked for. */
export interface PlaygroundAnswer extends ModelAnswer {
  readonly variant: string;
  /** Null where the variant is a reply, or no call could be made. */
  readonly connection: { readonly id: string; readonly name: string } | null;
  readonly provider: string | null;
  readonly model: string | null;
}

export interface PlaygroundRun {
  readonly answers: readonly PlaygroundAnswer[];
}

export const PlaygroundQuestion = z.strictObject({
  flag: PlaygroundRequest.shape.flag,
  variants: PlaygroundRequest.shape.variants,
});
export type PlaygroundQuestion = z.infer<typeof PlaygroundQuestion>;

/** The variables that the templates of some variants ask for. */
export interface PlaygroundVariables {
  readonly variables: readonly string[];
  /** Of each variant that cannot be read, why. */
  readonly problems: Readonly<Record<string, string>>;
}
