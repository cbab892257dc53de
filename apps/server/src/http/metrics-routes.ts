/** `/metrics`, for whoever may see the whole installation, and the measuring of every request. */

import { z } from "zod";
import { OFREP_STREAM_PATH, STREAM_PATH } from "@dimmer/protocol";
import { LIVE_PATH } from "../live/routes.ts";
import type { HttpApp } from "./open-http.ts";
import { openRaw } from "./raw-reply.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** These last for hours on purpose. */
const STREAMS: ReadonlySet<string> = new Set([STREAM_PATH, OFREP_STREAM_PATH, LIVE_PATH]);

/** Must run before any route is added. */
export function measureRequests(app: HttpApp, metrics: ServerMetrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    if (STREAMS.has(route) && reply.statusCode === 200) return done();
    const { method } = request;
    metrics.requestAnswered({
      method: route === "unknown" ? "other" : method,
      route,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    });
    done();
  });
}

export function metricsRoutes(app: HttpApp, metrics: ServerMetrics): void {
  app.get(
    "/metrics",
    {
      config: { access: "management", right: "metrics.read", reach: "whole", isRoutine: true },
      schema: {
        operationId: "readMetrics",
        summary: "What the server counts about itself, for Prometheus",
        description: "It counts for all projects together, so the right must be held in the whole installation.",
        tags: ["operations"],
        // Scrapers add what they like.
        querystring: z.looseObject({}),
        response: { 200: { description: "Text format 0.0.4.", content: { "text/plain": { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { type, text } = await metrics.read();
      openRaw(reply, { status: 200, headers: { "Content-Type": type } }).end(text);
      return reply;
    },
  );
}
