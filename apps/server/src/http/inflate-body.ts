/** Bodies that come compressed, on the routes that take them: inflated as they arrive, and refused before they are more than a body may be. */

import type { Readable } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import type { preParsingHookHandler, RouteOptions } from "fastify";
import { ProblemError } from "@dimmer/protocol";
import { HTTP_LIMITS } from "./limits.ts";
import type { HttpApp } from "./open-http.ts";

/** What Fastify holds a Content-Length against. */
interface Counted {
  receivedEncodedLength?: number;
}

/**
 * Inflates what `takesGzip` routes get. Must run before any route is added.
 *
 * Shape:  the route's `bodyLimit` holds for what comes and for what it becomes; beyond it no more is inflated.
 * Errors: `ProblemError`: body-too-large, also for what is more than `HTTP_LIMITS.inflation` times its size; invalid-request for no gzip.
 * Source: reliability A4.
 */
export function inflateBodies(app: HttpApp): void {
  app.addHook("onRoute", (route) => {
    if (route.config?.takesGzip !== true) return;
    route.preParsing = inflateWithin(route.bodyLimit ?? HTTP_LIMITS.body.standard);
  });
}

/** Whether the body is one that its route takes compressed. */
export const isGzip = (encoding: string | undefined, config: NonNullable<RouteOptions["config"]>): boolean =>
  encoding === "gzip" && config.takesGzip === true;

function inflateWithin(limitBytes: number): preParsingHookHandler {
  return (request, _reply, payload, done) => {
    const isCompressed = request.headers["content-encoding"] === "gzip";
    done(null, isCompressed ? inflate(payload as Readable, limitBytes) : payload);
  };
}

function inflate(compressed: Readable, limitBytes: number): Readable {
  const gunzip: Gunzip & Counted = createGunzip();
  let received = 0;
  let inflated = 0;

  compressed.on("data", (chunk: Buffer) => {
    gunzip.receivedEncodedLength = received += chunk.length;
    if (received > limitBytes) gunzip.destroy(tooLarge(limitBytes));
  });
  gunzip.on("data", (chunk: Buffer) => {
    inflated += chunk.length;
    const { fromBytes, times } = HTTP_LIMITS.inflation;
    if (inflated > limitBytes) gunzip.destroy(tooLarge(limitBytes));
    else if (inflated > fromBytes && inflated > times * received) gunzip.destroy(tooDense());
  });
  // The rest is let go by unread, as the answer has to leave by the same connection.
  gunzip.once("error", () => {
    compressed.unpipe(gunzip);
    compressed.resume();
  });
  compressed.once("close", () => {
    if (!compressed.readableEnded) gunzip.destroy(new ProblemError("invalid-request", "The body ended too early."));
  });
  return compressed.pipe(gunzip);
}

const tooLarge = (limitBytes: number): ProblemError =>
  new ProblemError("body-too-large", `A body may have ${limitBytes} bytes, compressed and inflated.`);

const tooDense = (): ProblemError =>
  new ProblemError("body-too-large", `A body may become ${HTTP_LIMITS.inflation.times} times what was sent, and no more.`);
