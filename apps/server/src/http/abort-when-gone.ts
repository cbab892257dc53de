/** Gives up work for others when whoever asked for it has gone. */

import type { FastifyReply } from "fastify";

/** Shape: aborts when the connection closes before the answer was sent. Errors: none. */
export function abortWhenGone({ raw }: Pick<FastifyReply, "raw">): AbortSignal {
  const controller = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
