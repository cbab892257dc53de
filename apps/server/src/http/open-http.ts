/** The HTTP server without its routes: limits, bodies, credentials, refusals and the request log. */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestAsyncHookHandler,
} from "fastify";
import { createSerializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { z } from "zod";
import { problemBody, ProblemError, type ProblemCode } from "@dimmer/protocol";
import { admit, type Doors, findUndeclared } from "./access.ts";
import { type AllowedOrigins, allowOrigin, withdrawOrigin } from "./cross-origin.ts";
import { inflateBodies, isGzip } from "./inflate-body.ts";
import { HTTP_LIMITS } from "./limits.ts";
import { PROBLEM_TYPE, sendProblem } from "./problems.ts";
import { readJson } from "./read-json.ts";
import { createRouteTable } from "./route-table.ts";
import { refuseForeignOrigin } from "./same-origin.ts";

export type HttpApp = FastifyInstance<Server, IncomingMessage, ServerResponse, Logger, ZodTypeProvider>;

export interface HttpPorts extends Doors {
  readonly logger: Logger;
  /** Whose word counts for where a request comes from; nobody's unless named. */
  readonly trustedProxies: readonly string[];
  /** Whose pages may read the answers of `crossOrigin` routes. */
  readonly browserOrigins: AllowedOrigins;
  readonly createRequestId: () => string;
  /** Answers a browser that was led to where nothing is; false where it is no such request. Everybody is told as JSON without it. */
  readonly notFoundPage?: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;
}

export function openHttp(ports: HttpPorts): HttpApp {
  const app = fastify({
    loggerInstance: ports.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for each request costs more than most requests; what is logged of one names its id instead.
    childLoggerFactory: (logger) => logger,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request) ?? ports.createRequestId(),
    bodyLimit: HTTP_LIMITS.body.standard,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    http: {
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      headersTimeout: HTTP_LIMITS.headTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.timeoutCheckMs,
      requireHostHeader: true,
    },
    trustProxy: ports.trustedProxies.length === 0 ? false : [...ports.trustedProxies],
    routerOptions: { maxParamLength: HTTP_LIMITS.pathSegment },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(createSerializerCompiler());
  app.setErrorHandler(sendProblem);
  readBodies(app);
  inflateBodies(app);
  guardRoutes(app, ports);
  answerUnknown(app, ports);
  logRequests(app);
  leaveWhenClosing(app);
  return app;
}

/** No body at all is `undefined` to a schema, as in JavaScript; Fastify says `null`. No query needs no schema, and most have none. */
const compileValidator: typeof validatorCompiler = (route) => {
  const validate = validatorCompiler(route);
  if (route.schema === NO_QUERY) return (data: object) => (isEmpty(data) ? { value: data } : validate(data));
  return (data: unknown) => validate(data === null && route.httpPart === "body" ? undefined : data);
};

const NO_QUERY = z.strictObject({});

function isEmpty(data: object): boolean {
  for (const _ in data) return false;
  return true;
}

/** A caller's id is taken over, so that a request can be followed through both logs; never one that could forge a log line. */
function requestIdOf(request: IncomingMessage): string | undefined {
  const id = request.headers["x-request-id"];
  return typeof id === "string" && id.length <= HTTP_LIMITS.requestId && /^[\w.-]+$/u.test(id) ? id : undefined;
}

function readBodies(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request: FastifyRequest, body: Buffer, done) => {
    try {
      done(null, body.length === 0 ? undefined : readJson(body, request.routeOptions.config.rigour ?? "exact"));
    } catch (error) {
      done(error instanceof Error ? error : new Error("unreadable body", { cause: error }));
    }
  });
  // Only for `takesForm`: everywhere else the type has been refused before.
  app.addContentTypeParser(FORM_TYPE, { parseAs: "buffer" }, (_request, _body, done) => done(null, undefined));
  // The same for `takesProtobuf`, whose route knows the message.
  app.addContentTypeParser(PROTOBUF_TYPE, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

const JSON_TYPE = /^application\/json(?: ?; ?charset="?utf-8"?)?$/iu;

/** What a browser sends of a form. */
export const isForm = ({ headers }: FastifyRequest): boolean => headers["content-type"] === FORM_TYPE;
const FORM_TYPE = "application/x-www-form-urlencoded";

export const isProtobuf = ({ headers }: FastifyRequest): boolean => headers["content-type"] === PROTOBUF_TYPE;
export const PROTOBUF_TYPE = "application/x-protobuf";

/** Strict on purpose: where two readers disagree about the type of a body, a browser can be made to send one. */
function checkBodyType(request: FastifyRequest): void {
  const { headers } = request;
  const { config } = request.routeOptions;
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity" && !isGzip(encoding, config)) {
    const mend = config.takesGzip === true ? "with `Content-Encoding: gzip` or none" : "without Content-Encoding";
    throw new ProblemError("unsupported-media-type", `Send the body ${mend}.`);
  }
  const hasBody = headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
  const type = headers["content-type"];
  if (config.takesForm === true && isForm(request)) return;
  if (config.takesProtobuf === true && isProtobuf(request)) return;
  if (type === undefined ? hasBody : !JSON_TYPE.test(type)) {
    throw new ProblemError("unsupported-media-type", "Send the body as `Content-Type: application/json`.");
  }
}

function guardRoutes(app: HttpApp, { browserOrigins, ...doors }: HttpPorts): void {
  app.decorateRequest("principal", null);
  app.addHook("onRoute", (route) => {
    const undeclared = findUndeclared(route.config ?? {});
    if (undeclared !== undefined) throw new Error(`Route ${String(route.method)} ${route.url} ${undeclared}.`);
    // A query that a route does not know is refused: a misspelt filter must not be taken for none.
    route.schema = { querystring: NO_QUERY, ...route.schema };
  });
  const guard: onRequestAsyncHookHandler = async (request, reply) => {
    void reply.header("X-Request-Id", request.id);
    void reply.header("X-Content-Type-Options", "nosniff");
    void reply.header("Cache-Control", "no-store");
    if (request.raw.rawHeaders.length > 2 * HTTP_LIMITS.headerLines) {
      throw new ProblemError("headers-too-large", `A request may have ${HTTP_LIMITS.headerLines} header lines.`);
    }
    if (request.is404) return;
    const { access, right, reach, crossOrigin, startsSession } = request.routeOptions.config;
    if (crossOrigin === true) allowOrigin(request, reply, browserOrigins);
    if (access === undefined) throw new Error("a route without access was registered");
    if (startsSession === true) refuseForeignOrigin(request, doors.publicUrl());
    request.principal = await admit(request, { access, right, reach }, doors);
    if (crossOrigin === true && request.principal?.key?.kind === "server") withdrawOrigin(reply);
    checkBodyType(request);
  };
  app.addHook("onRequest", guard);
}

function answerUnknown(app: HttpApp, { notFoundPage }: Pick<HttpPorts, "notFoundPage">): void {
  const table = createRouteTable();
  app.addHook("onRoute", (route) => {
    for (const method of [route.method].flat()) table.add(method, route.url);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = table.allowed(path);
    if (allowed.length === 0) {
      if ((await notFoundPage?.(request, reply)) === true) return reply;
      return sendProblem(new ProblemError("not-found", "There is nothing at this path."), request, reply);
    }
    void reply.header("Allow", allowed.join(", "));
    return sendProblem(new ProblemError("method-not-allowed", `This path takes ${allowed.join(", ")}.`), request, reply);
  });
}

/** One line a request: the route's pattern and who asked by id, never a header, a query or a body. */
function logRequests(app: HttpApp): void {
  app.addHook("onResponse", (request, reply, done) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? "unknown",
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      by: request.principal?.id,
      requestId: request.id,
    };
    const { access, isRoutine } = request.routeOptions.config;
    if (access === "public" || isRoutine === true) request.log.debug(line, "request");
    else request.log.info(line, "request");
    done();
  });
}

/**
 * An answer that ends while the server closes is the last on its connection; else the close would wait for an idle client. One whose head
 * had left before could not say so, and its connection is closed behind it.
 */
function leaveWhenClosing(app: HttpApp): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (isClosing) void reply.header("Connection", "close");
    done();
  });
  app.addHook("onResponse", (_request, _reply, done) => {
    if (isClosing) app.server.closeIdleConnections();
    done();
  });
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers-too-large", `The headers of a request may have ${HTTP_LIMITS.headerBytes} bytes together.`],
  ERR_HTTP_REQUEST_TIMEOUT: ["request-timeout", "The request did not arrive in time."],
};

/** What Node's parser refuses never reaches Fastify; it is answered and the connection closed. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = CLIENT_ERRORS[error.code ?? ""] ?? ["invalid-request", "This is not a valid HTTP request."];
  const problem = new ProblemError(code, detail);
  const body = JSON.stringify(problemBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_TEXT[problem.status] ?? "Bad Request"}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

const STATUS_TEXT: Readonly<Record<number, string>> = { 408: "Request Timeout", 431: "Request Header Fields Too Large" };
