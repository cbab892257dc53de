/** Guarded rollouts: `/api/v1/projects/{project}/rollouts`. */

import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { RolloutAbort, RolloutAct, RolloutRequest } from "@dimmer/protocol";
import { isKnownTo } from "../access/authorise.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageBySequence, pageQuery, PageQuery, positionOf } from "../http/paging.ts";
import { ProjectParams, RolloutParams } from "../http/route-schemas.ts";
import { pageOf } from "../http/views.ts";
import type { RolloutRecord } from "../storage/rollout-record.ts";
import {
  abortRollout,
  approveRollout,
  pauseRollout,
  requireRollout,
  resumeRollout,
  type RolloutPlace,
} from "./act-on-rollout.ts";
import { readTrail } from "./read-trail.ts";
import { replayRollout } from "./replay-rollout.ts";
import { ReplaySchema, RolloutSchema, StartedSchema, TrailSchema, VerdictSchema } from "./rollout-schemas.ts";
import { startRollout, type StartPorts } from "./start-rollout.ts";
import { viewRollout, viewVerdict } from "./view-rollout.ts";

const access = "management";
const tags = ["rollouts"];
const base = "/api/v1/projects/:project/rollouts";
const one = `${base}/:rollout`;
const read = { access, right: "read" } as const;
const edit = { access, right: "rollout.edit" } as const;

type Params = z.output<typeof RolloutParams>;

export function rolloutRoutes(app: HttpApp, ports: StartPorts, controller: { readonly wake: () => void }): void {
  const { store } = ports;
  const placeOf = ({ project, rollout }: Params): RolloutPlace => ({ project, id: rollout });
  const find = (request: FastifyRequest & { params: Params }): Promise<RolloutRecord> =>
    requireRollout(store, authorOf(request), placeOf(request.params));

  app.get(
    base,
    {
      config: read,
      schema: {
        operationId: "listRollouts",
        summary: "Guarded rollouts, newest first",
        tags,
        params: ProjectParams,
        querystring: z.strictObject({
          ...pageQuery,
          flag: z.string().min(1).max(128).optional(),
          environment: z.string().min(1).max(128).optional(),
          active: z.enum(["true", "false"]).optional().describe("Those that have not ended, or those that have."),
        }),
        response: { 200: pageOf(RolloutSchema) },
      },
    },
    async (request) => {
      const { key } = await requireProject(store, request.params.project);
      const { limit, flag, environment, active } = request.query;
      const isActive = active === undefined ? undefined : active === "true";
      const page = { limit: limit + 1, before: positionOf(request.query), flag, environment, isActive };
      const { items, next } = pageBySequence(await store.listRollouts(key, page), limit);
      const author = authorOf(request);
      const seen = items.filter((record) => isKnownTo(author, { project: key, environment: record.environment }));
      return { items: await Promise.all(seen.map((record) => viewRollout(store, record))), next };
    },
  );

  app.post(
    base,
    {
      config: edit,
      schema: {
        operationId: "startRollout",
        summary: "Start a guarded rollout, or with `dryRun` hear what it would be like",
        description:
          "Refused with an issue each where the metrics that its guardrails need do not arrive, where the fallback is not well, or where the plan could not notice what it is to notice. A dry run tells all issues and is not refused for them.",
        tags,
        params: ProjectParams,
        body: RolloutRequest,
        response: { 200: StartedSchema },
      },
    },
    async (request) => {
      const { record, outlook } = await startRollout(ports, authorOf(request), request.params.project, request.body);
      if (record === null) return { rollout: null, outlook };
      controller.wake();
      return { rollout: await viewRollout(store, record), outlook };
    },
  );

  app.get(
    one,
    {
      config: read,
      schema: {
        operationId: "getRollout",
        summary: "One rollout: where it is, why, and what happens next",
        tags,
        params: RolloutParams,
        response: { 200: RolloutSchema },
      },
    },
    async (request) => await viewRollout(store, await find(request)),
  );

  app.get(
    `${one}/verdicts`,
    {
      config: read,
      schema: {
        operationId: "listRolloutVerdicts",
        summary: "What was decided of a rollout, each with its evidence, newest first",
        tags,
        params: RolloutParams,
        querystring: PageQuery,
        response: { 200: pageOf(VerdictSchema) },
      },
    },
    async (request) => {
      const { id } = await find(request);
      const { limit } = request.query;
      const verdicts = await store.listVerdicts(id, { limit: limit + 1, before: positionOf(request.query) });
      const { items, next } = pageBySequence(verdicts, limit);
      return { items: items.map(viewVerdict), next };
    },
  );

  app.get(
    `${one}/trail`,
    {
      config: read,
      schema: {
        operationId: "getRolloutTrail",
        summary: "The lines of its picture: shares, and each guardrail's ratio and evidence over time",
        tags,
        params: RolloutParams,
        response: { 200: TrailSchema },
      },
    },
    async (request) => await readTrail(store, await find(request)),
  );

  app.get(
    `${one}/replay`,
    {
      config: read,
      schema: {
        operationId: "replayRollout",
        summary: "Decide every verdict again from the evidence that was kept",
        tags,
        params: RolloutParams,
        response: { 200: ReplaySchema },
      },
    },
    async (request) => await replayRollout(store, await find(request)),
  );

  app.post(
    `${one}/pause`,
    {
      config: edit,
      schema: {
        operationId: "pauseRollout",
        summary: "Stop it where it is; what must never happen and crossed guardrails still roll back",
        tags,
        params: RolloutParams,
        body: RolloutAct,
        response: { 200: RolloutSchema },
      },
    },
    async (request) =>
      await viewRollout(store, await pauseRollout(ports, authorOf(request), placeOf(request.params), request.body)),
  );

  app.post(
    `${one}/resume`,
    {
      config: edit,
      schema: {
        operationId: "resumeRollout",
        summary: "Let a paused one go on; what was suspected up to now is overruled",
        tags,
        params: RolloutParams,
        body: RolloutAct,
        response: { 200: RolloutSchema },
      },
    },
    async (request) => {
      const record = await resumeRollout(ports, authorOf(request), placeOf(request.params), request.body);
      controller.wake();
      return await viewRollout(store, record);
    },
  );

  app.post(
    `${one}/approve`,
    {
      config: edit,
      schema: {
        operationId: "approveRollout",
        summary: "Say yes to the next step, or to the start; it takes the right to review, too",
        tags,
        params: RolloutParams,
        body: RolloutAct,
        response: { 200: RolloutSchema },
      },
    },
    async (request) => {
      const record = await approveRollout(ports, authorOf(request), placeOf(request.params), request.body);
      controller.wake();
      return await viewRollout(store, record);
    },
  );

  app.post(
    `${one}/abort`,
    {
      config: edit,
      schema: {
        operationId: "abortRollout",
        summary: "End it: back to what was served before, or with the share that it has",
        tags,
        params: RolloutParams,
        body: RolloutAbort,
        response: { 200: RolloutSchema },
      },
    },
    async (request) =>
      await viewRollout(store, await abortRollout(ports, authorOf(request), placeOf(request.params), request.body)),
  );
}
