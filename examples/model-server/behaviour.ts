/** How a model of the local server behaves, and what it answers; all chance comes from a seed. */

export interface Behaviour {
  /** Milliseconds until the first byte of the answer; the median where they spread. */
  readonly latencyMs: number;
  /** Of the latency's logarithm, the standard deviation: 0.3 makes one of twenty take 1.6 times the median. */
  readonly latencySpread: number;
  /** Milliseconds between the pieces of a stream. */
  readonly pieceMs: number;
  /** Share of requests that fail with `errorStatus`. */
  readonly errorRate: number;
  readonly errorStatus: number;
  /** Share of requests that the model refuses. */
  readonly refusalRate: number;
  /** Share of streams that break off in the middle. */
  readonly truncateRate: number;
  /** From 0 to 1: how many of the answer's words are right. */
  readonly quality: number;
  /** False leaves the usage out, as some servers do. */
  readonly usage: boolean;
  /** Counted from the texts unless given. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Of the input, what came from a cache or was written to one. */
  readonly cachedTokens: number;
  readonly cacheCreationTokens: number;
  /** Of the output, what was thought. */
  readonly reasoningTokens: number;
  /** Always this answer, in place of a summary of what was asked. */
  readonly reply?: string;
  /** The model that really answers; the one that was asked for unless given. */
  readonly responseModel?: string;
  readonly fingerprint: string;
  /** Calls this tool in place of an answer. */
  readonly toolCall?: { readonly name: string; readonly arguments: object };
  /** Ends as if `max_tokens` had been reached. */
  readonly isCutShort: boolean;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  latencyMs: 0,
  latencySpread: 0,
  pieceMs: 0,
  errorRate: 0,
  errorStatus: 500,
  refusalRate: 0,
  truncateRate: 0,
  quality: 1,
  usage: true,
  cachedTokens: 0,
  cacheCreationTokens: 0,
  reasoningTokens: 0,
  fingerprint: "fp_local",
  isCutShort: false,
};

/** What a request comes to, whatever the format. */
export interface Answer {
  readonly model: string;
  readonly text: string;
  readonly refusal: string | undefined;
  readonly toolCall: Behaviour["toolCall"];
  readonly isCutShort: boolean;
  readonly fingerprint: string;
  readonly usage: Usage | undefined;
}

export interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly cacheCreation: number;
  readonly output: number;
  readonly reasoning: number;
}

/** A question in any format: the model, all of its text for counting, and the last thing that the user said. */
export interface Question {
  readonly model: string;
  readonly text: string;
  readonly asked: string;
}

const SUMMARY_WORDS = 30;
const REFUSAL = "I cannot help with that.";

export function answerTo({ model, text, asked }: Question, behaviour: Behaviour, random: () => number): Answer {
  const isRefused = random() < behaviour.refusalRate;
  const said =
    isRefused || behaviour.toolCall !== undefined ? "" : (behaviour.reply ?? summaryOf(asked, behaviour.quality, random));
  return {
    model: behaviour.responseModel ?? model,
    text: said,
    refusal: isRefused ? REFUSAL : undefined,
    toolCall: isRefused ? undefined : behaviour.toolCall,
    isCutShort: behaviour.isCutShort,
    fingerprint: behaviour.fingerprint,
    usage: behaviour.usage ? usageOf(text, said, behaviour) : undefined,
  };
}

/** Milliseconds for one answer: log-normal, as waiting for a model is. Draws nothing where there is no spread. */
export function latencyOf({ latencyMs, latencySpread }: Behaviour, random: () => number): number {
  if (latencySpread === 0) return latencyMs;
  // Box and Muller's normal draw; 1 - random() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return latencyMs * Math.exp(latencySpread * normal);
}

/** The first words of what was asked, some of them lost where the quality is poor. */
function summaryOf(asked: string, quality: number, random: () => number): string {
  const words = asked.split(/\s+/).filter(Boolean).slice(0, SUMMARY_WORDS);
  return words.map((word) => (random() < quality ? word : "…")).join(" ") || "There is nothing to sum up.";
}

function usageOf(text: string, said: string, behaviour: Behaviour): Usage {
  const { cachedTokens: cached, cacheCreationTokens: cacheCreation, reasoningTokens: reasoning } = behaviour;
  return {
    input: behaviour.inputTokens ?? Math.ceil(text.length / 4),
    output: behaviour.outputTokens ?? Math.max(1, Math.ceil(said.length / 4)) + reasoning,
    cached,
    cacheCreation,
    reasoning,
  };
}

/** A text as a stream brings it: words with the blank before them. */
export const piecesOf = (text: string): readonly string[] => text.match(/\s*\S+/g) ?? [];

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
