/** Links of a project: `/api/v1/projects/{project}/links`. */

import { z } from "zod";
import { type CreatedLink, LinkRequest, type LinkView } from "@dimmer/protocol";
import { holds } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { LinkParams, ProjectParams } from "../http/route-schemas.ts";
import { pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { createLink, revokeLink, viewLink } from "./links.ts";

const time = z.string().describe("RFC 3339, UTC.");
const fields = {
  id: z.string(),
  name: z.string(),
  flag: z.string(),
  environment: z.string(),
  variant: z.string().nullable().describe("Null where it kills the whole flag."),
  prefix: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  usedAt: time.nullable(),
};
const LinkSchema: z.ZodType<LinkView> = z.object(fields).meta({ id: "Link" });
const CreatedLinkSchema: z.ZodType<CreatedLink> = z.object({ ...fields, secret: z.string() }).meta({ id: "CreatedLink" });

const access = "management";
const tags = ["links"];

export function linkRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/links",
    {
      config: { access, right: "link.edit" },
      schema: {
        operationId: "listLinks",
        summary: "The kill links that this token may manage, without their secrets",
        tags,
        params: ProjectParams,
        querystring: PageQuery,
        response: { 200: pageOf(LinkSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(ports.store, request.params.project);
      const author = authorOf(request);
      const links = (await ports.store.listLinks(key)).filter((link) => holds(author, "link.edit", link));
      return pageByKey(links.map(viewLink), ({ id }) => id, request.query);
    },
  );

  app.post(
    "/api/v1/projects/:project/links",
    {
      config: { access, right: "link.edit" },
      schema: {
        operationId: "createLink",
        summary: "Make a link that kills a flag or stops a variant; its secret is shown in this answer only",
        description: "The link is this server's address, `/links/` and the secret. It never restores.",
        tags,
        params: ProjectParams,
        body: LinkRequest,
        response: { 201: CreatedLinkSchema },
      },
    },
    async (request, reply) => {
      const { record, secret } = await createLink(ports, authorOf(request), request.params.project, request.body);
      return reply.code(201).send({ ...viewLink(record), secret });
    },
  );

  app.delete(
    "/api/v1/projects/:project/links/:link",
    {
      config: { access, right: "link.edit" },
      schema: {
        operationId: "revokeLink",
        summary: "Revoke a kill link: it does nothing from now on",
        tags,
        params: LinkParams,
        response: { 200: LinkSchema },
      },
    },
    async (request) => {
      const { project, link } = request.params;
      return viewLink(await revokeLink(ports, authorOf(request), { project, id: link }));
    },
  );
}
