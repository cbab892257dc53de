/** When models retire: `/api/v1/projects/{project}/models/retirements`. */

import { z } from "zod";
import { ModelAddress, ModelRetirement } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { listRetirements, removeRetirement, setRetirement } from "./retirements.ts";

const path = "/api/v1/projects/:project/models/retirements";
const access = "management";
const tags = ["models"];
const params = ProjectParams;
const editing = { access, right: "alert.edit", reach: "whole" } as const;

/** What was written down is looked at at once. */
export function retirementRoutes(app: HttpApp, ports: ManagementPorts, watching: { readonly wake: () => void }): void {
  app.get(
    path,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listModelRetirements",
        summary: "When models retire, as the project has written it down",
        tags,
        params,
        response: { 200: z.object({ items: z.array(ModelRetirement) }) },
      },
    },
    async (request) => ({ items: [...(await listRetirements(ports.store, request.params.project))] }),
  );

  app.put(
    path,
    {
      config: editing,
      schema: {
        operationId: "setModelRetirement",
        summary: "Write down when a model retires: an alert says so 60, 30 and 7 days ahead, where it is still served",
        tags,
        params,
        body: ModelRetirement,
        response: { 200: ModelRetirement },
      },
    },
    async (request) => {
      const done = await setRetirement(ports, authorOf(request), request.params.project, request.body);
      watching.wake();
      return done;
    },
  );

  app.delete(
    path,
    {
      config: editing,
      schema: {
        operationId: "removeModelRetirement",
        summary: "Forget when a model retires",
        tags,
        params,
        querystring: ModelAddress,
        response: { 200: ModelRetirement },
      },
    },
    async (request) => {
      const done = await removeRetirement(ports, authorOf(request), request.params.project, request.query);
      watching.wake();
      return done;
    },
  );
}
