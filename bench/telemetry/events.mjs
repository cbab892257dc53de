/** The events of the telemetry bench: calls of a model by people, each with an id of its own. */

const VARIANTS = ["opus", "sonnet"];
const PEOPLE = 5_000;
export const FLAG = "summarizer";

/** The n-th event of a sender; a batch is some in a row. */
export function eventOf(sender, n, at) {
  const variant = VARIANTS[n % VARIANTS.length];
  return {
    kind: "generation",
    id: `${sender}-${String(n).padStart(16, "0")}`,
    at,
    run: `${sender}-run-${n}`,
    targetingKey: `person-${(n * 7_919) % PEOPLE}`,
    served: { flag: FLAG, variant, valueVersion: 1, path: "default", reason: "SPLIT" },
    operation: "chat",
    attempt: 1,
    provider: "anthropic",
    requestModel: `claude-${variant}-4-6`,
    responseModel: `claude-${variant}-4-6`,
    stream: true,
    durationMs: 400 + (n % 900),
    timeToFirstChunkMs: 100 + (n % 300),
    inputTokens: 800 + (n % 400),
    outputTokens: 100 + (n % 200),
    finishReasons: ["stop"],
  };
}

export const batchOf = (sender, first, size, at) =>
  Array.from({ length: size }, (_, index) => eventOf(sender, first + index, at));
