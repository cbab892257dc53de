/** One's own account: password, second factor, personal tokens. */

import { z } from "zod";
import {
  PasswordRequest,
  PersonalTokenRequest,
  ProblemError,
  type TwoFactorRequest as Step,
  TwoFactorRequest,
} from "@dimmer/protocol";
import type { HttpApp } from "../http/open-http.ts";
import { PersonalTokenParams } from "../http/route-schemas.ts";
import { askerOf, sessionOf } from "./asker.ts";
import type { PeopleParts } from "./open-people.ts";
import { CreatedTokenSchema, PersonalTokenSchema, PersonSchema, TwoFactorSchema } from "./people-schemas.ts";
import { viewPerson } from "./people.ts";
import { createPersonalToken, revokePersonalToken, viewToken } from "./personal-tokens.ts";
import type { SignedIn } from "./sessions.ts";
import { changePassword } from "./set-password.ts";
import { beginTwoFactor, confirmTwoFactor, disableTwoFactor } from "./two-factor.ts";

const tags = ["people"];
/** Passwords are hashed and codes counted outside any transaction, and a new session answers with its cookie. */
const config = { access: "management", right: "own", isRepeatable: true } as const;

export function accountRoutes(app: HttpApp, { ports, cookies }: PeopleParts): void {
  app.post(
    "/api/v1/account/password",
    {
      config,
      schema: {
        operationId: "changePassword",
        summary: "Change your password; every other session of yours ends",
        tags,
        body: PasswordRequest,
        response: { 200: PersonSchema },
      },
    },
    async (request, reply) => {
      const { person, secret } = await changePassword(ports, sessionOf(request), request.body);
      cookies.writeSession(reply, secret);
      return viewPerson(person);
    },
  );

  app.post(
    "/api/v1/account/two-factor",
    {
      config,
      schema: {
        operationId: "changeTwoFactor",
        summary: "Begin, confirm or disable your second factor",
        tags,
        body: TwoFactorRequest,
        response: { 200: TwoFactorSchema },
      },
    },
    async (request) => await takeStep(sessionOf(request), request.body),
  );

  app.get(
    "/api/v1/account/tokens",
    {
      config: { access: "management", right: "own" },
      schema: {
        operationId: "listPersonalTokens",
        summary: "Your personal tokens, without their secrets",
        tags,
        response: { 200: z.object({ items: z.array(PersonalTokenSchema), next: z.null() }) },
      },
    },
    async (request) => {
      const tokens = await ports.store.listPersonalTokens(askerOf(request).person.id);
      return { items: tokens.map(viewToken), next: null };
    },
  );

  app.post(
    "/api/v1/account/tokens",
    {
      config: { access: "management", right: "own" },
      schema: {
        operationId: "createPersonalToken",
        summary: "Make a personal token; its secret is shown in this answer only",
        tags,
        body: PersonalTokenRequest,
        response: { 201: CreatedTokenSchema },
      },
    },
    async (request, reply) => {
      const { name, expiresAt } = request.body;
      const order = { name, ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }) };
      return reply.code(201).send(await createPersonalToken(ports, sessionOf(request).person, order));
    },
  );

  app.delete(
    "/api/v1/account/tokens/:token",
    {
      config: { access: "management", right: "own" },
      schema: {
        operationId: "revokePersonalToken",
        summary: "Revoke a personal token: it fails from now on",
        tags,
        params: PersonalTokenParams,
        response: { 200: PersonalTokenSchema },
      },
    },
    async (request) => await revokePersonalToken(ports, askerOf(request).person, request.params.token),
  );

  async function takeStep(signedIn: SignedIn, { step, password, code }: Step) {
    if (step === "begin") return await beginTwoFactor(ports, signedIn, password);
    if (code === undefined) throw new ProblemError("invalid-request", `Send a code to ${step} it.`);
    if (step === "confirm") return await confirmTwoFactor(ports, signedIn, code);
    return await disableTwoFactor(ports, signedIn, code);
  }
}
