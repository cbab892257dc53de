/** Keys of a project: `/api/v1/projects/{project}/keys`. */

import { z } from "zod";
import { KeyKind, RoleName } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { KeyParams, ProjectParams } from "../http/route-schemas.ts";
import { CreatedKeySchema, KeySchema, pageOf } from "../http/views.ts";
import { requireProject } from "../environments/projects.ts";
import type { ManagementPorts } from "../ports.ts";
import { holds } from "./authorise.ts";
import { createKey, keyView, revokeKey } from "./keys.ts";

const KeyBody = z.strictObject({
  kind: KeyKind,
  name: z.string(),
  role: RoleName.optional().describe("Of an admin token: what it may do there. `admin` unless given."),
  environment: z
    .string()
    .optional()
    .describe("Needed for a server or browser key; an admin token without it reaches every environment."),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
const access = "management";

export function keyRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/keys",
    {
      config: { access, right: "key.edit" },
      schema: {
        operationId: "listKeys",
        summary: "The keys that this token may manage",
        tags: ["keys"],
        params: ProjectParams,
        querystring: PageQuery,
        response: { 200: pageOf(KeySchema) },
      },
    },
    async (request) => {
      const { project } = await requireKnown(request.params.project);
      const author = authorOf(request);
      const keys = (await ports.store.listKeys(project)).filter((key) => holds(author, "key.edit", key));
      return pageByKey([...keys].sort((a, b) => (a.id < b.id ? -1 : 1)).map(keyView), (key) => key.id, request.query);
    },
  );

  app.post(
    "/api/v1/projects/:project/keys",
    {
      config: { access, right: "key.edit" },
      schema: {
        operationId: "createKey",
        summary: "Make a key; its secret is shown in this answer only",
        tags: ["keys"],
        params: ProjectParams,
        body: KeyBody,
        response: { 201: CreatedKeySchema },
      },
    },
    async (request, reply) => {
      const { kind, name, role, environment, expiresAt } = request.body;
      const order = {
        kind,
        name,
        role,
        project: request.params.project,
        environment: environment ?? null,
        expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
      };
      const { record, secret } = await createKey(ports, authorOf(request), order);
      return reply.code(201).send({ ...keyView(record), secret });
    },
  );

  app.delete(
    "/api/v1/projects/:project/keys/:key",
    {
      config: { access, right: "key.edit" },
      schema: {
        operationId: "revokeKey",
        summary: "Revoke a key: it fails at once, and its streams close",
        tags: ["keys"],
        params: KeyParams,
        response: { 200: KeySchema },
      },
    },
    async (request) => {
      const { project, key } = request.params;
      const revoked = await revokeKey(ports, authorOf(request), { id: key, project });
      ports.hub.dropKey(revoked.id);
      return keyView(revoked);
    },
  );

  const requireKnown = async (project: string) => ({ project: (await requireProject(ports.store, project)).key });
}
