/** The playground of an environment: `/api/v1/projects/{project}/environments/{environment}/playground`. */

import { z } from "zod";
import {
  PLAYGROUND_LIMITS,
  type PlaygroundAnswer,
  PlaygroundQuestion,
  PlaygroundRequest,
  type PlaygroundRun,
  type PlaygroundVariables,
  ProblemError,
} from "@dimmer/protocol";
import { requireRight } from "../access/authorise.ts";
import type { ConnectionPorts } from "../connections/connections.ts";
import { modelAnswer } from "../connections/routes.ts";
import { abortWhenGone } from "../http/abort-when-gone.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import { findVariables, runPlayground } from "./playground.ts";

const AnswerSchema: z.ZodType<PlaygroundAnswer> = z
  .object({
    ...modelAnswer,
    variant: z.string(),
    connection: z.object({ id: z.string(), name: z.string() }).nullable(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
  })
  .meta({ id: "PlaygroundAnswer" });
const RunSchema: z.ZodType<PlaygroundRun> = z.object({ answers: z.array(AnswerSchema) }).meta({ id: "PlaygroundRun" });
const VariablesSchema: z.ZodType<PlaygroundVariables> = z
  .object({
    variables: z.array(z.string()),
    problems: z.record(z.string(), z.string()).describe("Of each variant that cannot be read, why."),
  })
  .meta({ id: "PlaygroundVariables" });

const config = { access: "management", right: "playground.run", reach: "whole", isRepeatable: true } as const;
const tags = ["playground"];
const base = "/api/v1/projects/:project/environments/:environment/playground";
const bodyLimit = HTTP_LIMITS.body.change;
const RETRY_AFTER_SECONDS = 5;

export function playgroundRoutes(app: HttpApp, ports: ConnectionPorts): void {
  let running = 0;

  app.post(
    base,
    {
      config,
      bodyLimit,
      schema: {
        operationId: "runPlayground",
        summary: "One prompt on several variants side by side, called through the environment's connections",
        description: "Budgeted and audited. Nothing of it counts in the flag's metrics.",
        tags,
        params: EnvironmentParams,
        body: PlaygroundRequest,
        response: { 200: RunSchema },
      },
    },
    async (request, reply) => {
      const author = authorOf(request);
      requireRight(author, "read", request.params);
      if (running >= PLAYGROUND_LIMITS.runs)
        throw new ProblemError("too-many-requests", `${PLAYGROUND_LIMITS.runs} runs are going on. Try again in a moment.`, {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      running += 1;
      try {
        return await runPlayground(ports, author, request.params, request.body, abortWhenGone(reply));
      } finally {
        running -= 1;
      }
    },
  );

  app.post(
    `${base}/variables`,
    {
      config,
      bodyLimit,
      schema: {
        operationId: "findPlaygroundVariables",
        summary: "The variables that the templates of some variants ask for",
        tags,
        params: EnvironmentParams,
        body: PlaygroundQuestion,
        response: { 200: VariablesSchema },
      },
    },
    async (request) => {
      requireRight(authorOf(request), "read", request.params);
      return await findVariables(ports, request.params, request.body);
    },
  );
}
