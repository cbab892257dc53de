/** OpenFeature Remote Evaluation Protocol: one flag, for a server key. Bulk evaluation and browser keys come with their own rules. */

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { ErrorCode } from "@dimmer/evaluation";
import { OFREP_PATH, ProblemError } from "@dimmer/protocol";
import type { SnapshotHub } from "../delivery/snapshot-hub.ts";
import { keyOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { problemOf, sendProblem } from "../http/problems.ts";
import { JsonValueView } from "../http/views.ts";
import { answerEvaluation } from "./answer-evaluation.ts";

export interface OfrepPorts {
  readonly hub: SnapshotHub;
  readonly clock: () => number;
}

const Success = z
  .object({
    key: z.string(),
    reason: z.string(),
    variant: z.string().optional(),
    value: JsonValueView.optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .meta({ id: "OfrepEvaluation", description: "Without `value` the caller's default applies." });

const Failure = z.object({ key: z.string(), errorCode: z.string(), errorDetails: z.string() }).meta({ id: "OfrepFailure" });

export function ofrepRoutes(app: HttpApp, ports: OfrepPorts): void {
  app.post(
    // The rest of the path: clients in the field leave a slash in a flag key alone.
    `${OFREP_PATH}/*`,
    {
      bodyLimit: HTTP_LIMITS.body.evaluation,
      errorHandler: answerInProtocol,
      config: { access: "server", rigour: "tolerant", wildcard: "key" },
      schema: {
        operationId: "evaluateFlag",
        summary: "Evaluate one flag (OFREP)",
        tags: ["ofrep"],
        params: z.strictObject({ "*": z.string().min(1).max(HTTP_LIMITS.pathSegment) }),
        body: z.unknown(),
        response: { 200: Success, 400: Failure, 404: Failure, 500: Failure },
      },
    },
    async (request, reply) => {
      const { project, environment } = keyOf(request);
      const held = project === null || environment === null ? undefined : await ports.hub.current(project, environment);
      if (held === undefined) throw new ProblemError("not-found", "The environment of this key is gone.");
      const answer = answerEvaluation(request.params["*"], request.body, held.compiled(), ports.clock());
      return reply.code(answer.status).header("Cache-Control", "private, no-store").send(answer.body);
    },
  );
}

/** Clients read key, errorCode and errorDetails of every refusal but those of the credential. */
function answerInProtocol(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  if (problem.status === 401 || problem.status === 403 || problem.status >= 500) return sendProblem(error, request, reply);
  const errorCode: ErrorCode = problem.status === 404 ? "FLAG_NOT_FOUND" : problem.status === 400 ? "PARSE_ERROR" : "GENERAL";
  const body = { key: keyIn(request.params), errorCode, errorDetails: problem.message };
  void reply.code(problem.status).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

const keyIn = (params: unknown): string => {
  const key: unknown = typeof params === "object" && params !== null ? Reflect.get(params, "*") : undefined;
  return typeof key === "string" ? key : "";
};
