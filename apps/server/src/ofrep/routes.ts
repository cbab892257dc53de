/** OpenFeature Remote Evaluation Protocol over HTTP: one flag, all flags, and the stream of changes, for server and browser keys. */

import { hash } from "node:crypto";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Audience, ErrorCode } from "@dimmer/evaluation";
import { OFREP_PATH, OFREP_STREAM_PATH, type ProblemError } from "@dimmer/protocol";
import type { EnvironmentTokens } from "../access/environment-tokens.ts";
import { signTicket } from "../access/stream-ticket.ts";
import { holdingOf, placeOf } from "../delivery/routes.ts";
import type { SnapshotHub } from "../delivery/snapshot-hub.ts";
import { keyOf } from "../http/access.ts";
import { answerPreflight } from "../http/cross-origin.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { problemOf, sendProblem } from "../http/problems.ts";
import { openRaw, STREAM_HEADERS } from "../http/raw-reply.ts";
import type { OwnEvaluations } from "../telemetry/own-evaluations.ts";
import { BulkView, BulkFailureView, FailureView, SuccessView } from "./answer-schemas.ts";
import { answerBulk, writeBulkFailure } from "./answer-bulk.ts";
import { answerEvaluation, writeFailure } from "./answer-evaluation.ts";
import type { OfrepStreams } from "./ofrep-streams.ts";
import { carriesTokens, readClaims, readTokens } from "./read-question.ts";
import type { OfrepViews } from "./open-views.ts";

export interface OfrepPorts {
  readonly hub: SnapshotHub;
  readonly views: OfrepViews;
  readonly streams: OfrepStreams;
  readonly tokens: EnvironmentTokens;
  /** Signs the addresses of streams. */
  readonly signingKey: Uint8Array;
  /** Hears of every single evaluation; the bulk answer is a fetch of all flags, not a use of any. */
  readonly evaluations: Pick<OwnEvaluations, "count">;
}

const JSON_TYPE = "application/json; charset=utf-8";
const PRIVATE = "private, no-store";
/** Loose, as clients send what a later protocol, or whoever configured them, adds. */
const OpenQuery = z.looseObject({});
const RefetchQuery = z.looseObject({
  flagConfigEtag: z
    .string()
    .optional()
    .describe("What the stream's event said. Answers are never older, so nothing depends on it."),
  flagConfigLastModified: z.string().optional().describe("For servers whose events carry it; ours do not."),
});
const evaluation = {
  bodyLimit: HTTP_LIMITS.body.evaluation,
  errorHandler: answerInProtocol,
  config: { access: "client", rigour: "tolerant", crossOrigin: true },
} as const;

