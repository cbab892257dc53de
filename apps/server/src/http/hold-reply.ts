/** A reply that keeps what is sent, so that it can leave after the commit. */

import type { FastifyReply } from "fastify";

/**
 * Shape:  status and headers go to the reply itself; `send` gives its payload back, for the handler to return.
 * Errors: none.
 */
export function holdReply(reply: FastifyReply): FastifyReply {
  return Object.create(reply, { send: { value: (payload: unknown) => payload } }) as FastifyReply;
}
