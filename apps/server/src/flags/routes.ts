/** Flags, shared by every environment of a project: `/api/v1/projects/{project}/flags`. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { ChangeResult } from "@dimmer/protocol";
import { FlagDefinitionPart, FlagFields, ProblemError, SnippetVersions } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, PageQuery, positionOf } from "../http/paging.ts";
import { expectRevision, requireRevision, sendRevision } from "../http/revisions.ts";
import { About, about, FlagParams, ProjectParams, VariantParams } from "../http/route-schemas.ts";
import {
  ChangeResultSchema,
  ChangeSchema,
  FlagDocumentPart,
  FlagSchema,
  JsonValueView,
  pageOf,
  ValueVersionSchema,
} from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { exportDocument } from "./export-document.ts";
import { listHistory } from "./list-history.ts";
import { submitChange } from "./submit-change.ts";
import { viewFlag } from "./view-flag.ts";
import { viewValueVersions } from "./view-value-versions.ts";

const access = "management";
const result = { 200: ChangeResultSchema };
const tags = ["flags"];

export function flagRoutes(app: HttpApp, ports: ManagementPorts): void {
  /** As far as the caller may read. */
  const requireFlag = async (request: FastifyRequest, project: string, key: string) => {
    const record = await ports.store.getFlag(project, key);
    if (record === null) throw new ProblemError("not-found", `There is no flag ${key} in project ${project}.`);
    return narrowRecord(sightOf(authorOf(request), project), record);
  };
  /** The revision that the change left, so that the caller can go on editing without reading again. */
  const answer = async (reply: FastifyReply, project: string, flag: string, changed: ChangeResult) => {
    const record = await ports.store.getFlag(project, flag);
    if (record !== null && changed.status === "applied") sendRevision(reply, record.revision);
    return changed;
  };

  app.post(
    "/api/v1/projects/:project/flags",
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "flag.edit" },
      schema: {
        operationId: "createFlag",
        summary: "Create a flag",
        tags,
        params: ProjectParams,
        body: z.strictObject({ key: z.string().min(1).max(128), definition: FlagDefinitionPart, ...about }),
        response: { 201: ChangeResultSchema, 200: ChangeResultSchema.describe("A dry run.") },
      },
    },
    async (request, reply) => {
      const { key, definition, ...more } = request.body;
      const { project } = request.params;
      const changed = await submitChange(ports, request, {
        project,
        operations: [{ kind: "create-flag", flag: key, definition }],
        about: more,
      });
      return reply.code(changed.status === "applied" ? 201 : 200).send(await answer(reply, project, key, changed));
    },
  );

  app.get(
    "/api/v1/projects/:project/flags/:flag",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getFlag",
        summary: "One flag; its ETag is its revision",
        tags,
        params: FlagParams,
        response: { 200: FlagSchema },
      },
    },
    async (request, reply) => {
      const { project, flag } = request.params;
      const record = await requireFlag(request, project, flag);
      sendRevision(reply, record.revision);
      return viewFlag(ports.store, record);
    },
  );

  app.patch(
    "/api/v1/projects/:project/flags/:flag",
    {
      config: { access, right: "flag.edit", revision: "needed" },
      schema: {
        operationId: "updateFlag",
        summary: "Edit what a flag has in every environment; null removes a field",
        tags,
        params: FlagParams,
        body: z.strictObject({ fields: FlagFields, ...about }),
        response: result,
      },
    },
    async (request, reply) => {
      const { project, flag } = request.params;
      const { fields, ...more } = request.body;
      const expected = requireRevision(request, `flags/${flag}`);
      return answer(
        reply,
        project,
        flag,
        await submitChange(ports, request, {
          project,
          operations: [{ kind: "update-flag", flag, fields }],
          about: more,
          expected,
        }),
      );
    },
  );

  for (const verb of ["archive", "unarchive"] as const) {
    app.post(
      `/api/v1/projects/:project/flags/:flag/${verb}`,
      {
        config: { access, right: "flag.edit", revision: "taken" },
        schema: {
          operationId: `${verb}Flag`,
          summary: verb === "archive" ? "Take a flag out of every snapshot" : "Bring an archived flag back",
          tags,
          params: FlagParams,
          body: About.optional(),
          response: result,
        },
      },
      async (request, reply) => {
        const { project, flag } = request.params;
        const expected = expectRevision(request, `flags/${flag}`);
        const changed = await submitChange(ports, request, {
          project,
          operations: [{ kind: `${verb}-flag`, flag }],
          about: request.body,
          expected,
        });
        return answer(reply, project, flag, changed);
      },
    );
  }

  app.get(
    "/api/v1/projects/:project/flags/:flag/versions",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listValueVersions",
        summary: "Every version of every variant's value, and where it is published",
        tags,
        params: FlagParams,
        response: { 200: pageOf(ValueVersionSchema) },
      },
    },
    async (request) => {
      const { project, flag } = request.params;
      const record = await requireFlag(request, project, flag);
      return { items: viewValueVersions(record, await ports.store.listValueVersions(project, flag)), next: null };
    },
  );

  app.put(
    "/api/v1/projects/:project/flags/:flag/variants/:variant/draft",
    {
      config: { access, right: "prompt.edit", revision: "needed" },
      schema: {
        operationId: "draftValue",
        summary: "Write a variant's next value; nobody gets it until it is published",
        tags,
        params: VariantParams,
        body: z.strictObject({
          value: JsonValueView,
          snippets: SnippetVersions.optional().describe("Of snippets that are not to be taken as they are now."),
          ...about,
        }),
        response: result,
      },
    },
    async (request, reply) => {
      const { project, flag, variant } = request.params;
      const { value, snippets, ...more } = request.body;
      const expected = requireRevision(request, `flags/${flag}`);
      const changed = await submitChange(ports, request, {
        project,
        operations: [{ kind: "draft-value", flag, variant, value, ...(snippets === undefined ? {} : { snippets }) }],
        about: more,
        expected,
      });
      return answer(reply, project, flag, changed);
    },
  );

  app.delete(
    "/api/v1/projects/:project/flags/:flag/variants/:variant/draft",
    {
      config: { access, right: "prompt.edit", revision: "taken" },
      schema: { operationId: "discardDraft", summary: "Throw a draft away", tags, params: VariantParams, response: result },
    },
    async (request, reply) => {
      const { project, flag, variant } = request.params;
      const expected = expectRevision(request, `flags/${flag}`);
      return answer(
        reply,
        project,
        flag,
        await submitChange(ports, request, { project, operations: [{ kind: "discard-draft", flag, variant }], expected }),
      );
    },
  );

  app.post(
    "/api/v1/projects/:project/flags/:flag/publish",
    {
      config: { access, right: "publish", revision: "sometimes-needed" },
      schema: {
        operationId: "publishValue",
        summary: "Serve a variant's draft, or an earlier version, in some environments",
        description: "If-Match is needed for a draft, so that nobody publishes one that they have not seen.",
        tags,
        params: FlagParams,
        body: z.strictObject({
          variant: z.string(),
          environments: z.array(z.string()).min(1).max(100),
          version: z.int().min(1).optional(),
          ...about,
        }),
        response: result,
      },
    },
    async (request, reply) => {
      const { project, flag } = request.params;
      const { variant, environments, version, ...more } = request.body;
      const operation = { kind: "publish" as const, flag, variant, environments, ...(version === undefined ? {} : { version }) };
      const expected = expectRevision(request, `flags/${flag}`);
      return answer(
        reply,
        project,
        flag,
        await submitChange(ports, request, { project, operations: [operation], about: more, expected }),
      );
    },
  );

  app.get(
    "/api/v1/projects/:project/flags/:flag/history",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listFlagHistory",
        summary: "The changes of a flag, newest first",
        tags,
        params: FlagParams,
        querystring: PageQuery,
        response: { 200: pageOf(ChangeSchema) },
      },
    },
    async (request) => {
      const { project, flag } = request.params;
      const { limit } = request.query;
      await requireFlag(request, project, flag);
      return pageBySequence(
        await listHistory(ports.store, authorOf(request), project, { flag, limit: limit + 1, before: positionOf(request.query) }),
        limit,
      );
    },
  );

  app.get(
    "/api/v1/projects/:project/document",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "exportDocument",
        summary: "All flags and segments as one document, with every stored split",
        tags,
        params: ProjectParams,
        response: { 200: FlagDocumentPart },
      },
    },
    async (request) => {
      const { project } = request.params;
      return exportDocument(ports.store, project, sightOf(authorOf(request), project));
    },
  );
}