export function ofrepRoutes(app: HttpApp, ports: OfrepPorts): void {
  app.post(
    // The rest of the path: clients in the field leave a slash in a flag key alone.
    `${OFREP_PATH}/*`,
    {
      ...evaluation,
      config: { ...evaluation.config, wildcard: "key" },
      schema: {
        operationId: "evaluateFlag",
        summary: "Evaluate one flag (OFREP)",
        tags: ["ofrep"],
        params: z.strictObject({ "*": z.string().min(1).max(HTTP_LIMITS.pathSegment) }),
        querystring: OpenQuery,
        body: z.unknown(),
        response: { 200: SuccessView, 400: FailureView, 404: FailureView, 500: FailureView },
      },
    },
    async (request, reply) => {
      const { view, question } = await questionOf(request, ports);
      const from = { ...placeOf(keyOf(request)), source: audienceOf(request) };
      const { status, text } = answerEvaluation(request.params["*"], question, view, (evaluation, context) =>
        ports.evaluations.count(from, evaluation, context),
      );
      // Made once for many, so it goes past the schema.
      sendRaw(reply, status, { "Content-Type": JSON_TYPE }, text);
      return reply;
    },
  );

  app.post(
    OFREP_PATH,
    {
      ...evaluation,
      schema: {
        operationId: "evaluateFlags",
        summary: "Evaluate all flags for one context (OFREP)",
        description: "The ETag is one of the results: send it as If-None-Match, and 304 says that all of them are the same.",
        tags: ["ofrep"],
        querystring: RefetchQuery,
        body: z.unknown(),
        response: { 200: BulkView, 304: z.null(), 400: BulkFailureView, 500: BulkFailureView },
      },
    },
    async (request, reply) => {
      const { view, question } = await questionOf(request, ports);
      const streamUri = `${OFREP_STREAM_PATH}?ticket=${signTicket(ports.signingKey, keyOf(request).id)}`;
      const asked = { question, ifNoneMatch: request.headers["if-none-match"] };
      const { status, etag, body } = answerBulk(asked, view, { streamUri, digest });
      sendRaw(
        reply,
        status,
        { ...(etag === undefined ? {} : { ETag: etag }), ...(body === undefined ? {} : { "Content-Type": JSON_TYPE }) },
        body,
      );
      return reply;
    },
  );

  app.get(
    OFREP_STREAM_PATH,
    {
      exposeHeadRoute: false,
      config: { access: "ticket", crossOrigin: true },
      schema: {
        operationId: "streamOfrepChanges",
        summary: "Says when to evaluate all flags again, as server-sent events (OFREP)",
        description: "Its address comes with the answer to `evaluateFlags`, ticket and position included.",
        tags: ["ofrep"],
        querystring: z.looseObject({ ticket: z.string(), since: z.string().optional() }),
        response: { 200: { description: "refetchEvaluation", content: { "text/event-stream": { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { place } = await holdingOf(request, ports.hub);
      const { id, expiresAt } = keyOf(request);
      const response = openRaw(reply, { status: 200, headers: STREAM_HEADERS });
      const audience = audienceOf(request);
      ports.streams.listen(response, { ...place, audience, key: { id, expiresAt }, since: request.query.since });
      return reply;
    },
  );

  for (const path of [OFREP_PATH, `${OFREP_PATH}/*`]) {
    const config = { access: "public", crossOrigin: true } as const;
    app.options(path, { config, schema: { hide: true, querystring: OpenQuery } }, (_request, reply) => answerPreflight(reply));
  }
}

const digest = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

const audienceOf = (request: FastifyRequest): Audience => (keyOf(request).kind === "browser" ? "browser" : "server");

async function questionOf(request: FastifyRequest, { hub, views, tokens }: OfrepPorts) {
  const { held, place } = await holdingOf(request, hub);
  const claims = readClaims(request.body);
  const isPlain = "problem" in claims || !carriesTokens(claims);
  const view = views.of(held, audienceOf(request));
  const question = isPlain ? claims : readTokens(claims, await tokens.reader(place), view.snapshot);
  return { view, question };
}

function sendRaw(
  reply: FastifyReply,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | undefined,
): void {
  void reply.code(status).headers({ ...headers, "Cache-Control": PRIVATE });
  void reply.send(body ?? null);
}

/** Of these clients read the status and Retry-After, and no body. */
const isOfNoFlag = (status: number): boolean => [401, 403, 429].includes(status) || status >= 500;

/** Clients read key, errorCode and errorDetails of every other refusal; for all flags there is no key. */
function answerInProtocol(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  if (isOfNoFlag(problem.status)) return sendProblem(error, request, reply);
  const errorCode = codeOf(problem);
  const key = keyIn(request.params);
  const text = key === undefined ? writeBulkFailure(errorCode, problem.message) : writeFailure(key, errorCode, problem.message);
  sendRaw(reply, problem.status, { "Content-Type": JSON_TYPE }, text);
}

function codeOf({ status }: ProblemError): ErrorCode {
  return status === 404 ? "FLAG_NOT_FOUND" : status === 400 ? "PARSE_ERROR" : "GENERAL";
}

const keyIn = (params: unknown): string | undefined => {
  const key: unknown = typeof params === "object" && params !== null ? Reflect.get(params, "*") : undefined;
  return typeof key === "string" ? key : undefined;
};
