/** AI configs behind any OpenFeature client: `openAi` reads a flag as a model with its prompt, runs it, and tells how it went. */
export { openAi } from "./ai.ts";
export type { Ai, AiConfig, AiOptions, ConfigOptions, TraceApi } from "./ai.ts";
export { byProvider } from "./adapters/by-provider.ts";
export type { Variables } from "./config/template.ts";
export type {
  AiValue,
  ContentPart,
  Message,
  ModelConfig,
  Parameters,
  ReplyConfig,
  ResponseFormat,
  Tool,
} from "./config/value.ts";
export type {
  AiEvent,
  ExposureEvent,
  FeedbackEvent,
  GenerationError,
  GenerationEvent,
  Measures,
  Outcome,
  RunEvent,
  ScoreEvent,
  Served,
  StepEvent,
  TaskEvent,
} from "./event.ts";
export type { BreakerOptions } from "./fallback/breaker.ts";
export type { FlagClient, FlagContext, FlagDetails } from "./flag-client.ts";
export type { Host } from "./host.ts";
export { memoryPins, redisPins } from "./pinning/pin-stores.ts";
export type { RedisLike } from "./pinning/pin-stores.ts";
export type { PinStore, PinToken } from "./pinning/pins.ts";
export type { AiPort, FallbackEntry, RunClaims, RunSample, SpendAttributes } from "./port.ts";
export type { Attempt, Call } from "./run/attempt.ts";
export type { AttemptFailure } from "./run/errors.ts";
export { RefusalError, RunFailedError, RunTimeoutError, StreamBrokenError, TruncatedStreamError } from "./run/errors.ts";
export type { Feedback } from "./run/feedback.ts";
export type { Reader, Reading } from "./run/reading.ts";
export type { AnsweredRun, RepliedRun, Run } from "./run/run.ts";
export type { RunOptions } from "./run/start-run.ts";
export type { Task } from "./task/task.ts";
