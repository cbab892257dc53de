/** Answers past the framework, for bytes that are made once for everybody and for streams. */

import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";

export interface RawHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** Of every stream of server-sent events; proxies must not gather what should leave at once. */
export const STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
};

/** Sends the head with everything the hooks have set so far and hands over the response. */
export function openRaw(reply: FastifyReply, head: RawHead): ServerResponse {
  reply.hijack();
  reply.headers(head.headers);
  // All at once: headers that are set one by one cost Node several times as much.
  return reply.raw.writeHead(head.status, reply.getHeaders() as OutgoingHttpHeaders);
}
