/** AI configs for apps without an SDK: begin a run, and tell what came of it. */

import { z } from "zod";
import {
  type PassedOver,
  type RunAttempt,
  RunReport,
  RunRequest,
  RUNS_PATH,
  ServedPart,
  type StartedRun,
} from "@dimmer/protocol";
import { holdingOf, placeOf } from "../delivery/routes.ts";
import type { SnapshotHub } from "../delivery/snapshot-hub.ts";
import { keyOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { problemResponse } from "../http/route-schemas.ts";
import type { OfrepViews } from "../ofrep/open-views.ts";
import { EventsAnswerSchema } from "../telemetry/routes.ts";
import { reportRun } from "./report-run.ts";
import { startRun, type RunPorts } from "./start-run.ts";

const AttemptSchema: z.ZodType<RunAttempt> = z.object({
  attempt: z.int().describe("1 is what the flag served, more are further down its fallback."),
  served: ServedPart.describe("To be sent back with the report, as it is."),
  config: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("Provider, model, messages or instructions, parameters, tools; the texts are filled."),
  reply: z.string().exactOptional().describe("The answer itself: there is no model to call."),
});

const PassedOverSchema: z.ZodType<PassedOver> = z.object({
  attempt: z.int(),
  variant: z.string(),
  errorType: z.enum(["template", "invalid_value", "missing_tools"]),
  message: z.string(),
});

const StartedRunSchema: z.ZodType<StartedRun> = z
  .object({
    run: z.string(),
    flag: z.string(),
    reason: z.string(),
    errorCode: z.string().exactOptional(),
    errorMessage: z.string().exactOptional(),
    chain: z
      .array(AttemptSchema)
      .describe(
        "What to try, in order, until something answers; where it is empty, or all of it fails, the app's own answer is left.",
      ),
    passedOver: z.array(PassedOverSchema).describe("What cannot be tried, and why."),
    token: z.string().describe("With it a browser may send feedback on this run, without a key."),
    tokenExpiresAt: z.iso.datetime(),
  })
  .meta({ id: "StartedRun" });

/** The ids of its events are longer. */
const RUN_ID = z.string().regex(/^[0-9A-Za-z_-]{16,48}$/u, "Send the `run` that began it.");

export function runRoutes(app: HttpApp, ports: RunPorts & { readonly hub: SnapshotHub; readonly views: OfrepViews }): void {
  app.post(
    RUNS_PATH,
    {
      bodyLimit: HTTP_LIMITS.body.evaluation,
      config: { access: "server" },
      schema: {
        operationId: "startRun",
        summary: "Decide an AI config and fill its prompt",
        description:
          "For apps without an SDK: one call gives what to ask of which model, what to try when that fails, and a token for feedback.",
        tags: ["sdk"],
        body: RunRequest,
        response: { 201: StartedRunSchema, 404: problemResponse("There is no such flag in the key's environment.") },
      },
    },
    async (request, reply) => {
      const { held, place } = await holdingOf(request, ports.hub);
      return reply.code(201).send(await startRun(ports, ports.views.of(held, "server"), place, request.body));
    },
  );

  app.post(
    `${RUNS_PATH}/:run`,
    {
      config: { access: "server", isRepeatable: true },
      schema: {
        operationId: "reportRun",
        summary: "Tell what came of a run's calls",
        description: "Sent again it counts once. What a provider did not say is left out: unknown, not 0.",
        tags: ["sdk"],
        params: z.strictObject({ run: RUN_ID }),
        body: RunReport,
        response: { 200: EventsAnswerSchema },
      },
    },
    async (request) => reportRun(ports, placeOf(keyOf(request)), request.params.run, request.body),
  );
}
