/** The provider that vouches for people, as its settings name it. */

/** The id of the one provider there is. */
export const PROVIDER_ID = "sso";

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly name: string;
  /** What somebody new gets, in the whole installation; nobody new is let in without it. */
  readonly defaultRole?: string;
  /** Whose verified addresses may be new; `*` is everybody that the provider knows. */
  readonly allowedDomains: readonly string[];
  /** Whether a verified address is enough to be the person who has it here, or who was invited under it. */
  readonly linkByEmail: boolean;
  /** The provider may be inside the server's own network, and speak plain HTTP. */
  readonly allowPrivate: boolean;
}
