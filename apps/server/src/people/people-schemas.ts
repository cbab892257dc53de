/** The answers about people as schemas. */

import { z } from "zod";
import {
  type CreatedPersonalToken,
  type DeviceAnswer,
  type DeviceLogin,
  Grant,
  type InvitationView,
  type PasswordLink,
  type PendingDevice,
  type PersonalTokenView,
  type PersonView,
  Right,
  type SessionPerson,
  type SessionState,
  type SessionView,
  type TwoFactorState,
} from "@dimmer/protocol";

const time = z.string().describe("RFC 3339, UTC.");
const grants = z.array(Grant);

export const PersonSchema: z.ZodType<PersonView> = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    grants,
    disabled: z.boolean(),
    twoFactor: z.boolean(),
    password: z.boolean().describe("Whether there is one; who signs in elsewhere has none."),
    createdAt: time,
  })
  .meta({ id: "Person" });

const SessionPersonSchema: z.ZodType<SessionPerson> = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  grants: z.array(Grant.extend({ rights: z.array(Right) })),
  twoFactor: z.boolean(),
  password: z.boolean().describe("Whether there is one; who signs in elsewhere has none."),
  via: z.enum(["session", "personal-token"]),
});

export const SessionStateSchema: z.ZodType<SessionState> = z
  .object({
    state: z.enum(["setup-needed", "signed-out", "signed-in"]),
    methods: z.object({ password: z.boolean(), oidc: z.array(z.object({ id: z.string(), name: z.string() })) }),
    person: SessionPersonSchema.optional(),
    publicUrl: z.string(),
  })
  .meta({ id: "SessionState" });

export const SessionSchema: z.ZodType<SessionView> = z
  .object({
    id: z.string(),
    via: z.string().describe("`password`, or the provider."),
    agent: z.string(),
    createdAt: time,
    seenAt: time,
    expiresAt: time,
    current: z.boolean(),
  })
  .meta({ id: "Session" });

export const InvitationSchema: z.ZodType<InvitationView> = z
  .object({ id: z.string(), email: z.string(), name: z.string(), grants, createdAt: time, expiresAt: time })
  .meta({ id: "Invitation" });

export const PasswordLinkSchema: z.ZodType<PasswordLink> = z
  .object({ link: z.string().describe("For you to hand on: no mail is sent. Shown in this answer only."), expiresAt: time })
  .meta({ id: "PasswordLink" });

const tokenFields = {
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  usedAt: time.nullable(),
  revokedAt: time.nullable(),
};
export const PersonalTokenSchema: z.ZodType<PersonalTokenView> = z.object(tokenFields).meta({ id: "PersonalToken" });
export const CreatedTokenSchema: z.ZodType<CreatedPersonalToken> = z
  .object({ ...tokenFields, secret: z.string() })
  .meta({ id: "CreatedPersonalToken" });

export const TwoFactorSchema: z.ZodType<TwoFactorState> = z
  .object({
    twoFactor: z.boolean(),
    secret: z.string().optional(),
    uri: z.string().optional(),
    recoveryCodes: z.array(z.string()).optional(),
  })
  .meta({ id: "TwoFactor", description: "What is secret in it is shown in this answer only." });

export const DeviceLoginSchema: z.ZodType<DeviceLogin> = z
  .object({
    deviceCode: z.string(),
    userCode: z.string(),
    verificationUrl: z.string(),
    expiresInSeconds: z.int(),
    intervalSeconds: z.int(),
  })
  .meta({ id: "DeviceLogin" });

export const DeviceAnswerSchema: z.ZodType<DeviceAnswer> = z
  .object({
    status: z.enum(["pending", "denied", "expired", "allowed"]),
    token: CreatedTokenSchema.optional(),
    person: z.object({ id: z.string(), name: z.string() }).optional(),
  })
  .meta({ id: "DeviceAnswer" });

export const PendingDeviceSchema: z.ZodType<PendingDevice> = z
  .object({ userCode: z.string(), name: z.string(), address: z.string(), createdAt: time })
  .meta({ id: "PendingDevice" });
