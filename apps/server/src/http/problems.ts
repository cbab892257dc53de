/** Turns everything that can go wrong in a request into RFC 9457 problem details: no stack, no echo of what was sent. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors, ResponseSerializationError } from "fastify-type-provider-zod";
import type { Issue } from "@dimmer/evaluation";
import { problemBody, ProblemError, type ProblemCode } from "@dimmer/protocol";

export const PROBLEM_TYPE = "application/problem+json";
/** Issues listed in one answer. */
const MAX_ISSUES = 50;

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["body-too-large", "The body is larger than this route takes."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported-media-type", "Send the body as `Content-Type: application/json`."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["invalid-request", "The body is not as long as Content-Length says."],
  FST_ERR_BAD_URL: ["invalid-request", "The path is not valid percent-encoding."],
  FST_ERR_MAX_PARAM_LENGTH: ["not-found", "A name in the path is longer than any name can be."],
};

export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error.validation, error.validationContext);
  const code = codeOf(error);
  const known = code === undefined ? undefined : FRAMEWORK_PROBLEMS[code];
  if (known !== undefined) return new ProblemError(known[0], known[1], { cause: error });
  if (statusOf(error) < 500) return new ProblemError("invalid-request", "The request cannot be read.", { cause: error });
  return new ProblemError(
    "internal",
    "The request failed for a reason that is not yours. The log names it under this request id.",
    {
      cause:
        error instanceof ResponseSerializationError ? new Error(`the answer breaks its schema: ${error.cause.message}`) : error,
    },
  );
}

type Violations = readonly { readonly instancePath: string; readonly keyword: string; readonly message?: string | undefined }[];

const PLACES: Readonly<Record<string, string>> = { body: "body", querystring: "query", params: "path", headers: "header" };

function invalidRequest(violations: Violations, context: string | undefined): ProblemError {
  const place = PLACES[context ?? "body"] ?? "body";
  const issues = violations.slice(0, MAX_ISSUES).map((violation): Issue => ({
    path: violation.instancePath === "/" ? "" : violation.instancePath,
    code: `invalid-${place}`,
    message: violation.message ?? "Not valid.",
    mend: mendOf(place, violation.keyword),
    severity: "error",
  }));
  const first = issues[0];
  const where = first === undefined || first.path === "" ? `the ${place}` : `${place} ${first.path}`;
  return new ProblemError(
    "invalid-request",
    `Something in ${where} is not as the API describes it: ${first?.message ?? "not valid"}.`,
    { issues },
  );
}

function mendOf(place: string, keyword: string): string {
  if (keyword === "unrecognized_keys") return `Leave out what this ${place} does not have; /openapi.json lists what it has.`;
  return "See /openapi.json for what belongs here.";
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;

const statusOf = (error: unknown): number =>
  typeof error === "object" && error !== null && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;

/** Every refusal, but for protocols that have a form of their own. */
export const sendProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): void =>
  answerProblem(error, request, reply, (problem) => ({
    type: PROBLEM_TYPE,
    body: JSON.stringify(problemBody(problem, request.id)),
  }));

/** The one place that answers a refusal: the log, the headers and the status are the same in every form. */
export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  write: (problem: ProblemError) => { readonly type: string; readonly body: string | Uint8Array },
): void {
  const problem = problemOf(error);
  if (problem.status >= 500)
    request.log.error({ err: problem.cause ?? problem, code: problem.code, requestId: request.id }, "request failed");
  if (problem.status === 401) void reply.header("WWW-Authenticate", 'Bearer realm="dimmer"');
  if (problem.status === 503 || problem.status === 507) void reply.header("Retry-After", "1");
  if (problem.code === "request-in-flight") void reply.header("Retry-After", "1");
  if (problem.code === "too-many-requests") void reply.header("Retry-After", String(problem.retryAfterSeconds ?? 10));
  // Again, as some refusals come before the hooks.
  void reply.header("X-Request-Id", request.id).header("Cache-Control", "no-store");
  const { type, body } = write(problem);
  void reply.code(problem.status).type(type).send(body);
}
