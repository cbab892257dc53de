/** What SDKs fetch: the snapshot of their key's environment, and the stream of its changes. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ProblemError, SNAPSHOT_PATH, type SnapshotVersion, STREAM_PATH } from "@dimmer/protocol";
import { keyOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { openRaw, STREAM_HEADERS } from "../http/raw-reply.ts";
import { holdsAlready } from "../http/revisions.ts";
import { SnapshotPart } from "../http/views.ts";
import type { KeyRecord } from "../storage/store.ts";
import type { ConnectedSdks } from "./connected-sdks.ts";
import type { HeldSnapshot } from "./held-snapshot.ts";
import type { Place, SnapshotHub } from "./snapshot-hub.ts";
import { readSdkIdentity } from "./sdk-identity.ts";
import { readEtag, readEventId, readPosition } from "./sse.ts";

export interface DeliveryPorts {
  readonly hub: SnapshotHub;
  readonly sdks: ConnectedSdks;
}

export function deliveryRoutes(app: HttpApp, { hub, sdks }: DeliveryPorts): void {
  app.get(
    SNAPSHOT_PATH,
    {
      config: { access: "server" },
      schema: {
        operationId: "fetchSnapshot",
        summary: "The snapshot of the key's environment",
        description: "Send the ETag as If-None-Match: 304 says that nothing changed.",
        tags: ["sdk"],
        response: { 200: SnapshotPart, 304: z.null() },
      },
    },
    async (request, reply) => {
      const holds = readEtag(request.headers["if-none-match"]);
      const { place, held } = await holdingOf(request, hub, holds);
      const sdk = readSdkIdentity(request.headers);
      if (sdk !== undefined) sdks.polled(place, { sdk, key: keyOf(request).id, holds });
      await sendSnapshot(held, request, reply);
      return reply;
    },
  );

  app.get(
    STREAM_PATH,
    {
      exposeHeadRoute: false,
      config: { access: "server" },
      schema: {
        operationId: "streamChanges",
        summary: "Patches of the key's environment, as server-sent events",
        description: "Opens with `hello`; says `refetch` to a reader whose version it cannot lead on from.",
        tags: ["sdk"],
        querystring: z.strictObject({ epoch: z.string().optional(), version: z.string().optional() }),
        response: { 200: { description: "hello, patch, refetch", content: { "text/event-stream": { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      hub.checkRoom();
      const position = positionOf(request);
      const { place } = await holdingOf(request, hub, position);
      const key = keyOf(request);
      const response = openRaw(reply, { status: 200, headers: STREAM_HEADERS });
      const sdk = readSdkIdentity(request.headers);
      if (response.destroyed) return reply;
      const ended = sdk === undefined ? sdks.unnamed(place) : sdks.streaming(place, { sdk, key: key.id, holds: position });
      response.on("close", ended);
      hub.listen(response, place, { id: key.id, expiresAt: key.expiresAt }, position);
      return reply;
    },
  );
}

/** Serialised once for everybody, so it goes past the schema. */
export async function sendSnapshot(held: HeldSnapshot, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const headers = { ETag: held.etag, "Cache-Control": "private, no-cache", Vary: "Accept-Encoding" };
  if (holdsAlready(request, held.etag)) {
    openRaw(reply, { status: 304, headers }).end();
    return;
  }
  const { bytes, coding } = await held.encoded(request.headers["accept-encoding"]);
  const encoding: Record<string, string> = coding === "identity" ? {} : { "Content-Encoding": coding };
  const type = { "Content-Type": "application/json; charset=utf-8", "Content-Length": bytes.length };
  openRaw(reply, { status: 200, headers: { ...headers, ...encoding, ...type } }).end(bytes);
}

/** The query says where the SDK is; a browser's EventSource can only say so by its last event. */
function positionOf(request: FastifyRequest<{ Querystring: { epoch?: string | undefined; version?: string | undefined } }>) {
  const { epoch, version } = request.query;
  const lastEventId = request.headers["last-event-id"];
  return readEventId(typeof lastEventId === "string" ? lastEventId : undefined) ?? readPosition(epoch, version);
}

/** The environment of the request's key, and its newest snapshot; `position` is what the reader says it holds. */
export async function holdingOf(
  request: FastifyRequest,
  hub: SnapshotHub,
  position?: SnapshotVersion,
): Promise<{ place: Place; held: HeldSnapshot }> {
  const place = placeOf(keyOf(request));
  const held = await hub.current(place.project, place.environment, position);
  if (held === undefined) throw new ProblemError("not-found", "The environment of this key is gone.");
  return { place, held };
}

export function placeOf({ project, environment }: KeyRecord): Place {
  if (project === null || environment === null) throw new ProblemError("forbidden", "This key is for no environment.");
  return { project, environment };
}
