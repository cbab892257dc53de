/** People and invitations: `/api/v1/people`, `/api/v1/invitations`. */

import { z } from "zod";
import { AcceptRequest, InvitationRequest, PasswordResetRequest, PersonRequest } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, PageQuery } from "../http/paging.ts";
import { InvitationParams, PersonParams } from "../http/route-schemas.ts";
import { pageOf } from "../http/views.ts";
import { acceptInvitation, invite, revokeInvitation, viewInvitation } from "./invitations.ts";
import type { PeopleParts } from "./open-people.ts";
import { listOpenLinks } from "./password-links.ts";
import { InvitationSchema, PasswordLinkSchema, PersonSchema } from "./people-schemas.ts";
import { editPerson, makeResetLink, removePerson, viewPerson } from "./people.ts";
import { browserOf } from "./session-routes.ts";
import { resetPassword } from "./set-password.ts";
import { takeAttempt } from "./sign-in.ts";

const tags = ["people"];
const InvitedSchema = z
  .object({ invitation: InvitationSchema, link: z.string(), expiresAt: z.string() })
  .meta({ id: "MadeInvitation" });
const config = { access: "management", right: "people.edit" } as const;

export function peopleRoutes(app: HttpApp, { ports, cookies }: PeopleParts): void {
  app.get(
    "/api/v1/people",
    {
      config,
      schema: {
        operationId: "listPeople",
        summary: "The people of this installation and what they may",
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(PersonSchema) },
      },
    },
    async (request) => pageByKey((await ports.store.listPeople()).map(viewPerson), ({ id }) => id, request.query),
  );

  app.patch(
    "/api/v1/people/:person",
    {
      config,
      schema: {
        operationId: "editPerson",
        summary: "Rename a person, give and take grants, disable, take away a lost second factor",
        tags,
        params: PersonParams,
        body: PersonRequest,
        response: { 200: PersonSchema },
      },
    },
    async (request) => viewPerson(await editPerson(ports, authorOf(request), request.params.person, request.body)),
  );

  app.delete(
    "/api/v1/people/:person",
    {
      config,
      schema: {
        operationId: "removePerson",
        summary: "Remove a person, with their sessions and tokens",
        tags,
        params: PersonParams,
        response: { 200: PersonSchema },
      },
    },
    async (request) => viewPerson(await removePerson(ports, authorOf(request), request.params.person)),
  );

  app.post(
    "/api/v1/people/:person/password-reset",
    {
      config,
      schema: {
        operationId: "createPasswordReset",
        summary: "Make the link by which a person sets a new password",
        tags,
        params: PersonParams,
        response: { 201: PasswordLinkSchema },
      },
    },
    async (request, reply) => {
      const { record, link } = await makeResetLink(ports, authorOf(request), request.params.person);
      return reply.code(201).send({ link, expiresAt: new Date(record.expiresAt).toISOString() });
    },
  );

  app.get(
    "/api/v1/invitations",
    {
      config,
      schema: {
        operationId: "listInvitations",
        summary: "The invitations that wait, without their links",
        tags,
        querystring: PageQuery,
        response: { 200: pageOf(InvitationSchema) },
      },
    },
    async (request) => {
      const open = (await listOpenLinks(ports.store, "invitation", ports.clock())).map(viewInvitation);
      return pageByKey(
        open.sort((a, b) => (a.id < b.id ? -1 : 1)),
        ({ id }) => id,
        request.query,
      );
    },
  );

  app.post(
    "/api/v1/invitations",
    {
      config,
      schema: {
        operationId: "createInvitation",
        summary: "Invite somebody; the link is shown in this answer only, and no mail is sent",
        tags,
        body: InvitationRequest,
        response: { 201: InvitedSchema },
      },
    },
    async (request, reply) => {
      const { record, link } = await invite(ports, authorOf(request), request.body);
      const invitation = viewInvitation(record);
      return reply.code(201).send({ invitation, link, expiresAt: invitation.expiresAt });
    },
  );

  app.delete(
    "/api/v1/invitations/:invitation",
    {
      config,
      schema: {
        operationId: "revokeInvitation",
        summary: "Take an invitation back: its link does nothing from now on",
        tags,
        params: InvitationParams,
        response: { 200: InvitationSchema },
      },
    },
    async (request) => viewInvitation(await revokeInvitation(ports, authorOf(request), request.params.invitation)),
  );

  app.post(
    "/api/v1/invitations/accept",
    {
      config: { access: "public", startsSession: true },
      schema: {
        operationId: "acceptInvitation",
        summary: "Take an invitation: set a name and a password, and be signed in",
        tags,
        body: AcceptRequest,
        response: { 201: PersonSchema },
      },
    },
    async (request, reply) => {
      takeAttempt(ports, { address: request.ip });
      const { person, secret } = await acceptInvitation(ports, { ...request.body, browser: browserOf(request, cookies) });
      cookies.writeSession(reply, secret);
      return reply.code(201).send(viewPerson(person));
    },
  );

  app.post(
    "/api/v1/password-reset",
    {
      config: { access: "public", startsSession: true },
      schema: {
        operationId: "resetPassword",
        summary: "Set a new password by the link that an admin made; then sign in",
        tags,
        body: PasswordResetRequest,
        response: { 200: z.object({ email: z.string() }) },
      },
    },
    async (request) => {
      takeAttempt(ports, { address: request.ip });
      return { email: (await resetPassword(ports, request.body)).email };
    },
  );
}
