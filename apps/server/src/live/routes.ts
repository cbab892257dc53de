/** The live stream of a project, for the dashboard: `/api/v1/projects/{project}/live`. */

import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { openRaw, STREAM_HEADERS } from "../http/raw-reply.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import type { StoreReader } from "../storage/store.ts";
import type { Live } from "./open-live.ts";

/** The path of the stream, which lasts for hours on purpose. */
export const LIVE_PATH = "/api/v1/projects/:project/live";

/** What it takes to follow it, asked again while it lasts. */
export const LIVE_ACCESS = { access: "management", right: "read" } as const;

export interface LiveRoutePorts {
  readonly store: StoreReader;
  readonly live: Live;
  /** Whether what a request came with still counts. */
  readonly mayStay: (request: FastifyRequest) => Promise<boolean>;
}

export function liveRoutes(app: HttpApp, { store, live, mayStay }: LiveRoutePorts): void {
  app.get(
    LIVE_PATH,
    {
      exposeHeadRoute: false,
      config: LIVE_ACCESS,
      schema: {
        operationId: "streamLive",
        summary: "Every change and notice of the project as it is made, as server-sent events",
        description:
          "`change` says what was changed, `notice` which alert or rollout is another; `missed` that there were too many, so read anew. Ends with the session or token.",
        tags: ["changes"],
        params: ProjectParams,
        response: { 200: { description: "change, notice, missed", content: { "text/event-stream": { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { key: project } = await requireProject(store, request.params.project);
      if (!live.hasRoom()) throw new ProblemError("too-many-requests", "Too many pages are open; close some.");
      const response = openRaw(reply, { status: 200, headers: STREAM_HEADERS });
      await live.listen(response, { project, author: authorOf(request), mayStay: () => mayStay(request) });
      return reply;
    },
  );
}
