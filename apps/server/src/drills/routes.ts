/** Drills of fallbacks, `/api/v1/projects/{project}/environments/{environment}/drills`. */

import { z } from "zod";
import { DRILL_STATES, DrillEdit, DrillSettings, type DrillResult, type DrillsView } from "@dimmer/protocol";
import { requireEnvironment } from "../environments/environments.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams, WatchedFlagParams } from "../http/route-schemas.ts";
import { ActorView } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { setDrillSettings } from "./drill-settings.ts";
import { startDrill } from "./run-drill.ts";
import { viewDrill, viewDrills } from "./view-drills.ts";

const text = z.string();
const ResultSchema: z.ZodType<DrillResult> = z
  .object({
    id: text,
    state: z
      .enum(DRILL_STATES)
      .describe("`refused`: it could not begin. `cut-short`: somebody changed the flag before it was over."),
    say: text,
    percent: z.number(),
    startedAt: text,
    endedAt: text.nullable(),
    variants: z.array(text),
    runs: z.int(),
    failed: z.int(),
    actor: ActorView,
    changes: z.array(text).describe("The changes that began and ended it."),
  })
  .meta({ id: "Drill" });
const DrillsSchema: z.ZodType<DrillsView> = z
  .object({
    flag: text,
    environment: text,
    settings: DrillSettings.nullable(),
    revision: z.int(),
    nextAt: text.nullable(),
    health: z.object({
      state: z.enum(["healthy", "unhealthy", "unknown"]),
      say: text,
      asOf: text.nullable(),
      runs: z.int(),
      failed: z.int(),
    }),
    drills: z.array(ResultSchema),
  })
  .meta({ id: "Drills" });

const PATH = "/api/v1/projects/:project/environments/:environment/drills";
const access = "management";
/** Of each flag, in a list. */
const LISTED = 1;

export interface DrillRoutePorts extends ManagementPorts {
  readonly events: Pick<EventStore, "metrics">;
}

export function drillRoutes(app: HttpApp, ports: DrillRoutePorts, drillWatch: { readonly wake: () => void }): void {
  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listDrills",
        summary: "The flags of an environment whose fallback is drilled, each with its last drill",
        tags: ["watching"],
        params: EnvironmentParams,
        response: { 200: z.object({ items: z.array(DrillsSchema) }) },
      },
    },
    async ({ params: { project, environment } }) => {
      await requireEnvironment(ports.store, project, environment);
      const items: DrillsView[] = [];
      for (const { flag } of await ports.store.listDrillSettings(project, environment))
        items.push(await viewDrills(ports, { project, environment, flag }, LISTED));
      return { items };
    },
  );

  app.get(
    `${PATH}/:flag`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getDrills",
        summary: "How the drills of a flag's fallback went, and whether it is healthy",
        tags: ["watching"],
        params: WatchedFlagParams,
        response: { 200: DrillsSchema },
      },
    },
    async ({ params }) => await viewDrills(ports, params),
  );

  app.put(
    `${PATH}/:flag`,
    {
      config: { access, right: "watch.edit" },
      schema: {
        operationId: "setDrills",
        summary: "Say when the fallback of a flag is drilled; null for never",
        tags: ["watching"],
        params: WatchedFlagParams,
        body: DrillEdit,
        response: { 200: DrillsSchema },
      },
    },
    async (request) => {
      await setDrillSettings(ports, authorOf(request), request.params, request.body);
      drillWatch.wake();
      return await viewDrills(ports, request.params);
    },
  );

  app.post(
    `${PATH}/:flag/start`,
    {
      config: { access, right: "watch.edit" },
      schema: {
        operationId: "startDrill",
        summary: "Begin a drill of a flag's fallback now",
        description: "By its settings, or the usual ones. What cannot begin is `refused`, with the reason.",
        tags: ["watching"],
        params: WatchedFlagParams,
        response: { 201: ResultSchema },
      },
    },
    async (request, reply) => {
      const { project, environment, flag } = request.params;
      const kept = await ports.store.getDrillSettings(project, environment, flag);
      const drill = await startDrill(ports, request.params, kept?.settings ?? DrillSettings.parse({}), authorOf(request));
      drillWatch.wake();
      return reply.code(201).send(viewDrill(drill));
    },
  );
}
