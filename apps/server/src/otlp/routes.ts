/** What OpenTelemetry's exporters send over HTTP: spans and log records, in protobuf or JSON, with a server key. */

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { OTLP_LOGS_PATH, OTLP_TRACES_PATH, type ProblemError } from "@dimmer/protocol";
import { holdingOf } from "../delivery/routes.ts";
import type { SnapshotHub } from "../delivery/snapshot-hub.ts";
import { type HttpApp, isProtobuf, PROTOBUF_TYPE } from "../http/open-http.ts";
import { answerProblem } from "../http/problems.ts";
import { flagsHere } from "./flags-here.ts";
import type { OtlpIntake, OtlpOutcome } from "./intake.ts";
import { OTLP_LIMITS } from "./limits.ts";
import { LOGS, type Message, TRACES } from "./messages.ts";
import { readProtobuf, writeOutcome, writeStatus } from "./protobuf.ts";

export interface OtlpRoutePorts {
  readonly hub: SnapshotHub;
  readonly otlp: OtlpIntake;
}

const partial = (rejected: string) =>
  z
    .object({
      partialSuccess: z
        .object({ [rejected]: z.string().describe("How many, in digits."), errorMessage: z.string() })
        .exactOptional()
        .describe("Absent where all is well; a hint where none was rejected."),
    })
    .meta({ description: "Of OTLP." });

const StatusView = z
  .object({ message: z.string().describe("What is wrong and the mend.") })
  .meta({ id: "OtlpStatus", description: "Every refusal, as OTLP has it." });

const refusals = {
  400: StatusView,
  401: StatusView,
  403: StatusView,
  404: StatusView,
  413: StatusView,
  415: StatusView,
  429: StatusView,
  500: StatusView,
  503: StatusView,
};

/** Tolerant: a batch holds what an app said to its models, and a name that comes twice in it is none of ours. */
const taken = {
  bodyLimit: OTLP_LIMITS.bytes,
  errorHandler: answerInProtocol,
  config: { access: "server", isRoutine: true, takesGzip: true, takesProtobuf: true, rigour: "tolerant" },
} as const;

export function otlpRoutes(app: HttpApp, { hub, otlp }: OtlpRoutePorts): void {
  app.post(
    OTLP_TRACES_PATH,
    {
      ...taken,
      schema: {
        operationId: "exportSpans",
        summary: "An OpenTelemetry exporter sends spans: calls of models become events of the flags they name",
        description:
          "OTLP/HTTP, in protobuf or JSON, answered in the same. Spans with `gen_ai.*` that name a flag, or are below one that does, are taken; what they do not say is " +
          "unknown. Sent again, they count once. All other spans are let go by.",
        tags: ["sdk"],
        consumes: ["application/json", PROTOBUF_TYPE],
        body: z.unknown().meta({ description: "An `ExportTraceServiceRequest`." }),
        response: { 200: partial("rejectedSpans"), ...refusals },
      },
    },
    async (request, reply) => {
      const { held } = await holdingOf(request, hub);
      const outcome = otlp.takeSpans(flagsHere(held.snapshot), bodyOf(request, TRACES));
      return isProtobuf(request) ? sendOutcome(reply, outcome) : answerOf("rejectedSpans", outcome);
    },
  );

  app.post(
    OTLP_LOGS_PATH,
    {
      ...taken,
      schema: {
        operationId: "exportLogs",
        summary: "An OpenTelemetry exporter sends log records: scores become events, evaluations say what spans belong to",
        description:
          "OTLP/HTTP, in protobuf or JSON, answered in the same. `gen_ai.evaluation.result` becomes a score; `feature_flag.evaluation` says which flag the spans of its " +
          "trace belong to. All other records are let go by.",
        tags: ["sdk"],
        consumes: ["application/json", PROTOBUF_TYPE],
        body: z.unknown().meta({ description: "An `ExportLogsServiceRequest`." }),
        response: { 200: partial("rejectedLogRecords"), ...refusals },
      },
    },
    async (request, reply) => {
      const { held } = await holdingOf(request, hub);
      const outcome = otlp.takeLogs(flagsHere(held.snapshot), bodyOf(request, LOGS));
      return isProtobuf(request) ? sendOutcome(reply, outcome) : answerOf("rejectedLogRecords", outcome);
    },
  );
}

/** A request without a byte is one of no spans. */
function bodyOf(request: FastifyRequest, message: Message): unknown {
  if (!isProtobuf(request)) return request.body;
  return readProtobuf(request.body instanceof Uint8Array ? request.body : new Uint8Array(), message);
}

const sendOutcome = (reply: FastifyReply, outcome: OtlpOutcome): FastifyReply =>
  reply.type(PROTOBUF_TYPE).send(Buffer.from(writeOutcome(outcome)));

/** 64-bit integers are text in OTLP's JSON. */
const answerOf = (rejected: string, { refused, why }: OtlpOutcome) =>
  why === undefined ? {} : { partialSuccess: { [rejected]: String(refused), errorMessage: why } };

/** Exporters show the message, and read nothing else but the status and Retry-After. */
function answerInProtocol(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  answerProblem(error, request, reply, (problem) => {
    const message = mendOf(problem);
    return isProtobuf(request)
      ? { type: PROTOBUF_TYPE, body: Buffer.from(writeStatus(message)) }
      : { type: "application/json; charset=utf-8", body: JSON.stringify({ message }) };
  });
}

const mendOf = ({ status, message }: ProblemError): string =>
  status === 415 ? `${message} OTLP is also taken as \`${PROTOBUF_TYPE}\`.` : message;
