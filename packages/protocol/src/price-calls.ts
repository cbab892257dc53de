/** The calls of the management API that are about prices. */

import type { KnownModelsView, PriceAddress, PriceRequest, PricesView, UnpricedModel } from "./prices.ts";
import { pathOf as path, type Send } from "./request.ts";

export interface PriceCalls {
  /** The project's own prices, and its limit. */
  listPrices(project: string): Promise<PricesView>;
  setPrice(project: string, price: PriceRequest): Promise<PricesView>;
  removePrice(project: string, price: PriceAddress): Promise<PricesView>;
  /** Null for none. */
  setPriceLimit(project: string, outputUsd: number | null): Promise<PricesView>;
  /** Models that answered in the last hours, of whose calls some have no price. */
  listUnpricedModels(project: string, hours: number): Promise<readonly UnpricedModel[]>;
  /** What can be written into a config, with what it costs. */
  listKnownModels(project: string, provider: string): Promise<KnownModelsView>;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function priceCalls(request: <T>(send: Send) => Promise<T>): PriceCalls {
  return {
    listPrices: (project) => request({ method: "GET", path: path`/projects/${project}/prices` }),
    setPrice: (project, price) => request({ method: "PUT", path: path`/projects/${project}/prices`, body: price }),
    removePrice: (project, price) => request({ method: "DELETE", path: path`/projects/${project}/prices`, query: { ...price } }),
    setPriceLimit: (project, outputUsd) =>
      request({ method: "PUT", path: path`/projects/${project}/prices/limit`, body: { outputUsd } }),
    async listUnpricedModels(project, hours) {
      const send = { method: "GET", path: path`/projects/${project}/prices/unknown`, query: { hours } } as const;
      return (await request<Items<UnpricedModel>>(send)).items;
    },
    listKnownModels: (project, provider) =>
      request({ method: "GET", path: path`/projects/${project}/prices/models`, query: { provider } }),
  };
}
