/** Schedules: `/api/v1/projects/{project}/schedules`. */

import { z } from "zod";
import {
  Operation,
  PROBLEMS,
  type ProblemCode,
  ScheduleRequest,
  type ScheduleResult,
  ScheduleState,
  type ScheduleView,
} from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { ProjectParams, ScheduleParams } from "../http/route-schemas.ts";
import { ActorView, IssueView, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { cancelSchedule } from "./cancel-schedule.ts";
import { createSchedule } from "./create-schedule.ts";
import { noSuchSchedule, viewSchedule } from "./schedule.ts";
import type { Scheduler } from "./scheduler.ts";

const time = z.string().describe("RFC 3339, UTC.");
const ScheduleSchema: z.ZodType<ScheduleView> = z
  .object({
    id: z.string(),
    sequence: z.int(),
    state: ScheduleState,
    dueAt: time,
    actor: ActorView,
    reason: z.string().nullable(),
    operations: z.array(Operation),
    undoes: z.string().nullable(),
    createdAt: time,
    settledAt: time.nullable(),
    isLate: z.boolean(),
    change: z.string().nullable(),
    problem: z.object({ code: z.enum(Object.keys(PROBLEMS) as [ProblemCode]), detail: z.string() }).nullable(),
  })
  .meta({ id: "Schedule" });
const ScheduleResultSchema: z.ZodType<ScheduleResult> = z
  .object({
    status: z.enum(["scheduled", "valid"]),
    dueAt: time,
    schedule: ScheduleSchema.nullable(),
    issues: z.array(IssueView).describe("Warnings."),
  })
  .meta({ id: "ScheduleResult" });

const access = "management";
const tags = ["schedules"];

export function scheduleRoutes(app: HttpApp, ports: ManagementPorts, scheduler: Pick<Scheduler, "wake">): void {
  app.get(
    "/api/v1/projects/:project/schedules",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listSchedules",
        summary: "Changes that are to be made, and what became of those that were, newest first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({ ...pageQuery, state: ScheduleState.optional() }),
        response: { 200: pageOf(ScheduleSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(ports.store, request.params.project);
      const { limit, state } = request.query;
      const page = { limit: limit + 1, before: positionOf(request.query), state };
      const { items, next } = pageBySequence(await ports.store.listSchedules(key, page), limit);
      const sight = sightOf(authorOf(request), key);
      return { items: items.flatMap((record) => viewSchedule(sight, record) ?? []), next };
    },
  );

  app.post(
    "/api/v1/projects/:project/schedules",
    {
      config: { access, right: "schedule.edit" },
      schema: {
        operationId: "createSchedule",
        summary: "Make a change at a time to come",
        description: "It is validated now and again when it runs, in the right of this token, on whatever is there then.",
        tags,
        params: ProjectParams,
        body: ScheduleRequest,
        response: { 200: ScheduleResultSchema, 201: ScheduleResultSchema },
      },
    },
    async (request, reply) => {
      const author = authorOf(request);
      const { record, issues } = await createSchedule(ports, author, request.params.project, request.body);
      const dueAt = new Date(record.dueAt).toISOString();
      if (request.body.dryRun === true) return { status: "valid" as const, dueAt, schedule: null, issues };
      scheduler.wake();
      const sight = sightOf(author, request.params.project);
      return reply.code(201).send({ status: "scheduled", dueAt, schedule: viewSchedule(sight, record), issues });
    },
  );

  app.get(
    "/api/v1/projects/:project/schedules/:schedule",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getSchedule",
        summary: "One schedule, and what became of it",
        tags,
        params: ScheduleParams,
        response: { 200: ScheduleSchema },
      },
    },
    async (request) => {
      const { project, schedule } = request.params;
      const record = await ports.store.getSchedule(project, schedule);
      const view = record === null ? null : viewSchedule(sightOf(authorOf(request), project), record);
      if (view === null) throw noSuchSchedule(project, schedule);
      return view;
    },
  );

  app.delete(
    "/api/v1/projects/:project/schedules/:schedule",
    {
      config: { access, right: "schedule.edit" },
      schema: {
        operationId: "cancelSchedule",
        summary: "Cancel a schedule that is still to run",
        tags,
        params: ScheduleParams,
        response: { 200: ScheduleSchema },
      },
    },
    async (request) => {
      const { project, schedule } = request.params;
      const author = authorOf(request);
      const view = viewSchedule(sightOf(author, project), await cancelSchedule(ports, author, { project, id: schedule }));
      if (view === null) throw noSuchSchedule(project, schedule);
      return view;
    },
  );
}
