/** The audit log: read, verified, and a person erased from it. */

import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { mayReach, requireReach } from "../access/authorise.ts";
import type { Author } from "../flags/apply-change.ts";
import { sourceOf } from "../flags/submit-change.ts";
import { authorOf, noSuchProject } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { AuditRowSchema, AuditVerdictSchema, IssueView, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { chainOf, INSTALLATION_CHAIN } from "./append-audit.ts";
import { eraseEverywhere, type ProjectErasure } from "./erase-everywhere.ts";
import { MAX_PERSON } from "./erase-person.ts";
import { listAudit } from "./list-audit.ts";
import { auditChains, verifyAudit } from "./verify-audit.ts";

const chain = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe("`installation` or `project/<key>`; the widest that this token reaches unless named.");

const MentionKind = z.enum([
  "flag",
  "variant",
  "value",
  "segment",
  "change",
  "flag-revision",
  "segment-revision",
  "key",
  "schedule",
  "link",
]);
interface Erased {
  readonly erased: number;
  readonly projects: readonly ProjectErasure[];
}
const ErasedSchema: z.ZodType<Erased> = z
  .object({
    erased: z.int().describe("Places that named the person and do so no more."),
    projects: z.array(
      z.object({
        project: z.string(),
        alias: z.string().describe("What stands in the person's place."),
        edits: z.int().describe("Targets and lists that named the person."),
        issues: z.array(IssueView).describe("Conditions that name the person: for somebody to edit."),
        changes: z.int(),
        revisions: z.int(),
        keys: z.int(),
        schedules: z.int(),
        links: z.int(),
        auditParts: z.int(),
        remaining: z
          .array(
            z.object({ kind: MentionKind, key: z.string(), environment: z.string(), variant: z.string(), number: z.number() }),
          )
          .describe("What still names the person: immutable values, and what must be edited by a change."),
      }),
    ),
  })
  .meta({ id: "Erasure" });
const access = "admin";

export function auditRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/api/v1/audit",
    {
      config: { access },
      schema: {
        operationId: "listAudit",
        summary: "One chain of the audit log, newest first",
        tags: ["audit"],
        querystring: z.strictObject({ ...pageQuery, chain }),
        response: { 200: pageOf(AuditRowSchema) },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const name = await requireChain(author, request.query.chain ?? chainOf(author.project));
      const { limit } = request.query;
      const rows = await listAudit(ports.store, name, { limit: limit + 1, before: positionOf(request.query) ?? null });
      return pageBySequence(rows, limit);
    },
  );

  app.get(
    "/api/v1/audit/verify",
    {
      config: { access },
      schema: {
        operationId: "verifyAudit",
        summary: "Prove that nobody changed the audit log, or name the first row that does not fit",
        tags: ["audit"],
        querystring: z.strictObject({ chain }),
        response: { 200: pageOf(AuditVerdictSchema) },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const chains =
        request.query.chain === undefined ? await reachedChains(author) : [await requireChain(author, request.query.chain)];
      const items = [];
      for (const name of chains) items.push(await verifyAudit(ports.store, name, ports.auditKey));
      return { items, next: null };
    },
  );

  app.post(
    "/api/v1/audit/erasures",
    {
      config: { access },
      schema: {
        operationId: "erasePerson",
        summary: "Erase a person from history and audit; the chain still verifies",
        description: "In one project, or in every one that this token reaches.",
        tags: ["audit"],
        body: z.strictObject({ person: z.string().min(1).max(MAX_PERSON), project: z.string().min(1).max(128).optional() }),
        response: { 200: ErasedSchema },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const projects = await eraseEverywhere(ports, author, {
        projects: await erasedProjects(author, request.body.project),
        person: request.body.person,
        source: sourceOf(request),
      });
      const erased = projects.reduce(
        (sum, found) =>
          sum + found.edits + found.changes + found.revisions + found.keys + found.schedules + found.links + found.auditParts,
        0,
      );
      return { erased, projects };
    },
  );

  async function erasedProjects(author: Author, named: string | undefined): Promise<readonly string[]> {
    const project = named ?? author.project;
    if (project !== null) return [requireProjectReach(author, project)];
    requireReach(author, { project: null, environment: null });
    return (await ports.store.listProjects()).map(({ key }) => key);
  }

  const reachedChains = async (author: Author) => {
    requireReach(author, { project: author.project, environment: null });
    return (await auditChains(ports.store)).filter((name) => mayReach(author, placeOf(name)));
  };

  async function requireChain(author: Author, name: string): Promise<string> {
    const { project } = placeOf(name);
    if (project === null) requireReach(author, { project, environment: null });
    else requireProjectReach(author, project);
    const known = await auditChains(ports.store);
    if (!known.includes(name))
      throw new ProblemError("not-found", "There is no such audit chain: say `installation` or `project/<key>`.");
    return name;
  }
}

/** A foreign project does not exist for its caller. */
function requireProjectReach(author: Author, project: string): string {
  if (author.project !== null && author.project !== project) throw noSuchProject();
  requireReach(author, { project, environment: null });
  return project;
}

function placeOf(name: string): { readonly project: string | null; readonly environment: null } {
  if (name === INSTALLATION_CHAIN) return { project: null, environment: null };
  return { project: name.replace(/^project\//u, ""), environment: null };
}
