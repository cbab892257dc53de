/** Admin tokens of the whole installation: `/api/v1/keys`. */

import { z } from "zod";
import { RoleName } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { InstallationKeyParams } from "../http/route-schemas.ts";
import { CreatedKeySchema, KeySchema, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { createKey, keyView, revokeKey } from "./keys.ts";

const config = { access: "management", right: "key.edit", reach: "whole" } as const;
const tags = ["keys"];

export function installationKeyRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/keys",
    {
      config,
      schema: {
        operationId: "listInstallationKeys",
        summary: "The admin tokens of the whole installation",
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(KeySchema) },
      },
    },
    async (request) => {
      const keys = [...(await ports.store.listKeys(null))].sort((a, b) => (a.id < b.id ? -1 : 1));
      return pageByKey(keys.map(keyView), ({ id }) => id, request.query);
    },
  );

  app.post(
    "/api/v1/keys",
    {
      config,
      schema: {
        operationId: "createInstallationKey",
        summary: "Make an admin token for every project; its secret is shown in this answer only",
        tags,
        body: z.strictObject({
          name: z.string(),
          role: RoleName.describe("What it may do, everywhere."),
          expiresAt: z.iso.datetime({ offset: true }).optional(),
        }),
        response: { 201: CreatedKeySchema },
      },
    },
    async (request, reply) => {
      const { expiresAt, ...body } = request.body;
      const place = { kind: "admin", project: null, environment: null } as const;
      const order = { ...place, ...body, expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt) };
      const { record, secret } = await createKey(ports, authorOf(request), order);
      return reply.code(201).send({ ...keyView(record), secret });
    },
  );

  app.delete(
    "/api/v1/keys/:key",
    {
      config,
      schema: {
        operationId: "revokeInstallationKey",
        summary: "Revoke an admin token of the whole installation: it fails at once",
        tags,
        params: InstallationKeyParams,
        response: { 200: KeySchema },
      },
    },
    async (request) => {
      const revoked = await revokeKey(ports, authorOf(request), { id: request.params.key, project: null });
      ports.hub.dropKey(revoked.id);
      return keyView(revoked);
    },
  );
}
