/** Models: where one is used, and its kill over all flags: `/api/v1/projects/{project}/models`. */

import { z } from "zod";
import { ModelQuery, type ModelUse } from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { about, ProjectParams } from "../http/route-schemas.ts";
import { ChangeResultSchema } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { sourceOf } from "../flags/submit-change.ts";
import { findUses, killModel } from "./kill-model.ts";

const KillModelBody = z.strictObject({ ...ModelQuery.shape, ...about });

const ModelUseSchema: z.ZodType<ModelUse> = z
  .object({
    flag: z.string(),
    environment: z.string(),
    variant: z.string(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    serves: z.array(
      z.object({
        kind: z.enum(["target", "rule", "default", "else", "fallback"]),
        rule: z.string().nullable(),
        percent: z.number().nullable(),
      }),
    ),
    killed: z.boolean(),
    stopped: z.boolean(),
    pinnedOnly: z.boolean().describe("Only an earlier version names it, which sessions may still hold by their pin."),
  })
  .meta({ id: "ModelUse" });

const access = "management";
const tags = ["models"];

export function modelRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/models/uses",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listModelUses",
        summary: "Which variants of which flags use a model or provider, and to whom they are served",
        description: "Without a model and a provider, the uses of every one.",
        tags,
        params: ProjectParams,
        querystring: ModelQuery,
        response: { 200: z.array(ModelUseSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(ports.store, request.params.project);
      const author = authorOf(request);
      return [...(await ports.store.transaction((tx) => findUses(tx, author, key, request.query)))];
    },
  );

  app.post(
    "/api/v1/projects/:project/models/kill",
    {
      config: { access, right: "flag.kill" },
      schema: {
        operationId: "killModel",
        summary: "Take a model or provider off in all flags at once: stops, and kills where nothing else serves",
        tags,
        params: ProjectParams,
        body: KillModelBody,
        response: { 200: ChangeResultSchema },
      },
    },
    async (request) => {
      const { reason, dryRun, ...found } = request.body;
      return killModel(ports, authorOf(request), {
        project: request.params.project,
        query: found,
        source: sourceOf(request),
        ...(reason === undefined ? {} : { reason }),
        ...(dryRun === undefined ? {} : { dryRun }),
      });
    },
  );
}
