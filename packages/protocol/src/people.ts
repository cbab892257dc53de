/** People of an installation: accounts, sessions, invitations, personal tokens. */

import { z } from "zod";
import { Grant, type HeldGrant } from "./rights.ts";

const email = z
  .string()
  .min(3)
  .max(254)
  .regex(/^[^\s@,;<>"\\]+@[^\s@,;<>"\\]+$/u, "An email address is a name, @ and a domain.");
const name = z.string().trim().min(1).max(100).describe("What others call the person.");
const password = z.string().min(1).max(1_024);
const secret = z.string().min(1).max(200);
const code = z.string().min(1).max(40).describe("Six digits of the second factor, or a recovery code.");

const grants = z.array(Grant).max(50);

export const SetupRequest = z.strictObject({ token: secret, name, email, password });
export const SignInRequest = z.strictObject({ email: z.string().max(254), password, code: code.optional() });
export const InvitationRequest = z.strictObject({ email, name: name.optional(), grants });
export const AcceptRequest = z.strictObject({ token: secret, name, password });
export const PasswordResetRequest = z.strictObject({ token: secret, password });
export const PasswordRequest = z.strictObject({ current: password, password });
export const PersonRequest = z.strictObject({
  name: name.optional(),
  grants: grants.optional(),
  disabled: z.boolean().optional().describe("A disabled person cannot sign in, and their sessions and tokens end."),
  twoFactor: z.literal(false).optional().describe("Takes the second factor away from whoever lost it."),
});
export const PersonalTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export const TwoFactorRequest = z.strictObject({
  step: z.enum(["begin", "confirm", "disable"]),
  password: password.optional().describe("To begin, where the person has one."),
  code: code.optional().describe("To confirm or disable."),
});
export const DeviceRequest = z.strictObject({ name: z.string().trim().min(1).max(100).describe("Where it is asked for.") });
export const DeviceTokenRequest = z.strictObject({ deviceCode: secret });
export const DeviceConfirmation = z.strictObject({ userCode: z.string().min(1).max(40), allow: z.boolean() });

export type InvitationRequest = z.infer<typeof InvitationRequest>;
export type PersonRequest = z.infer<typeof PersonRequest>;
export type TwoFactorRequest = z.infer<typeof TwoFactorRequest>;

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: readonly Grant[];
  readonly disabled: boolean;
  readonly twoFactor: boolean;
  /** Whether there is one; who signs in elsewhere has none. */
  readonly password: boolean;
  readonly createdAt: string;
}

export interface SessionView {
  readonly id: string;
  readonly via: string;
  readonly agent: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** Who is signed in, as `GET /api/v1/session` says it. */
export interface SessionPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: readonly HeldGrant[];
  readonly twoFactor: boolean;
  /** Whether there is one; who signs in elsewhere has none. */
  readonly password: boolean;
  readonly via: "session" | "personal-token";
}

export interface SessionState {
  readonly state: "setup-needed" | "signed-out" | "signed-in";
  readonly methods: { readonly password: boolean; readonly oidc: readonly { readonly id: string; readonly name: string }[] };
  readonly person?: SessionPerson | undefined;
  /** Where people find this server. */
  readonly publicUrl: string;
}

export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A link that sets a password once. It is shown in this answer and never again. */
export interface PasswordLink {
  readonly link: string;
  readonly expiresAt: string;
}

export interface PersonalTokenView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly usedAt: string | null;
  readonly revokedAt: string | null;
}

/** The secret is shown in this answer and never again. */
export interface CreatedPersonalToken extends PersonalTokenView {
  readonly secret: string;
}

/** After `begin` the secret and its address, after `confirm` the recovery codes; each is shown once. */
export interface TwoFactorState {
  readonly twoFactor: boolean;
  readonly secret?: string | undefined;
  readonly uri?: string | undefined;
  readonly recoveryCodes?: readonly string[] | undefined;
}

/** What a command shows, and asks with. */
export interface DeviceLogin {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

export interface DeviceAnswer {
  readonly status: "pending" | "denied" | "expired" | "allowed";
  /** With `allowed`, in one answer only. */
  readonly token?: CreatedPersonalToken | undefined;
  readonly person?: { readonly id: string; readonly name: string } | undefined;
}

/** What somebody is about to confirm. */
export interface PendingDevice {
  readonly userCode: string;
  readonly name: string;
  readonly address: string;
  readonly createdAt: string;
}
