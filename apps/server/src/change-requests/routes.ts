/** Change requests: `/api/v1/projects/{project}/change-requests`. */

import type { FastifyRequest } from "fastify";
import { z } from "zod";
import {
  ApproveRequest,
  ChangeRequestEdit,
  ChangeRequestState,
  type ChangeRequestDetails,
  type ChangeRequestView,
  CommentRequest,
  Operation,
} from "@dimmer/protocol";
import { sightOf } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, positionOf } from "../http/paging.ts";
import { ChangeRequestParams, ProjectParams } from "../http/route-schemas.ts";
import { ActorView, ChangeResultSchema, EffectSchema, IssueView, MoveSchema, pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import type { ChangeRequestRecord } from "../storage/change-request-record.ts";
import {
  applyRequest,
  approveRequest,
  commentRequest,
  editRequest,
  findRequest,
  rejectRequest,
  type RequestPlace,
  withdrawRequest,
} from "./act-on-change-request.ts";
import { standingOf, viewDetails, viewRequest } from "./view-change-request.ts";

const time = z.string().describe("RFC 3339, UTC.");
const said = { actor: ActorView, at: time };
const fields = {
  id: z.string(),
  sequence: z.int(),
  state: ChangeRequestState,
  actor: ActorView,
  editor: ActorView.describe("Who edited it last, and may not approve it."),
  reason: z.string().nullable(),
  source: z.string(),
  operations: z.array(Operation),
  summary: z.array(z.string()),
  effects: z.array(EffectSchema).describe("The diff, as it was when it was proposed or last edited."),
  undoes: z.string().nullable(),
  approvals: z.array(z.object(said)),
  comments: z.array(z.object({ ...said, text: z.string() })),
  createdAt: time,
  updatedAt: time,
  settledAt: time.nullable(),
  change: z.string().nullable(),
};
const RequestSchema: z.ZodType<ChangeRequestView> = z.object(fields).meta({ id: "ChangeRequest" });
const DetailsSchema: z.ZodType<ChangeRequestDetails> = z
  .object({
    ...fields,
    environments: z.array(z.string()).describe("Those that ask for review, and are reached."),
    needed: z.int().describe("Approvals that it takes."),
    given: z.int().describe("Approvals that count."),
    moves: z.array(MoveSchema).describe("Who would move if it were applied now."),
    issues: z.array(IssueView).describe("Errors are what was changed since, and why it cannot be applied as things stand."),
    isReady: z.boolean(),
  })
  .meta({ id: "ChangeRequestDetails" });

const access = "management";
const tags = ["change-requests"];
const base = "/api/v1/projects/:project/change-requests";
const params = ChangeRequestParams;

export function changeRequestRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    base,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listChangeRequests",
        summary: "Edits that wait for review, and what became of those that did, newest first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({ ...pageQuery, state: ChangeRequestState.optional() }),
        response: { 200: pageOf(RequestSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(ports.store, request.params.project);
      const { limit, state } = request.query;
      const page = { limit: limit + 1, before: positionOf(request.query), state };
      const { items, next } = pageBySequence(await ports.store.listChangeRequests(key, page), limit);
      const sight = sightOf(authorOf(request), key);
      return { items: items.flatMap((record) => viewRequest(sight, record) ?? []), next };
    },
  );

  app.get(
    `${base}/:request`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getChangeRequest",
        summary: "One change request, held against what is there now: who would move, and what is in its way",
        tags,
        params,
        response: { 200: DetailsSchema },
      },
    },
    async (request) => await detailsOf(request, placeOf(request.params)),
  );

  app.put(
    `${base}/:request`,
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "by-operation" },
      schema: {
        operationId: "editChangeRequest",
        summary: "Propose it anew on what is there now; its approvals are void",
        tags,
        params,
        body: ChangeRequestEdit,
        response: { 200: DetailsSchema },
      },
    },
    async (request) => {
      await editRequest(ports, authorOf(request), placeOf(request.params), request.body);
      return await detailsOf(request, placeOf(request.params));
    },
  );

  app.post(
    `${base}/:request/comments`,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "commentChangeRequest",
        summary: "Say something about it",
        tags,
        params,
        body: CommentRequest,
        response: { 200: RequestSchema },
      },
    },
    async (request) => shown(request, await commentRequest(ports, authorOf(request), placeOf(request.params), request.body.text)),
  );

  app.post(
    `${base}/:request/approve`,
    {
      config: { access, right: "review" },
      schema: {
        operationId: "approveChangeRequest",
        summary: "Approve it as it is now, or as one has seen it; not for whoever edited it last",
        tags,
        params,
        body: ApproveRequest.default({}),
        response: { 200: RequestSchema },
      },
    },
    async (request) => shown(request, await approveRequest(ports, authorOf(request), placeOf(request.params), request.body)),
  );

  app.post(
    `${base}/:request/reject`,
    {
      config: { access, right: "review" },
      schema: {
        operationId: "rejectChangeRequest",
        summary: "Reject it for good",
        tags,
        params,
        response: { 200: RequestSchema },
      },
    },
    async (request) => shown(request, await rejectRequest(ports, authorOf(request), placeOf(request.params))),
  );

  app.post(
    `${base}/:request/withdraw`,
    {
      config: { access, right: "own" },
      schema: {
        operationId: "withdrawChangeRequest",
        summary: "Take back what one has proposed or edited",
        tags,
        params,
        response: { 200: RequestSchema },
      },
    },
    async (request) => shown(request, await withdrawRequest(ports, authorOf(request), placeOf(request.params))),
  );

  app.post(
    `${base}/:request/apply`,
    {
      config: { access, right: "by-operation" },
      schema: {
        operationId: "applyChangeRequest",
        summary: "Make the change, once it is approved and in conflict with nothing",
        tags,
        params,
        response: { 200: ChangeResultSchema },
      },
    },
    async (request) => await applyRequest(ports, authorOf(request), placeOf(request.params)),
  );

  async function detailsOf(request: FastifyRequest, place: RequestPlace): Promise<ChangeRequestDetails> {
    const author = authorOf(request);
    const standing = await ports.store.transaction(async (tx) =>
      standingOf(tx, await findRequest(tx, author, place), ports.clock()),
    );
    return seen(viewDetails(sightOf(author, place.project), standing));
  }

  const shown = (request: FastifyRequest, record: ChangeRequestRecord): ChangeRequestView =>
    seen(viewRequest(sightOf(authorOf(request), record.project), record));
}

/** What is out of sight was refused before. */
function seen<V>(view: V | null): V {
  if (view === null) throw new Error("a change request that was found is out of sight");
  return view;
}

const placeOf = ({ project, request: id }: z.infer<typeof ChangeRequestParams>): RequestPlace => ({ project, id });
