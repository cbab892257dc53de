/** A project's prices over HTTP: `/api/v1/projects/{project}/prices`. */

import { z } from "zod";
import {
  type KnownModelsView,
  type ModelPrice,
  PRICE_LIMITS,
  PriceAddress,
  PriceLimitRequest,
  PriceRequest,
  type PricesView,
  type UnpricedModel,
} from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import type { PriceSheetRecord } from "../storage/price-sheet-record.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { askSettled } from "../telemetry/within-bound.ts";
import { knownModels, PROVIDERS } from "./known-models.ts";
import { pricesView, removePrice, requireSheet, setPrice, setPriceLimit } from "./edit-prices.ts";
import { listUnpriced } from "./list-unpriced.ts";

export interface PriceRoutePorts extends ManagementPorts {
  readonly telemetry: { readonly store: EventStore; readonly events: Pick<EventIntake, "settled"> };
  /** Hears of what was stored, once it is. */
  readonly stored: (record: PriceSheetRecord) => void;
}

const PriceSchema: z.ZodType<ModelPrice> = z
  .object({
    provider: z.string(),
    model: z.string(),
    from: z.string().describe("The first day (UTC) on which it counts."),
    inputUsd: z.number().describe("Dollars for a million tokens, as all of them."),
    outputUsd: z.number(),
    cacheReadUsd: z.number().exactOptional(),
    cacheWriteUsd: z.number().exactOptional(),
  })
  .meta({ id: "ModelPrice" });

const PricesSchema: z.ZodType<PricesView> = z
  .object({
    outputLimitUsd: z.number().nullable().describe("Dollars for a million output tokens; null for no limit."),
    items: z.array(PriceSchema),
  })
  .meta({ id: "Prices" });

const UnpricedSchema: z.ZodType<UnpricedModel> = z
  .object({
    environment: z.string(),
    provider: z.string().nullable(),
    requestModel: z.string().nullable(),
    responseModel: z.string().nullable().describe("The model that really answered."),
    generations: z.number().describe("Calls without a price."),
    lastAt: z.string(),
    hasPrice: z.boolean().describe("There is a price by now: those calls came before it, or told no count of tokens."),
  })
  .meta({ id: "UnpricedModel" });

const usd = z.number().nullable().describe("Dollars for a million tokens; null where they are not known.");
const KnownModelsSchema: z.ZodType<KnownModelsView> = z
  .object({
    providers: z.array(z.string()),
    items: z.array(
      z.object({
        model: z.string(),
        inputUsd: usd,
        outputUsd: usd,
        isMoving: z.boolean().describe("Its provider moves the name to other models when it likes."),
        isLeaving: z.boolean().describe("Its provider withdraws it."),
      }),
    ),
  })
  .meta({ id: "KnownModels" });

const MAX_HOURS = 90 * 24;
const access = "management";
const tags = ["prices"];
const params = ProjectParams;
const response = { 200: PricesSchema };
const editing = { access, right: "project.edit" } as const;

export function priceRoutes(app: HttpApp, ports: PriceRoutePorts): void {
  const stored = (record: PriceSheetRecord): PricesView => {
    ports.stored(record);
    return pricesView(record);
  };

  app.get(
    "/api/v1/projects/:project/prices",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listPrices",
        summary: "The project's own prices, which come before the table that ships with the server, and its limit",
        tags,
        params,
        response,
      },
    },
    async (request) => pricesView(await requireSheet(ports.store, request.params.project)),
  );

  app.put(
    "/api/v1/projects/:project/prices",
    {
      config: editing,
      schema: {
        operationId: "setPrice",
        summary: "Set what a model costs from a day on",
        description: "Calls are priced when they arrive, and stay as they were priced: history is not written anew.",
        tags,
        params,
        body: PriceRequest,
        response,
      },
    },
    async (request) => stored(await setPrice(ports, authorOf(request), request.params.project, request.body)),
  );

  app.delete(
    "/api/v1/projects/:project/prices",
    {
      config: editing,
      schema: {
        operationId: "removePrice",
        summary: "Remove a price: another of the project's counts again, or the table's",
        tags,
        params,
        querystring: PriceAddress,
        response,
      },
    },
    async (request) => stored(await removePrice(ports, authorOf(request), request.params.project, request.query)),
  );

  app.put(
    "/api/v1/projects/:project/prices/limit",
    {
      config: editing,
      schema: {
        operationId: "setPriceLimit",
        summary: "Set above which price of a model's output a variant must say who may have it",
        description:
          "What is served stays. The next edit of a flag's definition or values is held against it; kills and stops never are.",
        tags,
        params,
        body: PriceLimitRequest,
        response,
      },
    },
    async (request) => stored(await setPriceLimit(ports, authorOf(request), request.params.project, request.body.outputUsd)),
  );

  app.get(
    "/api/v1/projects/:project/prices/unknown",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listUnpricedModels",
        summary: "The models that answered and whose calls have no price, and so are in no sum of cost",
        tags,
        params,
        querystring: z.strictObject({
          hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(24).describe("How far back."),
        }),
        response: { 200: z.object({ items: z.array(UnpricedSchema) }) },
      },
    },
    async (request) => {
      const { key: project } = await requireProject(ports.store, request.params.project);
      const { prices } = await requireSheet(ports.store, project);
      const items = await askSettled(
        ports.telemetry.events,
        () => listUnpriced(ports, project, { hours: request.query.hours, own: prices }),
        ({ length }) => length === 0,
      );
      return { items };
    },
  );

  app.get(
    "/api/v1/projects/:project/prices/models",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listKnownModels",
        summary: "The models of a provider that have a price, and which of them are being withdrawn",
        tags,
        params,
        querystring: z.strictObject({
          provider: z.string().max(PRICE_LIMITS.name).default("").describe("As configs name it; without one only the providers."),
        }),
        response: { 200: KnownModelsSchema },
      },
    },
    async (request) => {
      const { prices } = await requireSheet(ports.store, request.params.project);
      const { provider } = request.query;
      return {
        providers: [...new Set([...PROVIDERS, ...prices.map((price) => price.provider)])].sort(),
        items: provider === "" ? [] : knownModels(provider, prices, ports.clock()),
      };
    },
  );
}
