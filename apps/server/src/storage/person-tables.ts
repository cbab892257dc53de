/** The tables of people, and of everything by which one of them is recognised. */

export interface PersonTables {
  readonly people: PersonTable;
  readonly person_identities: PersonIdentityTable;
  readonly sessions: SessionTable;
  readonly personal_tokens: PersonalTokenTable;
  readonly person_links: PersonLinkTable;
}

export interface PersonTable {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly grants: string;
  readonly password_hash: string | null;
  readonly totp: string | null;
  readonly totp_pending: string | null;
  readonly totp_step: number;
  readonly recovery: string;
  readonly created_at: number;
  readonly disabled_at: number | null;
}

interface PersonIdentityTable {
  readonly issuer: string;
  readonly subject: string;
  readonly person: string;
  readonly created_at: number;
}

export interface SessionTable {
  readonly id: string;
  readonly hash: string;
  readonly person: string;
  readonly via: string;
  readonly agent: string;
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
}

export interface PersonalTokenTable {
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}

export interface PersonLinkTable {
  readonly id: string;
  readonly kind: string;
  readonly hash: string;
  readonly person: string | null;
  readonly email: string;
  readonly name: string;
  readonly grants: string;
  readonly made_by: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}
