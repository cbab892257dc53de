/** Alerts of a project: `/api/v1/projects/{project}/alerts`. */

import { z } from "zod";
import {
  ALERT_KINDS,
  ALERT_SEVERITIES,
  ALERT_STATES,
  AlertAct,
  type AlertCounts,
  type AlertState,
  type AlertView,
  Operation,
  type SuggestedAction,
} from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { AlertParams, ProjectParams } from "../http/route-schemas.ts";
import { ActorView, JsonValueView, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { type AlertDeed, actOnAlert, requireAlert } from "./act-on-alert.ts";
import { viewAlert } from "./view-alert.ts";

const time = z.string().describe("RFC 3339, UTC.");
const label = z.string().describe("What it does, in words.");
const ActionSchema: z.ZodType<SuggestedAction> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("change"), label, operations: z.array(Operation) }),
  z.object({ kind: z.literal("rollout"), label, rollout: z.string(), act: z.enum(["pause", "resume", "abort"]) }),
  z.object({ kind: z.literal("page"), label, path: z.string().describe("Of the dashboard.") }),
]);
const AlertSchema: z.ZodType<AlertView> = z
  .object({
    id: z.string(),
    kind: z.enum(ALERT_KINDS),
    severity: z.enum(ALERT_SEVERITIES).describe("`page` wakes somebody, `warn` is for today, `note` for this week."),
    state: z.enum(ALERT_STATES),
    environment: z.string().nullable(),
    flag: z.string().nullable(),
    variant: z.string().nullable(),
    title: z.string(),
    cause: z.string().describe("What is seen, since when, and what most likely causes it."),
    evidence: JsonValueView,
    action: ActionSchema.nullable().describe("One call that may help; nothing of it happens by itself."),
    times: z.int().describe("How often it was raised while it stood."),
    firstAt: time,
    lastAt: time,
    acknowledgedBy: ActorView.nullable(),
    resolvedBy: ActorView.nullable().describe("Null where it resolved by itself."),
    resolvedAt: time.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: "Alert" });
const count = z.int();
const CountsSchema: z.ZodType<AlertCounts> = z.object({ page: count, warn: count, note: count }).meta({ id: "AlertCounts" });

const filters = {
  state: z
    .enum([...ALERT_STATES, "standing"])
    .optional()
    .describe("`standing` is open or acknowledged; all of them unless given."),
  severity: z.enum(ALERT_SEVERITIES).optional(),
  kind: z.enum(ALERT_KINDS).optional(),
  flag: z.string().min(1).max(128).optional(),
  environment: z.string().min(1).max(128).optional(),
};

const STATES: Readonly<Record<AlertState | "standing", readonly AlertState[]>> = {
  open: ["open"],
  acknowledged: ["acknowledged"],
  resolved: ["resolved"],
  standing: ["open", "acknowledged"],
};

const access = "management";
const tags = ["alerts"];
const base = "/api/v1/projects/:project/alerts";
const ACTS: readonly (readonly [AlertDeed["act"], string])[] = [
  ["acknowledge", "Say that one has seen it and looks after it"],
  ["resolve", "Say that it is over; what is still wrong raises it again"],
];

export function alertRoutes(app: HttpApp, ports: ManagementPorts): void {
  const { store } = ports;

  app.get(
    base,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listAlerts",
        summary: "What somebody should look at, and what became of it, opened last first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({ ...pageQuery, ...filters }),
        response: { 200: pageOf(AlertSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(store, request.params.project);
      const { limit, cursor: _cursor, state, ...match } = request.query;
      const sight = sightOf(authorOf(request), key);
      const alerts = await store.listAlerts(key, {
        ...match,
        limit: limit + 1,
        before: positionOf(request.query),
        states: state && STATES[state],
        seen: sight === null ? undefined : [...sight],
      });
      const { items, next } = pageBySequence(alerts, limit);
      return { items: items.map(viewAlert), next };
    },
  );

  app.get(
    `${base}/counts`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "countAlerts",
        summary: "How many alerts are open, by severity",
        tags,
        params: ProjectParams,
        response: { 200: CountsSchema },
      },
    },
    async (request) => {
      const { key } = await requireProject(store, request.params.project);
      const sight = sightOf(authorOf(request), key);
      return await store.countAlerts(key, { states: STATES.open, seen: sight === null ? undefined : [...sight] });
    },
  );

  app.get(
    `${base}/:alert`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getAlert",
        summary: "One alert, with its evidence",
        tags,
        params: AlertParams,
        response: { 200: AlertSchema },
      },
    },
    async (request) => {
      const { project, alert } = request.params;
      return viewAlert(await requireAlert(store, sightOf(authorOf(request), project), { project, id: alert }));
    },
  );

  for (const [act, summary] of ACTS)
    app.post(
      `${base}/:alert/${act}`,
      {
        config: { access, right: "alert.edit" },
        schema: {
          operationId: `${act}Alert`,
          summary,
          tags,
          params: AlertParams,
          body: AlertAct.default({}),
          response: { 200: AlertSchema },
        },
      },
      async (request) => {
        const { project, alert } = request.params;
        const place = { project, id: alert };
        const after = await actOnAlert(ports, authorOf(request), place, { act, note: request.body.note });
        // Nothing that is served was changed; whoever follows the notices looks now.
        ports.committed(project, {});
        return viewAlert(after);
      },
    );
}
