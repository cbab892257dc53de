/** The audit log: read, verified, and a person erased from it. */

import { z } from "zod";
import { ProblemError, type Right } from "@dimmer/protocol";
import { WHOLE_INSTALLATION, holds, isKnownTo, lacksRight, type Place, requireRight } from "../access/authorise.ts";
import type { Author } from "../flags/apply-change.ts";
import { sourceOf } from "../flags/submit-change.ts";
import { authorOf, noSuchProject } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { AuditRowSchema, AuditVerdictSchema, IssueView, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { MentionRecord } from "../storage/mention-record.ts";
import { chainOf, INSTALLATION_CHAIN } from "./append-audit.ts";
import { eraseEverywhere, type ErasurePorts, type ProjectErasure } from "./erase-everywhere.ts";
import { MAX_PERSON } from "./erase-person.ts";
import { listAudit } from "./list-audit.ts";
import { auditChains, verifyAudit } from "./verify-audit.ts";

const chain = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe("`installation` or `project/<key>`; the widest that you may read unless named.");

/** Every kind, or it does not compile: an answer with one that is missing here would fail. */
const MENTION_KINDS: Readonly<Record<MentionRecord["kind"], true>> = {
  flag: true,
  variant: true,
  value: true,
  segment: true,
  context: true,
  change: true,
  "change-request": true,
  "flag-revision": true,
  "segment-revision": true,
  key: true,
  schedule: true,
  link: true,
  snippet: true,
  alert: true,
  notice: true,
};
const MentionKind = z.enum(Object.keys(MENTION_KINDS) as [MentionRecord["kind"], ...MentionRecord["kind"][]]);
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
        requests: z.int(),
        revisions: z.int(),
        keys: z.int(),
        schedules: z.int(),
        links: z.int(),
        alerts: z.int().describe("Those told to webhooks included."),
        auditParts: z.int(),
        events: z
          .int()
          .nullable()
          .describe("Of telemetry, all of their runs included. Null where its store is away: it is done when it is back."),
        comments: z.int().nullable().describe("Of others, that named the person."),
        remaining: z
          .array(
            z.object({ kind: MentionKind, key: z.string(), environment: z.string(), variant: z.string(), number: z.number() }),
          )
          .describe("What still names the person: immutable values, and what must be edited by a change."),
      }),
    ),
  })
  .meta({ id: "Erasure" });
const access = "management";

export function auditRoutes(app: HttpApp, ports: ManagementPorts & ErasurePorts): void {
  app.get(
    "/api/v1/audit",
    {
      config: { access, right: "audit.read" },
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
      const name = await requireChain(author, request.query.chain ?? chainOf(widest(author, "audit.read")));
      const { limit } = request.query;
      const rows = await listAudit(ports.store, name, { limit: limit + 1, before: positionOf(request.query) ?? null });
      return pageBySequence(rows, limit);
    },
  );

  app.get(
    "/api/v1/audit/verify",
    {
      config: { access, right: "audit.read" },
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
      // Telemetry is another process, for which no transaction may wait; erased twice is erased.
      config: { access, right: "person.erase", isRepeatable: true },
      schema: {
        operationId: "erasePerson",
        summary: "Erase a person from history, audit and telemetry; the chain still verifies",
        description: "In one project, or in every one in which you may.",
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
          sum +
          found.edits +
          found.changes +
          found.requests +
          found.revisions +
          found.keys +
          found.alerts +
          found.schedules +
          found.links +
          found.auditParts +
          (found.events ?? 0) +
          (found.comments ?? 0),
        0,
      );
      return { erased, projects };
    },
  );

  async function erasedProjects(author: Author, named: string | undefined): Promise<readonly string[]> {
    const project = named ?? widest(author, "person.erase");
    if (project !== null) return [requireInProject(author, "person.erase", project)];
    return (await ports.store.listProjects()).map(({ key }) => key);
  }

  const reachedChains = async (author: Author) => {
    const chains = (await auditChains(ports.store)).filter((name) => holds(author, "audit.read", placeOf(name)));
    if (chains.length === 0) throw lacksRight(author, "audit.read", "the whole of any project");
    return chains;
  };

  async function requireChain(author: Author, name: string): Promise<string> {
    const { project } = placeOf(name);
    if (project === null) requireRight(author, "audit.read", WHOLE_INSTALLATION);
    else requireInProject(author, "audit.read", project);
    const known = await auditChains(ports.store);
    if (!known.includes(name))
      throw new ProblemError("not-found", "There is no such audit chain: say `installation` or `project/<key>`.");
    return name;
  }
}

/** A foreign project does not exist for its caller. */
function requireInProject(author: Author, right: Right, project: string): string {
  const place = { project, environment: null };
  if (!isKnownTo(author, place)) throw noSuchProject();
  requireRight(author, right, place);
  return project;
}

/**
 * Where a right is meant that is asked for without a project: the whole installation, null, or the one project there is to it.
 *
 * Errors: `ProblemError`: forbidden where it is held nowhere as a whole; invalid-request where several projects could be meant.
 */
function widest(author: Author, right: Right): string | null {
  if (holds(author, right, WHOLE_INSTALLATION)) return null;
  const whole = author.grants.filter(({ rights, environment }) => environment === null && rights.includes(right));
  const [project, ...others] = new Set(whole.flatMap((grant) => grant.project ?? []));
  if (project === undefined) throw lacksRight(author, right, "the whole of any project");
  if (others.length > 0) throw new ProblemError("invalid-request", `Name a project: ${[project, ...others].join(", ")}.`);
  return project;
}

function placeOf(name: string): Place {
  if (name === INSTALLATION_CHAIN) return WHOLE_INSTALLATION;
  return { project: name.replace(/^project\//u, ""), environment: null };
}
