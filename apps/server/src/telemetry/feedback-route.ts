/** Feedback from a page: the run's signed token stands for a key and says what it belongs to. */

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { EVENT_LIMITS, FEEDBACK_NAMES, FEEDBACK_PATH, ProblemError, RunClaimsPart } from "@dimmer/protocol";
import type { EnvironmentTokens } from "../access/environment-tokens.ts";
import type { Place, SnapshotHub } from "../delivery/snapshot-hub.ts";
import { answerPreflight } from "../http/cross-origin.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { problemResponse } from "../http/route-schemas.ts";
import { type AttemptLimit, openAttemptLimit } from "../people/attempt-limit.ts";
import type { EventIntake } from "./event-intake.ts";

export interface FeedbackPorts {
  readonly hub: Pick<SnapshotHub, "current">;
  readonly tokens: EnvironmentTokens;
  readonly events: Pick<EventIntake, "take">;
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** Of one run in any minute: people change their minds, and nothing else does so more often. */
const A_MINUTE = 40;

const Body = z
  .strictObject({
    token: z.string().min(1).max(HTTP_LIMITS.body.evaluation).describe("What `run.token()` gave."),
    name: z.enum(FEEDBACK_NAMES),
    value: z.number().min(0).max(1).optional().describe("Thumbs: 1 up, 0 down. A rating: 0 to 1. Others: nothing, or 1."),
    comment: z.string().max(EVENT_LIMITS.commentChars).optional(),
  })
  .meta({ id: "Feedback" });

export function feedbackRoute(app: HttpApp, ports: FeedbackPorts): void {
  const limit = openAttemptLimit({ attempts: A_MINUTE, clock: ports.clock, random: ports.random });
  app.post(
    FEEDBACK_PATH,
    {
      bodyLimit: HTTP_LIMITS.body.evaluation,
      config: { access: "public", crossOrigin: true, isRepeatable: true },
      schema: {
        operationId: "sendFeedback",
        summary: "What somebody made of an answer, from their browser",
        description: "Takes no key: the token of the run does. Of the same run and name the last counts.",
        tags: ["sdk"],
        body: Body,
        response: {
          200: z.object({ accepted: z.boolean().describe("False where there was no room for it.") }),
          401: problemResponse("The token is none, or has expired."),
          429: problemResponse("The run has had enough for a minute."),
        },
      },
    },
    async ({ body: { token, ...feedback } }) => {
      const { place, run } = await verify(ports, limit, token);
      const event = { ...run, kind: "feedback", id: randomUUID(), at: ports.clock(), ...feedback };
      return { accepted: ports.events.take({ ...place, source: "browser" }, [event]).accepted === 1 };
    },
  );
  app.options(FEEDBACK_PATH, { config: { access: "public", crossOrigin: true }, schema: { hide: true } }, (_request, reply) =>
    answerPreflight(reply),
  );
}

/** The same words for every token that does not count, whatever environment it names. */
const refusal = () => new ProblemError("unauthenticated", "The token of this run does not count: it is none, or has expired.");

async function verify({ hub, tokens }: FeedbackPorts, limit: AttemptLimit, token: string) {
  const place = placeIn(token);
  // Only of environments that there are: nobody may fill the memory with the names of others.
  if (place === undefined || (await hub.current(place.project, place.environment)) === undefined) throw refusal();
  const verified = (await tokens.reader(place)).verify("run", token);
  if ("problem" in verified) throw refusal();
  const run = RunClaimsPart.safeParse(verified.content);
  if (!run.success) throw refusal();
  const waitSeconds = limit.take(`${place.project}/${place.environment}/${run.data.run}`);
  if (waitSeconds > 0)
    throw new ProblemError("too-many-requests", "This run has had enough feedback for a minute.", {
      retryAfterSeconds: waitSeconds,
    });
  return { place, run: run.data };
}

/** Whom the token says it is for; nothing is believed before it is verified with that environment's keys. */
function placeIn(token: string): Place | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const audience: unknown = Object(claims) === claims ? Reflect.get(claims as object, "aud") : undefined;
    const [project, environment, ...more] = typeof audience === "string" ? audience.split("/") : [];
    return project === undefined || environment === undefined || more.length > 0 ? undefined : { project, environment };
  } catch {
    return undefined;
  }
}
