/** What signs and verifies the tokens of an environment, and the making of override tokens. */

import { z } from "zod";
import { OVERRIDE_TOKEN_SECONDS, type OverrideToken, SIGNING_KEYS_PATH, type SigningKeys } from "@dimmer/protocol";
import { placeOf } from "../delivery/routes.ts";
import { authorOf, keyOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { createOverrideToken, MAX_OVERRIDES } from "./create-override-token.ts";
import { audienceOf, type EnvironmentTokens } from "./environment-tokens.ts";

const SigningKeysSchema: z.ZodType<SigningKeys> = z
  .object({
    audience: z.string().describe("`project/environment`, the `aud` of its tokens."),
    keys: z
      .array(z.object({ id: z.string(), key: z.string().describe("32 bytes in base64url.") }))
      .describe("The first one signs."),
  })
  .meta({ id: "SigningKeys" });

const OverrideTokenSchema: z.ZodType<OverrideToken> = z
  .object({ token: z.string(), expiresAt: z.iso.datetime() })
  .meta({ id: "OverrideToken" });

const name = z.string().min(1).max(128);
const { least, most, usual } = OVERRIDE_TOKEN_SECONDS;
const OverrideBody = z.strictObject({
  overrides: z
    .record(name, name)
    .refine((all) => Object.keys(all).length > 0, "Name at least one flag.")
    .refine((all) => Object.keys(all).length <= MAX_OVERRIDES, `Name at most ${MAX_OVERRIDES} flags.`)
    .describe("Flag key → variant."),
  expiresInSeconds: z.int().min(least).max(most).optional().describe(`A day (${usual}) unless given.`),
});

export function tokenRoutes(app: HttpApp, ports: ManagementPorts & { readonly tokens: EnvironmentTokens }): void {
  app.get(
    SIGNING_KEYS_PATH,
    {
      config: { access: "server" },
      schema: {
        operationId: "fetchSigningKeys",
        summary: "What signs and verifies the tokens of the key's environment",
        description: "Secret: whoever has it can sign contexts. Hold it in memory.",
        tags: ["sdk"],
        response: { 200: SigningKeysSchema },
      },
    },
    async (request) => {
      const place = placeOf(keyOf(request));
      const keys = await ports.tokens.keys(place);
      return {
        audience: audienceOf(place),
        keys: keys.map(({ id, key }) => ({ id, key: Buffer.from(key).toString("base64url") })),
      };
    },
  );

  app.post(
    "/api/v1/projects/:project/environments/:environment/override-tokens",
    {
      config: { access: "management", right: "token.create" },
      schema: {
        operationId: "createOverrideToken",
        summary: "Make a token that shows chosen variants, for previews and QA",
        description:
          "Overrides beat targets, rules and pins, and never a kill, a stop or an `only`. The token is a credential: it is in this answer only.",
        tags: ["environments"],
        params: EnvironmentParams,
        body: OverrideBody,
        response: { 201: OverrideTokenSchema },
      },
    },
    async (request, reply) => {
      const order = { ...request.params, ...request.body };
      return reply.code(201).send(await createOverrideToken(ports, authorOf(request), order));
    },
  );
}
