/** What a project says of its telemetry, over HTTP. */

import { z } from "zod";
import type { ProjectTelemetryView } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import type { Chores } from "./chores.ts";
import { readProjectTelemetry, setProjectHashing } from "./project-telemetry.ts";

export interface ProjectTelemetryPorts extends ManagementPorts {
  readonly chores: Chores;
  /** Puts an effect off until what is being done has committed. */
  readonly afterCommit: (effect: () => void) => void;
}

const hashTargetingKeys = z
  .boolean()
  .describe("Whether targeting keys are kept only as keyed hashes; what is kept already, too.");

const ViewSchema: z.ZodType<ProjectTelemetryView> = z
  .object({
    hashTargetingKeys,
    chores: z
      .array(
        z.object({
          kind: z.enum(["erase", "hash"]),
          createdAt: z.string(),
          attempts: z.int(),
          nextAttemptAt: z.string(),
        }),
      )
      .describe("What the telemetry store still has to do, the oldest first: it is away, or was when this was asked for."),
  })
  .meta({ id: "ProjectTelemetry" });

const PATH = "/api/v1/projects/:project/telemetry";
const about = { tags: ["telemetry"], params: ProjectParams, response: { 200: ViewSchema } };

export function projectTelemetryRoutes(app: HttpApp, ports: ProjectTelemetryPorts): void {
  app.get(
    PATH,
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getProjectTelemetry",
        summary: "Whether a project's targeting keys are kept as hashes, and what the telemetry store still has to do",
        ...about,
      },
    },
    ({ params: { project } }) => readProjectTelemetry(ports.store, project),
  );

  app.put(
    PATH,
    {
      config: { access: "management", right: "project.edit", reach: "whole" },
      schema: {
        operationId: "setProjectTelemetry",
        summary: "Say whether a project's targeting keys are kept only as keyed hashes",
        ...about,
        body: z.strictObject({ hashTargetingKeys }),
      },
    },
    async (request) => {
      const { project } = request.params;
      await setProjectHashing(ports, authorOf(request), { project, ...request.body });
      ports.afterCommit(() => ports.chores.wake());
      return await readProjectTelemetry(ports.store, project);
    },
  );
}
