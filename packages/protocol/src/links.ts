/** Kill links: addresses that turn one flag or variant off, and nothing else. */

import { z } from "zod";

const name = z.string().min(1).max(128);

export const LinkRequest = z.strictObject({
  flag: name,
  environment: name,
  variant: z.string().min(1).max(64).optional().describe("It stops this variant; without one it kills the flag."),
  name: z.string().min(1).max(200).describe("Whom or what it is for: the name that its kills have in the history."),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type LinkRequest = z.infer<typeof LinkRequest>;

export interface LinkView {
  readonly id: string;
  readonly name: string;
  readonly flag: string;
  readonly environment: string;
  /** Null where it kills the whole flag. */
  readonly variant: string | null;
  /** The first characters of the secret, to recognise it by. */
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly usedAt: string | null;
}

/** The secret is shown in this answer and never again; the link is the server's address, `/links/` and the secret. */
export interface CreatedLink extends LinkView {
  readonly secret: string;
}

/** What a link did. */
export interface LinkUse {
  readonly status: "off" | "already-off";
  readonly flag: string;
  readonly environment: string;
  readonly variant: string | null;
  /** What the affected people get now, in words. */
  readonly serving: readonly string[];
}
