/** The lists of a project's flags: by key and page, or their names alone. */

import { z } from "zod";
import { FlagFields, type FlagView, type Staleness } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { requireEnvironment } from "../environments/environments.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, pageQuery } from "../http/paging.ts";
import { EnvironmentParams, ProjectParams } from "../http/route-schemas.ts";
import { FlagSchema, FlagSummarySchema, NamesSchema, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { FlagRecord } from "../storage/store.ts";
import { summariseFlag } from "./summarise-flag.ts";
import { judgeFlags, type StalePorts } from "../staleness/find-stale.ts";
import { viewFlags } from "./view-flag.ts";

const FlagQuery = z.strictObject({
  ...pageQuery,
  archived: z.enum(["true", "false", "all"]).default("false").describe("Archived flags are left out unless asked for."),
  q: z.string().min(1).max(200).optional().describe("Part of the key or the description, in any case."),
  purpose: FlagFields.shape.purpose.unwrap().optional(),
  owner: z.string().max(200).optional(),
  tag: z.string().max(200).optional(),
  state: z
    .enum(["stale", "unknown"])
    .optional()
    .describe("`stale`: likely debris, each with its reasons; `unknown`: too little is counted to tell."),
});
type FlagQuery = z.infer<typeof FlagQuery>;

const access = "management";
const tags = ["flags"];

export function flagListRoutes(app: HttpApp, ports: ManagementPorts & StalePorts): void {
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
      const author = authorOf(request);
      const sight = sightOf(author, project);
      const seen = records.flatMap((record) => (isWanted(record, request.query) ? [narrowRecord(sight, record)] : []));
      const { state } = request.query;
      const judge = state === undefined ? undefined : await judgeFlags(ports, author, project, records);
      const judged = new Map(seen.map((record) => [record.key, judge?.(record)]));
      const wanted = seen.filter(({ key }) => judged.get(key)?.state === state);
      // Only what is shown is viewed: values are the larger part of a flag.
      const { items, next } = pageByKey(wanted, ({ key }) => key, request.query);
      const views = await viewFlags(ports.store, project, items);
      return { items: views.map((view) => withStaleness(view, judged.get(view.key))), next };
    },
  );

  app.get(
    "/api/v1/projects/:project/environments/:environment/flags",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "summariseFlags",
        summary: "All flags of an environment in short: what each serves there, in words",
        description: "Whole, however many there are, and without values; archived flags are among them and say so.",
        tags,
        params: EnvironmentParams,
        response: { 200: z.object({ items: z.array(FlagSummarySchema) }) },
      },
    },
    async (request) => {
      const { project, environment } = request.params;
      await requireEnvironment(ports.store, project, environment);
      const records = await ports.store.listFlags(project);
      return { items: records.map((record) => summariseFlag(record, environment)) };
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

const withStaleness = (view: FlagView, staleness: Staleness | undefined): FlagView =>
  staleness === undefined ? view : { ...view, staleness };

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
