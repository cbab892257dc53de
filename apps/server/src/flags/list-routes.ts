/** The lists of a project's flags: by key and page, or their names alone. */

import { z } from "zod";
import { FlagFields } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, pageQuery } from "../http/paging.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import { FlagSchema, NamesSchema, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { FlagRecord } from "../storage/store.ts";
import { viewFlags } from "./view-flag.ts";

const FlagQuery = z.strictObject({
  ...pageQuery,
  archived: z.enum(["true", "false", "all"]).default("false").describe("Archived flags are left out unless asked for."),
  q: z.string().min(1).max(200).optional().describe("Part of the key or the description, in any case."),
  purpose: FlagFields.shape.purpose.unwrap().optional(),
  owner: z.string().max(200).optional(),
  tag: z.string().max(200).optional(),
});
type FlagQuery = z.infer<typeof FlagQuery>;

const access = "management";
const tags = ["flags"];

export function flagListRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/flags",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listFlags",
        summary: "Flags by key",
        tags,
        params: ProjectParams,
        querystring: FlagQuery,
        response: { 200: pageOf(FlagSchema) },
      },
    },
    async (request) => {
      const { project } = request.params;
      await requireProject(ports.store, project);
      const records = await ports.store.listFlags(project, request.query.archived === "false" ? { archived: false } : {});
      const wanted = records.filter((record) => isWanted(record, request.query));
      // Only what is shown is viewed: values are the larger part of a flag.
      const { items, next } = pageByKey(wanted, ({ key }) => key, request.query);
      const sight = sightOf(authorOf(request), project);
      const shown = items.map((record) => narrowRecord(sight, record));
      return { items: await viewFlags(ports.store, project, shown), next };
    },
  );

  app.get(
    "/api/v1/projects/:project/names",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listNames",
        summary: "The keys of the flags in use and of the segments, to complete or to correct one",
        tags,
        params: ProjectParams,
        response: { 200: NamesSchema },
      },
    },
    async (request) => {
      const { key: project } = await requireProject(ports.store, request.params.project);
      return { flags: await ports.store.listFlagKeys(project), segments: await ports.store.listSegmentKeys(project) };
    },
  );
}

function isWanted({ key, definition, archivedAt }: FlagRecord, { q, purpose, owner, tag, archived }: FlagQuery): boolean {
  const text = `${key}\n${definition.description ?? ""}`.toLowerCase();
  return (
    (archived === "all" || (archivedAt !== null) === (archived === "true")) &&
    (q === undefined || text.includes(q.toLowerCase())) &&
    (purpose === undefined || definition.purpose === purpose) &&
    (owner === undefined || definition.owner === owner) &&
    (tag === undefined || (definition.tags ?? []).includes(tag))
  );
}
