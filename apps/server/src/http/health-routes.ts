/** What orchestrators ask: is the process alive, and should it get traffic? No keys, no details. */

import { z } from "zod";
import type { HttpApp } from "./open-http.ts";

export interface HealthPorts {
  /** Rejects, or says why not, while the server should get no traffic. */
  readonly checkReady: () => Promise<string | undefined>;
}

const Health = z.object({ status: z.enum(["ok", "unavailable"]), reason: z.string().optional() }).meta({ id: "Health" });

export function healthRoutes(app: HttpApp, ports: HealthPorts): void {
  const alive = { status: "ok" as const };
  const describe = (operationId: string, summary: string) => ({
    operationId,
    summary,
    tags: ["operations"],
    // Probes add what they like.
    querystring: z.looseObject({}),
  });
  // The process alone: a store that is down must not get a process killed that still serves flags from memory.
  app.get(
    "/livez",
    { config: { access: "public" }, schema: { ...describe("livez", "Is the process alive?"), response: { 200: Health } } },
    async () => alive,
  );
  app.get(
    "/healthz",
    { config: { access: "public" }, schema: { ...describe("healthz", "The same as /livez"), response: { 200: Health } } },
    async () => alive,
  );
  app.get(
    "/readyz",
    {
      config: { access: "public" },
      schema: { ...describe("readyz", "Should this process get traffic?"), response: { 200: Health, 503: Health } },
    },
    async (request, reply) => {
      const reason = await ports.checkReady().catch((error: unknown) => {
        request.log.warn({ err: error, requestId: request.id }, "not ready");
        return "The store does not answer.";
      });
      return reason === undefined ? alive : reply.code(503).send({ status: "unavailable", reason });
    },
  );
}
