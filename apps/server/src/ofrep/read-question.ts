/** Reads who asks: the context of a request, what of it is signed, which variants a preview wants, and what a session was served. */

import {
  type CompiledSnapshot,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationContext,
  pinnedAnswer,
  pinUnit,
  type VerifiedToken,
} from "@dimmer/evaluation";
import { CONTEXT_TOKEN, OVERRIDES_TOKEN, PIN_TOKEN } from "@dimmer/protocol";
import type { TokenReader } from "../access/environment-tokens.ts";
import type { OfrepView } from "./ofrep-view.ts";

/** Top-level attributes of a context. */
export const OFREP_MAX_ATTRIBUTES = 1_000;

/**
 * A question, ready to be evaluated.
 *
 * Shape:  `context` is the claims with what was signed over them; `options` only where there is a token that counts. `problems`
 *         say of each token that does not why, under the name of the attribute that carried it.
 */
export interface Question {
  readonly context: EvaluationContext;
  readonly options?: EvaluateOptions;
  readonly problems: Readonly<Record<string, string>>;
  /** Makes a pin of an answer that is none yet; only for who sent a pin, or the empty text in its place. */
  readonly pinOf?: (evaluation: Evaluation) => string | undefined;
}

/** What a request asked, or why it cannot be told. */
export type ReadQuestion = Question | { readonly problem: string };

const NO_PROBLEMS = Object.freeze({});

/** Reads the context of a request; one without a body asks as nobody. Whether it carries tokens says `carriesTokens`. */
export function readClaims(body: unknown): ReadQuestion {
  if (body === undefined || body === null) return { context: {}, problems: NO_PROBLEMS };
  if (!isObject(body)) return { problem: 'The body must be an object such as {"context": {"targetingKey": "user-1"}}.' };
  const context: unknown = Object.hasOwn(body, "context") ? Reflect.get(body, "context") : {};
  if (!isObject(context)) return { problem: "`context` must be an object." };
  if (Object.keys(context).length > OFREP_MAX_ATTRIBUTES)
    return { problem: `A context may have ${OFREP_MAX_ATTRIBUTES} attributes.` };
  return { context: context as EvaluationContext, problems: NO_PROBLEMS };
}

const TOKEN_ATTRIBUTES = [CONTEXT_TOKEN, OVERRIDES_TOKEN, PIN_TOKEN] as const;

export const carriesTokens = ({ context }: Question): boolean => TOKEN_ATTRIBUTES.some((name) => Object.hasOwn(context, name));

/**
 * Takes the tokens out of a question and lets them count. One that does not count changes nothing: who holds an old one gets what
 * everybody gets, and is told.
 *
 * Errors: none thrown.
 * Source: ADR-0031, ADR-0046.
 */
export function readTokens(
  { context: given }: Pick<Question, "context">,
  tokens: TokenReader,
  snapshot: CompiledSnapshot,
): Question {
  const { [CONTEXT_TOKEN]: contextToken, [OVERRIDES_TOKEN]: overridesToken, [PIN_TOKEN]: pinTokens, ...claims } = given;
  const proven = contextToken === undefined ? undefined : tokens.verify("context", contextToken);
  const wanted = overridesToken === undefined ? undefined : tokens.verify("overrides", overridesToken);
  const context = { ...claims, ...contentOf(proven) };
  const pinned = tokens.readPins(pinTokens === "" ? undefined : pinTokens, (flagKey) => pinUnit(snapshot, flagKey, context));
  const pinOf = (evaluation: Evaluation): string | undefined => {
    const answer = pinnedAnswer(snapshot, evaluation, context);
    return answer && tokens.signPin(answer);
  };
  return {
    context,
    ...optionsOf(contentOf(proven), contentOf(wanted), pinned.pins),
    ...(pinTokens === undefined ? {} : { pinOf }),
    problems: {
      ...problemOf(CONTEXT_TOKEN, proven),
      ...problemOf(OVERRIDES_TOKEN, wanted),
      ...problemOf(PIN_TOKEN, pinned),
    },
  };
}

/** What a view is asked, and on which snapshot: a browser's claims alone are never tried against an `only`. */
export const snapshotFor = (view: OfrepView, { options }: Question): CompiledSnapshot =>
  options?.proven === undefined ? view.snapshot : view.provable();

/** A server key's own context is believed; a browser's is proven or it is not. */
export const optionsFor = ({ audience }: OfrepView, { options }: Question): EvaluateOptions | undefined => {
  if (audience === "browser" || options === undefined) return options;
  const { proven: _proven, ...rest } = options;
  return Object.keys(rest).length === 0 ? undefined : rest;
};

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

const contentOf = (token: VerifiedToken | undefined) =>
  token !== undefined && "content" in token ? (token.content as EvaluationContext) : undefined;

const problemOf = (name: string, token: { readonly problem?: string } | VerifiedToken | undefined) =>
  token !== undefined && "problem" in token ? { [name]: token.problem } : {};

function optionsOf(
  proven: EvaluationContext | undefined,
  wanted: EvaluationContext | undefined,
  pins: NonNullable<EvaluateOptions["pins"]>,
): Pick<Question, "options"> {
  const options: EvaluateOptions = {
    ...(proven === undefined ? {} : { proven }),
    ...(wanted === undefined ? {} : { overrides: textsOf(wanted) }),
    ...(Object.keys(pins).length === 0 ? {} : { pins }),
  };
  return Object.keys(options).length === 0 ? {} : { options };
}

const textsOf = (content: EvaluationContext): Record<string, string> =>
  Object.fromEntries(Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
