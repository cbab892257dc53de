/** What a project declares of its evaluation contexts: read here, changed by `declare-context` like everything else. */

import { requireProject } from "../environments/projects.ts";
import type { HttpApp } from "../http/open-http.ts";
import { sendRevision } from "../http/revisions.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import { ContextSchema } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";

export function contextRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/context",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getContext",
        summary: "The attributes that the project declares",
        description: "Without a declaration it is null, at revision 0. A change with `declare-context` sets it.",
        tags: ["projects"],
        params: ProjectParams,
        response: { 200: ContextSchema },
      },
    },
    async (request, reply) => {
      const { key } = await requireProject(ports.store, request.params.project);
      const record = await ports.store.getContext(key);
      const view = { revision: record?.revision ?? 0, declaration: record?.declaration ?? null };
      sendRevision(reply, view.revision);
      return view;
    },
  );
}
