/** A flag in one environment: its whole configuration, and the daily verbs. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { FlagEnvironmentPart, ProblemError, type ChangeResult, type Operation, type Right } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { expectRevision, requireRevision, sendRevision } from "../http/revisions.ts";
import { type About, about, FlagEnvironmentParams } from "../http/route-schemas.ts";
import { ChangeResultSchema, FlagEnvironmentSchema } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { submitChange, sourceOf } from "./submit-change.ts";
import { undoFlag } from "./undo.ts";

const path = "/api/v1/projects/:project/flags/:flag/environments/:environment";
const access = "management";
const tags = ["flags"];
const params = FlagEnvironmentParams;
const response = { 200: ChangeResultSchema };
const variant = z.string().min(1).max(64);
const rule = z.string().min(1).max(64).describe("A rule id, or `default`.");

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
type Edit = Without<Extract<Operation, { kind: "kill" | "stop" | "restore" | "serve-all" | "ramp" }>, "flag" | "environment">;
type Place = z.infer<typeof FlagEnvironmentParams>;
const resourceOf = ({ flag, environment }: Place) => `flags/${flag}/environments/${environment}`;

const verb = <R extends Right, B extends z.ZodType>(operationId: string, right: R, summary: string, body: B) => ({
  config: { access, right, revision: "taken" } as const,
  schema: { operationId, summary, tags, params, body, response },
});
/** Takes no notice of If-Match at all, as no revision, not even one that is none, may hold it up. */
const emergencyVerb = <B extends z.ZodType>(operationId: string, what: string, body: B) => ({
  config: { access, right: "flag.kill" } as const,
  schema: { operationId, summary: `${what}, now: never refused but for want of right`, tags, params, body, response },
});

export function flagEnvironmentRoutes(app: HttpApp, ports: ManagementPorts): void {
  const requireBlock = async ({ project, flag, environment }: Place) => {
    const block = (await ports.store.getFlag(project, flag))?.environments[environment];
    if (block === undefined) throw new ProblemError("not-found", `Flag ${flag} is not configured in ${environment}.`);
    return block;
  };
  const answer = async (reply: FastifyReply, { project, flag, environment }: Place, changed: ChangeResult) => {
    const block = (await ports.store.getFlag(project, flag))?.environments[environment];
    if (block !== undefined && changed.status === "applied") sendRevision(reply, block.revision);
    return changed;
  };

  app.get(
    path,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "getFlagInEnvironment",
        summary: "What a flag does in one environment; its ETag is its revision there",
        tags,
        params,
        response: { 200: FlagEnvironmentSchema },
      },
    },
    async (request, reply) => {
      const block = await requireBlock(request.params);
      sendRevision(reply, block.revision);
      return block;
    },
  );

  app.put(
    path,
    {
      bodyLimit: HTTP_LIMITS.body.change,
      config: { access, right: "rule.edit", revision: "needed" },
      schema: {
        operationId: "configureFlag",
        summary: "Replace a flag's configuration in one environment",
        description: "Leaves `enabled` and `stopped` as they are: only kill, stop and restore change them.",
        tags,
        params,
        body: z.strictObject({ config: FlagEnvironmentPart, ...about }),
        response,
      },
    },
    async (request, reply) => {
      const { project, flag, environment } = request.params;
      const { config, ...more } = request.body;
      const expected = requireRevision(request, resourceOf(request.params));
      const operations: Operation[] = [{ kind: "configure-environment", flag, environment, config }];
      return answer(reply, request.params, await submitChange(ports, request, { project, operations, about: more, expected }));
    },
  );

  /** One verb is one operation. */
  const run = async (request: FastifyRequest, reply: FastifyReply, place: Place, more: About, edit: Edit) => {
    const { project, flag, environment } = place;
    const isEmergency = edit.kind === "kill" || edit.kind === "stop";
    const expected = isEmergency ? {} : expectRevision(request, resourceOf(place));
    const changed = await submitChange(ports, request, {
      project,
      operations: [{ flag, environment, ...edit }],
      about: more,
      expected,
    });
    return answer(reply, place, changed);
  };

  app.post(
    `${path}/kill`,
    emergencyVerb("killFlag", "Switch a flag off", z.strictObject(about).default({})),
    async (request, reply) => run(request, reply, request.params, request.body, { kind: "kill" }),
  );

  app.post(
    `${path}/stop`,
    emergencyVerb("stopVariant", "Take one variant out of service", z.strictObject({ variant, ...about })),
    async (request, reply) => run(request, reply, request.params, request.body, { kind: "stop", variant: request.body.variant }),
  );

  app.post(
    `${path}/restore`,
    verb(
      "restoreFlag",
      "flag.restore",
      "Lift a kill, or the stop of one variant",
      z.strictObject({ variant: variant.optional(), ...about }).default({}),
    ),
    async (request, reply) => {
      const { variant: stopped, ...more } = request.body;
      return run(request, reply, request.params, more, {
        kind: "restore",
        ...(stopped === undefined ? {} : { variant: stopped }),
      });
    },
  );

  app.post(
    `${path}/serve`,
    verb("serveAll", "rule.edit", "Serve one variant to everybody", z.strictObject({ variant, ...about })),
    async (request, reply) =>
      run(request, reply, request.params, request.body, { kind: "serve-all", variant: request.body.variant }),
  );

  app.post(
    `${path}/ramp`,
    verb(
      "rampVariant",
      "split.edit",
      "Set the share of one variant of a split; the fewest people move",
      z.strictObject({ rule: rule.default("default"), variant, percent: z.number().min(0).max(100), ...about }),
    ),
    async (request, reply) => {
      const { rule: address, variant: ramped, percent, ...more } = request.body;
      return run(request, reply, request.params, more, { kind: "ramp", rule: address, variant: ramped, percent });
    },
  );

  app.post(
    `${path}/undo`,
    {
      config: { access, right: "by-operation" },
      schema: {
        operationId: "undoFlag",
        summary: "Take a flag in one environment back to an earlier revision",
        tags,
        params,
        body: z.strictObject({ revision: z.int().min(1), ...about }),
        response,
      },
    },
    async (request, reply) => {
      const { revision, reason, dryRun } = request.body;
      const order = {
        ...request.params,
        revision,
        reason: reason ?? null,
        source: sourceOf(request),
        ...(dryRun === undefined ? {} : { dryRun }),
      };
      return answer(reply, request.params, await undoFlag(ports, authorOf(request), order));
    },
  );
}
