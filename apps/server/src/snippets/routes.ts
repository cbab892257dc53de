/** Snippets over HTTP: `/api/v1/projects/{project}/snippets`. */

import { z } from "zod";
import { SNIPPET_LIMITS, type SnippetDetails, SnippetEdit, type SnippetView } from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { narrowRecord } from "../access/narrow.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { findSnippetUses } from "./find-snippet-uses.ts";
import { removeSnippet, requireSnippet, setSnippet, snippetView, timeOf } from "./snippets.ts";

const fields = {
  name: z.string(),
  version: z.int().describe("The newest."),
  text: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
};
const ViewSchema: z.ZodType<SnippetView> = z.object(fields).meta({ id: "Snippet" });
const DetailsSchema: z.ZodType<SnippetDetails> = z
  .object({
    ...fields,
    versions: z
      .array(z.object({ version: z.int(), text: z.string(), createdAt: z.string() }))
      .describe(`Newest first, ${SNIPPET_LIMITS.shownVersions} at most.`),
    uses: z
      .array(
        z.object({
          flag: z.string(),
          variant: z.string(),
          valueVersion: z.int().nullable().describe("Null for the draft."),
          snippetVersion: z.int(),
          environments: z.array(z.string()).describe("That serve it."),
        }),
      )
      .describe("Drafts, newest versions, and what is served."),
  })
  .meta({ id: "SnippetDetails" });

const PATH = "/api/v1/projects/:project/snippets";
const OneParams = ProjectParams.extend({ snippet: z.string().min(1).max(128) });
const access = "management";
const tags = ["snippets"];

export function snippetRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    PATH,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listSnippets",
        summary: "Texts that the prompts of a project share, by name",
        tags,
        params: ProjectParams,
        response: { 200: z.object({ items: z.array(ViewSchema) }) },
      },
    },
    async ({ params: { project } }) => {
      await requireProject(ports.store, project);
      return { items: (await ports.store.listSnippets(project)).map(snippetView) };
    },
  );

  app.get(
    `${PATH}/:snippet`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getSnippet",
        summary: "A snippet with its versions, and where it is used",
        tags,
        params: OneParams,
        response: { 200: DetailsSchema },
      },
    },
    async (request) => {
      const { project, snippet: name } = request.params;
      const record = await requireSnippet(ports.store, { project, name });
      const versions = await ports.store.listSnippetVersions(project, name, SNIPPET_LIMITS.shownVersions);
      const sight = sightOf(authorOf(request), project);
      const flags = (await ports.store.listFlags(project, { archived: false })).map((flag) => narrowRecord(sight, flag));
      return {
        ...snippetView(record),
        versions: versions.map(({ number, text, createdAt }) => ({ version: number, text, createdAt: timeOf(createdAt) })),
        uses: findSnippetUses(name, flags, await ports.store.listSnippetUses(project)),
      };
    },
  );

  app.put(
    `${PATH}/:snippet`,
    {
      config: { access, right: "prompt.edit", reach: "whole" },
      schema: {
        operationId: "setSnippet",
        summary: "Write a snippet: its first version, or the next one",
        description: "No value changes by it: what is drafted from now on is made with it.",
        tags,
        params: OneParams,
        body: SnippetEdit,
        response: { 200: ViewSchema },
      },
    },
    async (request) => {
      const { project, snippet: name } = request.params;
      return snippetView(await setSnippet(ports, authorOf(request), { project, name, ...request.body }));
    },
  );

  app.delete(
    `${PATH}/:snippet`,
    {
      config: { access, right: "prompt.edit", reach: "whole" },
      schema: {
        operationId: "removeSnippet",
        summary: "Remove a snippet that no draft uses; values that were made with it stay as they are",
        tags,
        params: OneParams,
        response: { 200: ViewSchema },
      },
    },
    async (request) => {
      const { project, snippet: name } = request.params;
      return snippetView(await removeSnippet(ports, authorOf(request), { project, name }));
    },
  );
}
