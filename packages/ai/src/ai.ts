/** AI configs over any OpenFeature client: read a flag as a model and its prompt, call it, and leave a trace of how it went. */

import { openTemplates, type Variables } from "./config/template.ts";
import { renderValue, type Rendered } from "./config/render.ts";
import type { AiValue, ModelConfig } from "./config/value.ts";
import type { Served } from "./event.ts";
import { openBreaker, type BreakerOptions } from "./fallback/breaker.ts";
import type { Candidate } from "./fallback/chain.ts";
import { servedOf, type FlagClient, type FlagContext, type FlagDetails } from "./flag-client.ts";
import { openSayOnce, type Host } from "./host.ts";
import { heldPin, keepPin, PIN_ATTRIBUTE, type PinStore } from "./pinning/pins.ts";
import type { AiPort } from "./port.ts";
import { present } from "./present.ts";
import type { Call } from "./run/attempt.ts";
import type { Run } from "./run/run.ts";
import type { RunSurroundings, Use } from "./run/run-state.ts";
import { startRun, type RunOptions } from "./run/start-run.ts";
import { openTask, type Task } from "./task/task.ts";
import { webHost } from "./web-host.ts";

export interface AiOptions {
  /** `OpenFeature.getClient()`, with any provider. */
  readonly client: FlagClient;
  /** Dimmer's extras. Without them a config still renders, runs and falls back to the app's own answer. */
  readonly port?: AiPort;
  /** The tools that the app can carry out; a config that names another is passed over. Not checked unless given. */
  readonly tools?: readonly string[];
  /** Longest wait for an attempt, where the config's `parameters.timeoutMs` says nothing. */
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly breaker?: BreakerOptions;
  /** Where pins of conversations are kept: one conversation, one variant. */
  readonly pins?: PinStore;
  /** Keeps a serverless function alive for a shadow run: `waitUntil` of its platform. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** `trace` of `@opentelemetry/api`: the active trace is then the task of a run that names none. */
  readonly trace?: TraceApi;
  /** Clock, chance, timers and warnings, for tests. */
  readonly host?: Partial<Host>;
}

/** The part of OpenTelemetry's API that is used. */
export interface TraceApi {
  getActiveSpan(): { spanContext(): { readonly traceId: string } } | undefined;
}

export interface ConfigOptions {
  /** What people get when nothing else answers. */
  readonly fallback: { readonly reply: string };
  /** The model to call where the flag cannot be read; without it the reply is given. */
  readonly default?: ModelConfig;
  /** What the templates ask for. */
  readonly variables?: Variables;
  readonly tools?: readonly string[];
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
  /** The conversation's id: with a store of pins, all of it gets one variant. */
  readonly conversation?: string;
  /** `config.pin` of an earlier answer, where the app keeps it with the conversation itself. */
  readonly pin?: string;
  readonly task?: string;
}

/** A config as it was read for one context. */
export interface AiConfig {
  readonly flag: string;
  /** What the flag served; absent where it could not be read. */
  readonly served?: Served;
  /** The filled config, frozen; where it cannot be used, the declared reply. */
  readonly value: AiValue;
  /** To be kept with the conversation where there is no store; absent where the flag does not pin, or the answer is degraded. */
  readonly pin?: string;
  /** OpenFeature's details, for who wants to know why. */
  readonly details: FlagDetails;
  /**
   * Uses it once.
   *
   * Shape:  `const run = await config.run(chatCompletions(openai))`, or any function of an attempt that gives an answer.
   * Errors: rejects with the reason of your own `signal`, and with a `RunFailedError` if you say `throws: true`; else never.
   */
  run<T>(call: Call<T>, options?: RunOptions): Promise<Run<T>>;
}

export interface Ai {
  /** Reads a flag. Errors: rejects with a TypeError where `fallback` is missing, and with nothing else. */
  config(flagKey: string, context: FlagContext | undefined, options: ConfigOptions): Promise<AiConfig>;
  /** Several runs and steps towards one goal; the active trace's id unless named. */
  task(id?: string): Task;
}

/**
 * Opens AI configs over an OpenFeature client.
 *
 * Shape:  `const ai = openAi({ client: OpenFeature.getClient() })`. Open one for the app: it holds the breakers and the parsed templates.
 * Errors: none.
 * Source: ADR-0043; docs/guide/ai.md.
 */
