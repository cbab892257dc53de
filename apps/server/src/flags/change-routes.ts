/** Changes: read, several edits at once, and the undo of one or of a whole environment. */

import { z } from "zod";
import { ChangeRequest, ProblemError } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowChange } from "../access/narrow.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { type About, about, ChangeParams, EnvironmentParams, ProjectParams } from "../http/route-schemas.ts";
import { ChangeResultSchema, ChangeSchema, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { listHistory } from "./list-history.ts";
import { sourceOf, submitChange } from "./submit-change.ts";
import { undoChange, undoEnvironment } from "./undo.ts";
import { viewChange } from "./view-change.ts";

const access = "management";
const tags = ["changes"];
const response = { 200: ChangeResultSchema };

const ChangeQuery = z.strictObject({
  ...pageQuery,
  flag: z.string().min(1).max(128).optional(),
  environment: z.string().min(1).max(128).optional(),
});

const UndoBody = z.strictObject({ ...about, force: z.boolean().optional().describe("Undo although it was edited since.") });

export function changeRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/changes",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listChanges",
        summary: "Every change, newest first",
        tags,
        params: ProjectParams,
        querystring: ChangeQuery,
        response: { 200: pageOf(ChangeSchema) },
      },
    },
    async (request) => {
      const { project } = await requireProject(ports.store, request.params.project).then(({ key }) => ({ project: key }));
      const { limit, flag, environment } = request.query;
      const before = positionOf(request.query);
      return pageBySequence(
        await listHistory(ports.store, authorOf(request), project, { limit: limit + 1, before, flag, environment }),
        limit,
      );
    },
  );

  app.post(
    "/api/v1/projects/:project/changes",
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "by-operation" },
      schema: {
        operationId: "submitChange",
        summary: "Edit several things at once: all of it is applied, or none",
        tags,
        params: ProjectParams,
        body: ChangeRequest,
        response,
      },
    },
    async (request) => {
      const { operations, expected, file, ...more } = request.body;
      const submission = {
        project: request.params.project,
        operations,
        about: more,
        ...(expected === undefined ? {} : { expected }),
        ...(file === undefined ? {} : { file }),
      };
      return submitChange(ports, request, submission);
    },
  );

  app.get(
    "/api/v1/projects/:project/changes/:change",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getChange",
        summary: "One change with its diff",
        tags,
        params: ChangeParams,
        response: { 200: ChangeSchema },
      },
    },
    async (request) => {
      const { project, change } = request.params;
      const record = await ports.store.getChange(project, change);
      const view = record === null ? null : narrowChange(sightOf(authorOf(request), project), viewChange(record));
      if (view === null) throw new ProblemError("not-found", `There is no change ${change} in project ${project}.`);
      return view;
    },
  );

  app.post(
    "/api/v1/projects/:project/changes/:change/undo",
    {
      config: { access, right: "by-operation" },
      schema: {
        operationId: "undoChange",
        summary: "Undo one change; what was edited since is a conflict",
        tags,
        params: ChangeParams,
        body: UndoBody.default({}),
        response,
      },
    },
    async (request) => {
      const { project, change } = request.params;
      const { force, ...more } = request.body;
      const order = { project, change, ...undoOf(more), source: sourceOf(request), ...(force === undefined ? {} : { force }) };
      return undoChange(ports, authorOf(request), order);
    },
  );

  app.post(
    "/api/v1/projects/:project/environments/:environment/undo",
    {
      config: { access, right: "by-operation" },
      schema: {
        operationId: "undoEnvironment",
        summary: "Take a whole environment back to an earlier version",
        tags,
        params: EnvironmentParams,
        body: z.strictObject({ version: z.int().min(0), ...about }),
        response,
      },
    },
    async (request) => {
      const { version, ...more } = request.body;
      return undoEnvironment(ports, authorOf(request), {
        ...request.params,
        version,
        ...undoOf(more),
        source: sourceOf(request),
      });
    },
  );
}

const undoOf = ({ reason, dryRun }: About) => ({ reason: reason ?? null, ...(dryRun === undefined ? {} : { dryRun }) });
