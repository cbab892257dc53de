/** Segments: named groups that rules refer to, with a block for each environment. */

import { z } from "zod";
import { ProblemError, SegmentDefinitionPart, SegmentEnvironmentPart, type Operation } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { requireProject } from "../environments/projects.ts";
import { submitChange } from "../flags/submit-change.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { expectRevision, requireRevision, sendRevision } from "../http/revisions.ts";
import { about, ProjectParams, SegmentEnvironmentParams, SegmentParams } from "../http/route-schemas.ts";
import { ChangeResultSchema, pageOf, SegmentSchema, SegmentUsesSchema } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { findSegmentUses } from "./find-segment-uses.ts";
import { viewSegment } from "./view-segment.ts";

const access = "management";
const tags = ["segments"];
const response = { 200: ChangeResultSchema };
const segmentPath = "/api/v1/projects/:project/segments/:segment";
const environmentPath = `${segmentPath}/environments/:environment`;

export function segmentRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/projects/:project/segments",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listSegments",
        summary: "Segments by key",
        tags,
        params: ProjectParams,
        querystring: PageQuery,
        response: { 200: pageOf(SegmentSchema) },
      },
    },
    async (request) => {
      const { key: project } = await requireProject(ports.store, request.params.project);
      const segments = (await ports.store.listSegments(project)).filter(({ removedAt }) => removedAt === null);
      const sight = sightOf(authorOf(request), project);
      const views = segments.map((record) => viewSegment(narrowRecord(sight, record)));
      return pageByKey(views, (segment) => segment.key, request.query);
    },
  );

  app.get(
    "/api/v1/projects/:project/segment-uses",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listSegmentUses",
        summary: "What asks for segments: rules, fallbacks, variants and other segments",
        tags,
        params: ProjectParams,
        response: { 200: SegmentUsesSchema },
      },
    },
    async (request) => {
      const { key: project } = await requireProject(ports.store, request.params.project);
      const sight = sightOf(authorOf(request), project);
      const flags = (await ports.store.listFlags(project, { archived: false })).map((record) => narrowRecord(sight, record));
      const segments = (await ports.store.listSegments(project)).map((record) => narrowRecord(sight, record));
      return { items: findSegmentUses(flags, segments) };
    },
  );

  app.post(
    "/api/v1/projects/:project/segments",
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "segment.edit" },
      schema: {
        operationId: "createSegment",
        summary: "Create a segment",
        tags,
        params: ProjectParams,
        body: z.strictObject({ key: z.string().min(1).max(128), definition: SegmentDefinitionPart, ...about }),
        response: { 200: ChangeResultSchema.describe("A dry run."), 201: ChangeResultSchema },
      },
    },
    async (request, reply) => {
      const { key: segment, definition, ...more } = request.body;
      const operations: Operation[] = [{ kind: "create-segment", segment, definition }];
      const changed = await submitChange(ports, request, { project: request.params.project, operations, about: more });
      return reply.code(changed.status === "applied" ? 201 : 200).send(changed);
    },
  );

  app.get(
    segmentPath,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getSegment",
        summary: "One segment; its ETag is its revision",
        tags,
        params: SegmentParams,
        response: { 200: SegmentSchema },
      },
    },
    async (request, reply) => {
      const { project, segment } = request.params;
      const record = await ports.store.getSegment(project, segment);
      if (record === null || record.removedAt !== null)
        throw new ProblemError("not-found", `There is no segment ${segment} in project ${project}.`);
      sendRevision(reply, record.revision);
      return viewSegment(narrowRecord(sightOf(authorOf(request), project), record));
    },
  );

  app.patch(
    segmentPath,
    {
      config: { access, right: "segment.edit", revision: "needed" },
      schema: {
        operationId: "updateSegment",
        summary: "Edit a segment's description",
        tags,
        params: SegmentParams,
        body: z.strictObject({ description: z.string().nullable(), ...about }),
        response,
      },
    },
    async (request) => {
      const { project, segment } = request.params;
      const { description, ...more } = request.body;
      const expected = requireRevision(request, `segments/${segment}`);
      return submitChange(ports, request, {
        project,
        operations: [{ kind: "update-segment", segment, description }],
        about: more,
        expected,
      });
    },
  );

  app.delete(
    segmentPath,
    {
      config: { access, right: "segment.edit", revision: "taken" },
      schema: {
        operationId: "removeSegment",
        summary: "Remove a segment that no rule needs",
        tags,
        params: SegmentParams,
        response,
      },
    },
    async (request) => {
      const { project, segment } = request.params;
      const expected = expectRevision(request, `segments/${segment}`);
      return submitChange(ports, request, { project, operations: [{ kind: "remove-segment", segment }], expected });
    },
  );

  app.put(
    environmentPath,
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "segment.edit", revision: "needed" },
      schema: {
        operationId: "setSegment",
        summary: "Say who is in a segment in one environment",
        tags,
        params: SegmentEnvironmentParams,
        body: z.strictObject({ config: SegmentEnvironmentPart, ...about }),
        response,
      },
    },
    async (request) => {
      const { project, segment, environment } = request.params;
      const { config, ...more } = request.body;
      const expected = requireRevision(request, `segments/${segment}/environments/${environment}`);
      return submitChange(ports, request, {
        project,
        operations: [{ kind: "set-segment", segment, environment, config }],
        about: more,
        expected,
      });
    },
  );

  app.delete(
    environmentPath,
    {
      config: { access, right: "segment.edit", revision: "taken" },
      schema: {
        operationId: "clearSegment",
        summary: "Remove a segment's block in one environment: it is missing there",
        tags,
        params: SegmentEnvironmentParams,
        response,
      },
    },
    async (request) => {
      const { project, segment, environment } = request.params;
      const expected = expectRevision(request, `segments/${segment}/environments/${environment}`);
      return submitChange(ports, request, {
        project,
        operations: [{ kind: "set-segment", segment, environment, config: null }],
        expected,
      });
    },
  );
}