export function openAi(options: AiOptions): Ai {
  const surroundings = surroundingsOf(options);
  const activeTask = (): string | undefined => traceOf(options.trace);
  const readConfig: Ai["config"] = async (flagKey, given, config) => {
    checkFallback(config);
    const context = given ?? {};
    if (surroundings.port === undefined)
      surroundings.sayOnce("port", "there is no port to Dimmer: no fallback lists, and nothing is recorded.");
    const asked = { flag: flagKey, context, conversation: config.conversation, pin: config.pin };
    const held = await heldPin(asked, options.pins, surroundings);
    const pinned = held === undefined ? context : { ...context, [PIN_ATTRIBUTE]: held };
    const details = await detailsOf(options.client, flagKey, pinned, config);
    const served = servedOf(flagKey, details);
    // Only who wants pins asks for them.
    const wantsPin = options.pins !== undefined || config.conversation !== undefined;
    const pin = wantsPin ? await keepPin(asked, held, served, options.pins, surroundings) : undefined;
    return configOf({ flag: flagKey, context: pinned, details, served, pin }, config, { options, surroundings, activeTask });
  };
  return {
    config: readConfig,
    task: (id) => openTask(id ?? activeTask() ?? surroundings.host.newId(), readConfig, surroundings),
  };
}

function surroundingsOf({ port, breaker = {}, waitUntil, host: given = {} }: AiOptions): RunSurroundings {
  const host: Host = { ...webHost, ...given };
  return {
    host,
    port,
    sayOnce: openSayOnce(host),
    breaker: openBreaker(breaker, host),
    fill: openTemplates(),
    shadows: { running: 0 },
    waitUntil,
  };
}

/** Said at once, because a flag that fails at night is no time to find out. */
function checkFallback(config: ConfigOptions): void {
  if (typeof (config as Partial<ConfigOptions> | undefined)?.fallback?.reply !== "string")
    throw new TypeError('ai.config() needs { fallback: { reply: "…" } }: what people get when nothing else answers.');
}

/** A client that rejects is like one that gives the default. */
async function detailsOf(
  client: FlagClient,
  flagKey: string,
  context: FlagContext,
  { fallback }: ConfigOptions,
): Promise<FlagDetails> {
  try {
    return await client.getObjectDetails(flagKey, fallback, context);
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { value: fallback, reason: "ERROR", errorCode: "GENERAL", errorMessage };
  }
}

interface ConfigSurroundings {
  readonly options: AiOptions;
  readonly surroundings: RunSurroundings;
  readonly activeTask: () => string | undefined;
}

/** What was asked, and what came of it. */
interface Answered {
  readonly flag: string;
  readonly context: FlagContext;
  readonly details: FlagDetails;
  readonly served: Served | undefined;
  readonly pin: string | undefined;
}

function configOf(
  { flag, context, details, served, pin }: Answered,
  config: ConfigOptions,
  { options, surroundings, activeTask }: ConfigSurroundings,
): AiConfig {
  const variables = config.variables ?? {};
  const first = firstOf(served, details, config, (value) => renderValue(value, variables, surroundings.fill));
  const reply = config.fallback.reply;
  const useFor = (task: string | undefined): Use => ({
    flag,
    context,
    first,
    reply,
    variables,
    tools: config.tools ?? options.tools,
    timeoutMs: config.timeoutMs ?? options.timeoutMs,
    totalTimeoutMs: config.totalTimeoutMs ?? options.totalTimeoutMs,
    task,
    conversation: config.conversation,
  });
  const ready = present<AiConfig>({
    flag,
    served,
    value: first?.rendered.value ?? Object.freeze({ reply }),
    pin,
    details,
    run: <T>(call: Call<T>, runOptions: RunOptions = {}) =>
      startRun(useFor(config.task ?? activeTask()), call, runOptions, surroundings),
  });
  return Object.freeze(ready);
}

/** What the flag served, else the app's default model. A provider without variants (`variant` is optional) served its value all the same. */
function firstOf(
  served: Served | undefined,
  { value, errorCode }: FlagDetails,
  { fallback, default: defaultModel }: ConfigOptions,
  render: (value: unknown) => Rendered,
): (Candidate & { readonly rendered: Rendered }) | undefined {
  if (served !== undefined) return { number: 1, value, served, rendered: render(value) };
  if (errorCode === undefined && value !== fallback) return { number: 1, value, rendered: render(value) };
  return defaultModel === undefined ? undefined : { number: 1, value: defaultModel, rendered: render(defaultModel) };
}

function traceOf(trace: TraceApi | undefined): string | undefined {
  try {
    const traceId = trace?.getActiveSpan()?.spanContext().traceId;
    // All zeros is OpenTelemetry's way to say that there is none.
    return traceId === undefined || /^0*$/.test(traceId) ? undefined : traceId;
  } catch {
    return undefined;
  }
}
