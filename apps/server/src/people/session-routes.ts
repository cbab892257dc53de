/** Set-up, signing in and out, and one's own sessions. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ProblemError, type SessionState, SetupRequest, SignInRequest } from "@dimmer/protocol";
import type { HttpApp } from "../http/open-http.ts";
import { problemResponse, SessionParams } from "../http/route-schemas.ts";
import type { Cookies } from "../http/session-cookie.ts";
import { type Asker, askerOf, sessionOf } from "./asker.ts";
import { markBrowser } from "./known-browser.ts";
import type { PeopleParts } from "./open-people.ts";
import { SessionSchema, SessionStateSchema } from "./people-schemas.ts";
import { type Browser, endSession, listSessions, type StartedSession } from "./sessions.ts";
import { needsSetUp, setUp } from "./set-up.ts";
import { signIn, takeAttempt } from "./sign-in.ts";
import { viewAsker } from "./view-asker.ts";

const tags = ["people"];
const tooMany = { 429: problemResponse("Tried too often; `Retry-After` says for how long.") };

export function sessionRoutes(app: HttpApp, parts: PeopleParts): void {
  const { ports, cookies } = parts;

  app.get(
    "/api/v1/session",
    {
      config: { access: "public" },
      schema: {
        operationId: "getSession",
        summary: "Who is signed in, and how one can sign in",
        tags,
        response: { 200: SessionStateSchema },
      },
    },
    async (request) => await stateOf(await recognise(request)),
  );

  app.post(
    "/api/v1/setup",
    {
      config: { access: "public", startsSession: true },
      schema: {
        operationId: "setUp",
        summary: "Make the owner, once, with the token of the link that the first start prints",
        tags,
        body: SetupRequest,
        response: { 201: SessionStateSchema, ...tooMany },
      },
    },
    async (request, reply) => {
      takeAttempt(ports, { address: request.ip });
      return await welcome(reply.code(201), await setUp(ports, { ...request.body, browser: browserOf(request, cookies) }));
    },
  );

  app.post(
    "/api/v1/session",
    {
      config: { access: "public", startsSession: true },
      schema: {
        operationId: "signIn",
        summary: "Sign in with a password",
        description:
          "One refusal for everything that can be wrong; `code-needed` where the password is right and a code is missing.",
        tags,
        body: SignInRequest,
        response: { 200: SessionStateSchema, ...tooMany },
      },
    },
    async (request, reply) => {
      const { email, password, code } = request.body;
      const order = {
        email,
        password,
        code,
        address: request.ip,
        browser: browserOf(request, cookies),
        mark: cookies.readMark(request),
      };
      return await welcome(reply, await signIn(ports, order).catch((error: unknown) => sayRefusal(request, error)));
    },
  );

  app.delete(
    "/api/v1/session",
    {
      config: { access: "management", right: "own", isRepeatable: true },
      schema: {
        operationId: "signOut",
        summary: "Sign out",
        tags,
        response: { 200: SessionStateSchema },
      },
    },
    async (request, reply) => {
      const { person, session } = sessionOf(request);
      await endSession(ports, person, session.id);
      cookies.clearSession(reply);
      return await stateOf(null);
    },
  );

  app.get(
    "/api/v1/sessions",
    {
      config: { access: "management", right: "own" },
      schema: {
        operationId: "listSessions",
        summary: "Your sessions",
        tags,
        response: { 200: z.object({ items: z.array(SessionSchema), next: z.null() }) },
      },
    },
    async (request) => {
      const asker = askerOf(request);
      const current = asker.via === "session" ? asker.session.id : undefined;
      return { items: [...(await listSessions(ports, asker.person.id, current))], next: null };
    },
  );

  app.delete(
    "/api/v1/sessions/:session",
    {
      config: { access: "management", right: "own", isRepeatable: true },
      schema: {
        operationId: "endSession",
        summary: "End one of your sessions: it fails from now on",
        tags,
        params: SessionParams,
        response: { 200: z.object({ ended: z.string() }) },
      },
    },
    async (request) => {
      await endSession(ports, sessionOf(request).person, request.params.session);
      return { ended: request.params.session };
    },
  );

  /** As on other routes a token counts before a session; neither must be there. */
  async function recognise(request: FastifyRequest): Promise<Asker | null> {
    const token = /^Bearer +(\S+)$/iu.exec(request.headers.authorization ?? "")?.[1];
    const found = token === undefined ? await parts.recognise.bySession(request) : await parts.recognise.byToken(token);
    return found?.asker ?? null;
  }

  async function welcome(reply: FastifyReply, started: StartedSession): Promise<SessionState> {
    cookies.writeSession(reply, started.secret);
    cookies.writeMark(reply, markBrowser(ports, started.person.id));
    return await stateOf({ via: "session", ...started });
  }

  async function stateOf(asker: Asker | null): Promise<SessionState> {
    const methods = { password: true, oidc: parts.oidc === undefined ? [] : [{ id: parts.oidc.id, name: parts.oidc.name }] };
    const about = { methods, publicUrl: ports.publicUrl() };
    if (asker !== null) return { state: "signed-in", ...about, person: await viewAsker(ports.store, asker) };
    return { state: (await needsSetUp(ports.store)) ? "setup-needed" : "signed-out", ...about };
  }
}

/** Where it came from, for whoever watches the log; not whom it was for, which may be a password in the wrong field. */
function sayRefusal(request: FastifyRequest, error: unknown): never {
  if (error instanceof ProblemError && error.code !== "code-needed")
    request.log.warn({ code: error.code, address: request.ip, requestId: request.id }, "sign-in refused");
  throw error;
}

export const browserOf = (request: FastifyRequest, cookies: Cookies): Browser => ({
  agent: request.headers["user-agent"] ?? "",
  replaces: cookies.readSession(request),
});
