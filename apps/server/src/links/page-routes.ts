/** `/links/{secret}`: looked at by people and by whatever previews addresses, used by a person's click or by a program. */

import type { FastifyReply } from "fastify";
import { z } from "zod";
import { type LinkUse, ProblemError } from "@dimmer/protocol";
import { HTTP_LIMITS } from "../http/limits.ts";
import { type HttpApp, isForm } from "../http/open-http.ts";
import { problemOf } from "../http/problems.ts";
import { openRaw } from "../http/raw-reply.ts";
import { problemResponse } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import type { LinkRecord } from "../storage/link-record.ts";
import { type Page, PAGE_HEADERS, renderPage } from "./link-page.ts";
import { findLink, isOff, useLink } from "./use-link.ts";

const params = z.strictObject({ secret: z.string().min(1).max(HTTP_LIMITS.pathSegment) });
const LinkUseSchema: z.ZodType<LinkUse> = z
  .object({
    status: z.enum(["off", "already-off"]),
    flag: z.string(),
    environment: z.string(),
    variant: z.string().nullable(),
    serving: z.array(z.string()),
  })
  .meta({ id: "LinkUse" });
const page = { description: "A page.", content: { "text/html": { schema: z.string() } } };

export function linkPageRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    "/links/:secret",
    {
      config: { access: "public" },
      schema: {
        operationId: "showLink",
        summary: "What a kill link will do, with the button that does it; looking does nothing",
        tags: ["links"],
        params,
        // What mail programs and chats add to addresses.
        querystring: z.looseObject({}),
        response: { 200: page, 404: page },
      },
    },
    async (request, reply) =>
      await sendPage(reply, async () => {
        const link = await findLink(ports.store, request.params.secret, ports.clock());
        return question(link, await isOff(ports.store, link));
      }),
  );

  app.post(
    "/links/:secret",
    {
      config: { access: "public", takesForm: true },
      bodyLimit: HTTP_LIMITS.body.link,
      schema: {
        operationId: "useLink",
        summary: "Kill or stop what the link is for; doing it twice does no harm",
        tags: ["links"],
        params,
        querystring: z.looseObject({}),
        response: { 200: LinkUseSchema, 404: problemResponse("No live link has this secret.") },
      },
    },
    async (request, reply) => {
      const { secret } = request.params;
      if (!isForm(request)) return await useLink(ports, secret);
      return await sendPage(reply, async () => answer(await useLink(ports, secret)));
    },
  );
}

/** For people also what is refused is a page. */
async function sendPage(reply: FastifyReply, make: () => Promise<Page>): Promise<FastifyReply> {
  let status = 200;
  let shown: Page;
  try {
    shown = await make();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const problem = problemOf(error);
    status = problem.status;
    const isGone = problem.code === "not-found";
    shown = { title: isGone ? "Nothing to turn off" : "It was not turned off", lines: [problem.message] };
  }
  openRaw(reply, { status, headers: PAGE_HEADERS }).end(renderPage(shown));
  return reply;
}

type Target = Pick<LinkRecord, "flag" | "environment" | "variant">;
const nameOf = ({ flag, variant }: Target) => (variant === null ? `\`${flag}\`` : `\`${flag}:${variant}\``);

function question(link: LinkRecord, off: boolean | null): Page {
  const where = `in \`${link.environment}\``;
  const verb = link.variant === null ? "Kill" : "Stop";
  if (off === null) return { title: "Nothing to turn off", lines: [`${nameOf(link)} is not ${where} any more.`] };
  const what =
    link.variant === null
      ? "Everybody will get the flag's fallback at once."
      : "Whoever has this variant will get the fallback at once.";
  const now = off ? [`It is ${link.variant === null ? "killed" : "stopped"} already.`] : [];
  const lines = [what, "This link cannot turn it on again.", ...now];
  return { title: `${verb} ${nameOf(link)} ${where}?`, lines, button: `${verb} ${nameOf(link)}` };
}

function answer(use: LinkUse): Page {
  const done = use.variant === null ? "killed" : "stopped";
  const title =
    use.status === "off"
      ? `${nameOf(use)} is ${done} in \`${use.environment}\``
      : `${nameOf(use)} is ${done} already in \`${use.environment}\``;
  return { title, lines: [...use.serving, "You can close this page. Turning it on again takes somebody with a token."] };
}
