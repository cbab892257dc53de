/** Signing in with a provider: `/auth/oidc/{provider}`, which browsers visit and programs do not. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import type { HttpApp } from "../http/open-http.ts";
import { markBrowser } from "./known-browser.ts";
import { admitVouched } from "./oidc/admit-vouched.ts";
import type { OidcProvider } from "./oidc/oidc-provider.ts";
import type { OidcSettings } from "./oidc/oidc-settings.ts";
import type { PeopleParts } from "./open-people.ts";
import { browserOf } from "./session-routes.ts";
import { takeAttempt } from "./sign-in.ts";

const tags = ["people"];
const ProviderParams = z.strictObject({ provider: z.string().min(1).max(64) });
const redirect = {
  description: "The address to go on at.",
  headers: { Location: { type: "string" } },
  content: { "text/plain": { schema: z.string() } },
};

export function oidcRoutes(app: HttpApp, parts: PeopleParts): void {
  const { ports, cookies } = parts;

  app.get(
    "/auth/oidc/:provider/start",
    {
      config: { access: "public" },
      schema: {
        operationId: "startOidcSignIn",
        summary: "Go to the provider to sign in",
        tags,
        params: ProviderParams,
        querystring: z.strictObject({ next: z.string().max(2_000).optional().describe("The page of ours to come back to.") }),
        response: { 303: redirect },
      },
    },
    async (request, reply) => {
      const { oidc } = requireProvider(request.params.provider);
      takeAttempt(ports, { address: request.ip });
      return await orExplain(request, reply, async () => {
        const { url, binding } = await oidc.start(request.query.next);
        cookies.writePending(reply, binding);
        return url;
      });
    },
  );

  app.get(
    "/auth/oidc/:provider/callback",
    {
      config: { access: "public" },
      schema: {
        operationId: "finishOidcSignIn",
        summary: "Come back from the provider",
        tags,
        params: ProviderParams,
        // Providers add what they like.
        querystring: z.looseObject({}),
        response: { 303: redirect },
      },
    },
    async (request, reply) => {
      const { oidc, settings } = requireProvider(request.params.provider);
      const query = request.raw.url?.match(/\?.*$/u)?.[0] ?? "";
      return await orExplain(request, reply, async () => {
        const vouched = await oidc.finish(query, cookies.readPending(request));
        cookies.writePending(reply, "");
        const { person, secret } = await admitVouched(ports, settings, vouched, browserOf(request, cookies));
        cookies.writeSession(reply, secret);
        cookies.writeMark(reply, markBrowser(ports, person.id));
        return vouched.next;
      });
    },
  );

  function requireProvider(id: string): { readonly oidc: OidcProvider; readonly settings: OidcSettings } {
    const { oidc, oidcSettings: settings } = parts;
    if (oidc === undefined || settings === undefined || oidc.id !== id)
      throw new ProblemError("not-found", "There is no such provider.");
    return { oidc, settings };
  }
}

/** A person who came by a link of the provider's reads a page and no JSON: what was refused is named in the address of the sign-in page. */
async function orExplain(request: FastifyRequest, reply: FastifyReply, work: () => Promise<string>): Promise<FastifyReply> {
  try {
    return reply.redirect(await work(), 303);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code } = error;
    // Its name and code alone: what a provider says may hold what it said about somebody.
    const cause =
      error.cause instanceof Error ? { name: error.cause.name, code: Reflect.get(error.cause, "code") as unknown } : undefined;
    request.log.warn({ code, cause, requestId: request.id }, "sign-in by a provider refused");
    return reply.redirect(`/sign-in?problem=${code}`, 303);
  }
}
