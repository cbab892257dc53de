/** Projects and their environments: `/api/v1/projects`. */

import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { EvalRequirements, REVIEW_APPROVALS_MAX } from "@dimmer/protocol";
import { authorOf, noSuchProject } from "../http/access.ts";
import { requireHolding } from "../delivery/require-holding.ts";
import { sendSnapshot } from "../delivery/routes.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { EnvironmentParams, ProjectParams } from "../http/route-schemas.ts";
import { EnvironmentSchema, pageOf, ProjectSchema, SnapshotPart } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import {
  createEnvironment,
  environmentView,
  findProjectView,
  listProjectViews,
  requireEnvironment,
  requireReview,
  updateEnvironment,
} from "./environments.ts";
import { createProject, renameProject } from "./projects.ts";

const ProjectBody = z.strictObject({ key: z.string(), name: z.string() });
const EnvironmentBody = z.strictObject({ key: z.string(), name: z.string(), production: z.boolean().default(false) });
const EnvironmentEditBody = z
  .strictObject({ name: z.string(), production: z.boolean(), requireEvals: EvalRequirements })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, "Say a name, whether it is production, or which evals it requires.");
const NameBody = z.strictObject({ name: z.string() });
const access = "management";

export function projectRoutes(app: HttpApp, ports: ManagementPorts): void {
  const viewOf = (request: FastifyRequest, project: string) => requireProjectView(ports, request, project);

  app.get(
    "/api/v1/projects",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listProjects",
        summary: "The projects that you may read",
        tags: ["projects"],
        querystring: PageQuery,
        response: { 200: pageOf(ProjectSchema) },
      },
    },
    async (request) => pageByKey(await listProjectViews(ports.store, authorOf(request)), (project) => project.key, request.query),
  );

  app.post(
    "/api/v1/projects",
    {
      config: { access, right: "project.edit", reach: "whole" },
      schema: {
        operationId: "createProject",
        summary: "Create a project",
        tags: ["projects"],
        body: ProjectBody,
        response: { 201: ProjectSchema },
      },
    },
    async (request, reply) => {
      const { key, name } = await createProject(ports, authorOf(request), request.body);
      return reply.code(201).send({ key, name, environments: [] });
    },
  );

  app.get(
    "/api/v1/projects/:project",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getProject",
        summary: "One project",
        tags: ["projects"],
        params: ProjectParams,
        response: { 200: ProjectSchema },
      },
    },
    async (request) => viewOf(request, request.params.project),
  );

  app.patch(
    "/api/v1/projects/:project",
    {
      config: { access, right: "project.edit", reach: "whole" },
      schema: {
        operationId: "renameProject",
        summary: "Rename a project; its key stays",
        tags: ["projects"],
        params: ProjectParams,
        body: NameBody,
        response: { 200: ProjectSchema },
      },
    },
    async (request) => {
      const { project } = request.params;
      await renameProject(ports, authorOf(request), { key: project, name: request.body.name });
      return viewOf(request, project);
    },
  );
}

async function requireProjectView({ store }: ManagementPorts, request: FastifyRequest, project: string) {
  const view = await findProjectView(store, authorOf(request), project);
  if (view === null) throw noSuchProject();
  return view;
}

export function environmentRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/environments",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listEnvironments",
        summary: "The environments that you may read",
        tags: ["environments"],
        params: ProjectParams,
        querystring: PageQuery,
        response: { 200: pageOf(EnvironmentSchema) },
      },
    },
    async (request) => {
      const { environments } = await requireProjectView(ports, request, request.params.project);
      return pageByKey(environments, (environment) => environment.key, request.query);
    },
  );

  app.post(
    "/api/v1/projects/:project/environments",
    {
      config: { access, right: "environment.edit", reach: "whole" },
      schema: {
        operationId: "createEnvironment",
        summary: "Create an environment",
        tags: ["environments"],
        params: ProjectParams,
        body: EnvironmentBody,
        response: { 201: EnvironmentSchema },
      },
    },
    async (request, reply) => {
      const created = await createEnvironment(ports, authorOf(request), { project: request.params.project, ...request.body });
      return reply.code(201).send(environmentView(created));
    },
  );

  app.get(
    "/api/v1/projects/:project/environments/:environment",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getEnvironment",
        summary: "One environment",
        tags: ["environments"],
        params: EnvironmentParams,
        response: { 200: EnvironmentSchema },
      },
    },
    async (request) => {
      const { project, environment } = request.params;
      return environmentView(await requireEnvironment(ports.store, project, environment));
    },
  );

  app.patch(
    "/api/v1/projects/:project/environments/:environment",
    {
      config: { access, right: "environment.edit" },
      schema: {
        operationId: "updateEnvironment",
        summary:
          "Rename an environment, say whether it is production, or which evals it requires; what is left out stays, and so does its key",
        tags: ["environments"],
        params: EnvironmentParams,
        body: EnvironmentEditBody,
        response: { 200: EnvironmentSchema },
      },
    },
    async (request) => {
      const { project, environment: key } = request.params;
      return environmentView(await updateEnvironment(ports, authorOf(request), { project, key, ...request.body }));
    },
  );

  app.put(
    "/api/v1/projects/:project/environments/:environment/review",
    {
      config: { access, right: "environment.edit" },
      schema: {
        operationId: "requireReview",
        summary: "Say how many approvals an edit takes that reaches this environment; 0 for none",
        description: "Kills and stops take none.",
        tags: ["environments"],
        params: EnvironmentParams,
        body: z.strictObject({ approvals: z.int().min(0).max(REVIEW_APPROVALS_MAX) }),
        response: { 200: EnvironmentSchema },
      },
    },
    async (request) => {
      const { project, environment: key } = request.params;
      return environmentView(await requireReview(ports, authorOf(request), { project, key, ...request.body }));
    },
  );

  app.get(
    "/api/v1/projects/:project/environments/:environment/snapshot",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getSnapshot",
        summary: "The snapshot that SDKs of this environment hold",
        tags: ["environments"],
        params: EnvironmentParams,
        response: { 200: SnapshotPart, 304: z.null() },
      },
    },
    async (request, reply) => {
      await sendSnapshot(await requireHolding(ports.hub, request.params), request, reply);
      return reply;
    },
  );
}
