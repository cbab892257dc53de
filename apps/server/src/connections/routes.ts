/** Provider connections of an environment: `/api/v1/projects/{project}/environments/{environment}/connections`. */

import { z } from "zod";
import {
  type CallFailure,
  ConnectionEdit,
  ConnectionFormat,
  ConnectionRequest,
  ConnectionTestRequest,
  type ConnectionUsage,
  type ConnectionView,
  ERROR_TYPES,
  type ModelAnswer,
} from "@dimmer/protocol";
import { requireEnvironment } from "../environments/environments.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { abortWhenGone } from "../http/abort-when-gone.ts";
import { ConnectionParams, EnvironmentParams } from "../http/route-schemas.ts";
import {
  type ConnectionPorts,
  createConnection,
  removeConnection,
  requireConnection,
  updateConnection,
  viewConnection,
} from "./connections.ts";
import { testConnection } from "./test-connection.ts";

const time = z.string().describe("RFC 3339, UTC.");
const count = z.int();
const UsageSchema: z.ZodType<ConnectionUsage> = z
  .object({
    calls: count,
    failures: count,
    inputTokens: count,
    outputTokens: count,
    costMicroUsd: count.describe("Of the calls whose cost is known."),
    reservedMicroUsd: count.describe("Held back for calls that run, and for those that nobody told the cost of."),
    unpriced: count.describe("Calls that ended and whose cost is not known."),
  })
  .meta({ id: "ConnectionUsage" });
const ConnectionSchema: z.ZodType<ConnectionView> = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.string(),
    format: ConnectionFormat,
    baseUrl: z.string(),
    region: z.string().nullable(),
    dailyBudgetMicroUsd: count.nullable(),
    today: UsageSchema,
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Connection" });

const FailureSchema: z.ZodType<CallFailure> = z
  .object({ type: z.enum([...ERROR_TYPES, "no_connection"]), httpStatus: count.nullable(), message: z.string() })
  .meta({ id: "CallFailure" });

/** Null is unknown. */
export const modelAnswer = {
  text: z.string().nullable(),
  responseModel: z.string().nullable(),
  finishReasons: z.array(z.string()),
  refused: z.boolean(),
  toolCalls: count.nullable(),
  inputTokens: count.nullable(),
  outputTokens: count.nullable(),
  cacheReadInputTokens: count.nullable(),
  reasoningOutputTokens: count.nullable(),
  costMicroUsd: count.nullable(),
  durationMs: z.number(),
  failure: FailureSchema.nullable(),
};
const ModelAnswerSchema: z.ZodType<ModelAnswer> = z.object(modelAnswer).meta({ id: "ModelAnswer" });

const access = "management";
const tags = ["connections"];
const base = "/api/v1/projects/:project/environments/:environment/connections";

export function connectionRoutes(app: HttpApp, ports: ConnectionPorts): void {
  const { store, clock } = ports;

  app.get(
    base,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listConnections",
        summary: "What models can be called through, and what that cost today; never a credential",
        tags,
        params: EnvironmentParams,
        response: { 200: z.array(ConnectionSchema) },
      },
    },
    async (request) => {
      const { project, environment } = request.params;
      await requireEnvironment(store, project, environment);
      const records = await store.listConnections(project, environment);
      return await Promise.all(records.map((record) => viewConnection(store, record, clock())));
    },
  );

  app.post(
    base,
    {
      config: { access, right: "connection.edit", reach: "whole" },
      schema: {
        operationId: "createConnection",
        summary: "Keep a provider's credential for the calls that Dimmer makes itself; it is never shown again",
        tags,
        params: EnvironmentParams,
        body: ConnectionRequest,
        response: { 201: ConnectionSchema },
      },
    },
    async (request, reply) => {
      const record = await createConnection(ports, authorOf(request), request.params, request.body);
      return reply.code(201).send(await viewConnection(store, record, clock()));
    },
  );

  app.patch(
    `${base}/:connection`,
    {
      config: { access, right: "connection.edit", reach: "whole" },
      schema: {
        operationId: "updateConnection",
        summary: "Another name, budget, region, address or credential; another host takes the credential again",
        tags,
        params: ConnectionParams,
        body: ConnectionEdit,
        response: { 200: ConnectionSchema },
      },
    },
    async (request) => {
      const { connection, ...place } = request.params;
      return await viewConnection(
        store,
        await updateConnection(ports, authorOf(request), place, connection, request.body),
        clock(),
      );
    },
  );

  app.delete(
    `${base}/:connection`,
    {
      config: { access, right: "connection.edit", reach: "whole" },
      schema: {
        operationId: "removeConnection",
        summary: "Remove a connection and its credential",
        tags,
        params: ConnectionParams,
        response: { 200: ConnectionSchema },
      },
    },
    async (request) => {
      const { connection, ...place } = request.params;
      const seen = await viewConnection(store, await requireConnection(store, place, connection), clock());
      await removeConnection(ports, authorOf(request), place, connection);
      return seen;
    },
  );

  app.post(
    `${base}/:connection/test`,
    {
      config: { access, right: "connection.edit", reach: "whole", isRepeatable: true },
      schema: {
        operationId: "testConnection",
        summary: "The smallest call of a model; it counts against the budget",
        tags,
        params: ConnectionParams,
        body: ConnectionTestRequest,
        response: { 200: ModelAnswerSchema },
      },
    },
    async (request, reply) => {
      const { connection, ...place } = request.params;
      return await testConnection(ports, authorOf(request), { ...place, connection, ...request.body }, abortWhenGone(reply));
    },
  );
}
