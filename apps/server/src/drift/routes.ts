/** Drift, `/api/v1/projects/{project}/environments/{environment}/drift`. */

import { z } from "zod";
import { DriftEdit } from "@dimmer/protocol";
import { requireEnvironment } from "../environments/environments.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams, WatchedFlagParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { DriftSchema, DriftSummarySchema } from "./drift-schemas.ts";
import { setDriftSettings } from "./drift-settings.ts";
import { listDrift, viewDrift } from "./view-drift.ts";

const PATH = "/api/v1/projects/:project/environments/:environment/drift";
const access = "management";

export function driftRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listDrift",
        summary: "The flags of an environment that are watched for drift, or could be",
        tags: ["watching"],
        params: EnvironmentParams,
        response: { 200: z.object({ items: z.array(DriftSummarySchema) }) },
      },
    },
    async ({ params: { project, environment } }) => {
      await requireEnvironment(ports.store, project, environment);
      return { items: [...(await listDrift(ports, project, environment))] };
    },
  );

  app.get(
    `${PATH}/:flag`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getDrift",
        summary: "How each live variant of a flag does against its own frozen past",
        description:
          "By variant and metric, hour by hour, with what changed meanwhile: models that answer, and edits of the flag.",
        tags: ["watching"],
        params: WatchedFlagParams,
        response: { 200: DriftSchema },
      },
    },
    async ({ params }) => await viewDrift(ports, params),
  );

  app.put(
    `${PATH}/:flag`,
    {
      config: { access, right: "watch.edit" },
      schema: {
        operationId: "setDrift",
        summary: "Say how a flag is watched for drift",
        description: "Flags with AI configs are watched unless somebody says otherwise.",
        tags: ["watching"],
        params: WatchedFlagParams,
        body: DriftEdit,
        response: { 200: DriftSchema },
      },
    },
    async (request) => {
      await setDriftSettings(ports, authorOf(request), request.params, request.body);
      return await viewDrift(ports, request.params);
    },
  );
}
