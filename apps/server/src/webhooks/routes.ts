/** Webhooks of a project: `/api/v1/projects/{project}/webhooks`. */

import { z } from "zod";
import {
  type CreatedWebhook,
  DeliveryState,
  type DeliveryView,
  ProblemError,
  WebhookRequest,
  WebhookState,
  type WebhookView,
} from "@dimmer/protocol";
import { drawId } from "../access/draw-id.ts";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { DeliveryParams, ProjectParams, WebhookParams } from "../http/route-schemas.ts";
import { pageOf } from "../http/views.ts";
import { deliverTest, redeliver } from "./deliver.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { createWebhook, removeWebhook, requireWebhook, rotateSecret, viewDelivery, viewWebhook } from "./webhooks.ts";

const time = z.string().describe("RFC 3339, UTC.");
const fields = {
  id: z.string(),
  url: z.string(),
  state: WebhookState,
  cursor: z.int().describe("Sequence of the last change that was delivered."),
  failingSince: time.nullable(),
  nextAt: time.nullable(),
  createdAt: time,
};
const WebhookSchema: z.ZodType<WebhookView> = z.object(fields).meta({ id: "Webhook" });
const CreatedWebhookSchema: z.ZodType<CreatedWebhook> = z
  .object({ ...fields, secret: z.string() })
  .meta({ id: "CreatedWebhook" });
const DeliverySchema: z.ZodType<DeliveryView> = z
  .object({
    id: z.string(),
    change: z.string().nullable(),
    state: DeliveryState,
    attempts: z.int(),
    at: time,
    status: z.int().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "Delivery" });

const access = "management";
const tags = ["webhooks"];
const base = "/api/v1/projects/:project/webhooks";

export function webhookRoutes(app: HttpApp, dispatcher: Dispatcher): void {
  const { ports } = dispatcher;

  app.get(
    base,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "listWebhooks",
        summary: "The webhooks of the project, without their secrets",
        tags,
        params: ProjectParams,
        querystring: PageQuery,
        response: { 200: pageOf(WebhookSchema) },
      },
    },
    async (request) => {
      const { key: project } = await requireProject(ports.store, request.params.project);
      return pageByKey((await ports.store.listWebhooks(project)).map(viewWebhook), ({ id }) => id, request.query);
    },
  );

  app.post(
    base,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "createWebhook",
        summary: "Post every change from now on to an address; the secret is shown in this answer only",
        tags,
        params: ProjectParams,
        body: WebhookRequest,
        response: { 201: CreatedWebhookSchema },
      },
    },
    async (request, reply) => {
      const order = { project: request.params.project, ...request.body };
      const { record, secret } = await createWebhook(ports, authorOf(request), order);
      return reply.code(201).send({ ...viewWebhook(record), secret });
    },
  );

  app.get(
    `${base}/:webhook`,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "getWebhook",
        summary: "One webhook: whether it is taken, and how far it is",
        tags,
        params: WebhookParams,
        response: { 200: WebhookSchema },
      },
    },
    async (request) => viewWebhook(await requireWebhook(ports.store, placeOf(request.params))),
  );

  app.delete(
    `${base}/:webhook`,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "removeWebhook",
        summary: "Remove a webhook: nothing is posted there any more",
        tags,
        params: WebhookParams,
        response: { 200: WebhookSchema },
      },
    },
    async (request) => viewWebhook(await removeWebhook(ports, authorOf(request), placeOf(request.params))),
  );

  app.post(
    `${base}/:webhook/rotate`,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "rotateWebhookSecret",
        summary: "A new secret; for a day messages are signed with the old one too",
        tags,
        params: WebhookParams,
        response: { 200: CreatedWebhookSchema },
      },
    },
    async (request) => {
      const { record, secret } = await rotateSecret(ports, authorOf(request), placeOf(request.params));
      return { ...viewWebhook(record), secret };
    },
  );

  app.post(
    `${base}/:webhook/test`,
    {
      config: { access, right: "webhook.edit", reach: "whole", isRepeatable: true },
      schema: {
        operationId: "testWebhook",
        summary: "Post a test now; one that is taken ends a failing or disabled state",
        tags,
        params: WebhookParams,
        response: { 200: DeliverySchema },
      },
    },
    async (request) => {
      const author = authorOf(request);
      const webhook = await requireWebhook(ports.store, placeOf(request.params));
      const delivery = await deliverTest(ports, author.actor, webhook, drawId("msg_test", ports.random));
      dispatcher.wake();
      return viewDelivery(delivery);
    },
  );

  app.get(
    `${base}/:webhook/deliveries`,
    {
      config: { access, right: "webhook.edit", reach: "whole" },
      schema: {
        operationId: "listDeliveries",
        summary: "The last messages of a webhook and what became of them, newest first",
        tags,
        params: WebhookParams,
        response: { 200: z.array(DeliverySchema) },
      },
    },
    async (request) => {
      const { project, id } = await requireWebhook(ports.store, placeOf(request.params));
      return (await ports.store.listDeliveries(project, id)).map(viewDelivery);
    },
  );

  app.post(
    `${base}/:webhook/deliveries/:delivery/redeliver`,
    {
      config: { access, right: "webhook.edit", reach: "whole", isRepeatable: true },
      schema: {
        operationId: "redeliver",
        summary: "Post a change again, under the same id",
        tags,
        params: DeliveryParams,
        response: { 200: DeliverySchema },
      },
    },
    async (request) => {
      const webhook = await requireWebhook(ports.store, placeOf(request.params));
      const delivery = await ports.store.getDelivery(webhook.project, webhook.id, request.params.delivery);
      if (delivery === null) throw new ProblemError("not-found", `There is no delivery ${request.params.delivery} any more.`);
      const change = delivery.change === null ? null : await ports.store.getChange(webhook.project, delivery.change);
      if (change === null) throw new ProblemError("conflict", "A test is not sent again; send another one.");
      return viewDelivery(await redeliver(ports, webhook, change, delivery.attempts));
    },
  );
}

const placeOf = ({ project, webhook }: { readonly project: string; readonly webhook: string }) => ({ project, id: webhook });
