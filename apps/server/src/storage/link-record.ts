/** Kill links in the store: each is found by the digest of its secret. */

export interface LinkRecord {
  readonly project: string;
  readonly id: string;
  readonly name: string;
  readonly flag: string;
  readonly environment: string;
  /** The variant that it stops; null for one that kills the flag. */
  readonly variant: string | null;
  /** The first characters of the secret, to recognise it by. */
  readonly prefix: string;
  /** SHA-256 of the whole secret, hex. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly usedAt: number | null;
}

export interface LinkReads {
  /** By id. */
  listLinks(project: string): Promise<readonly LinkRecord[]>;
  getLink(project: string, id: string): Promise<LinkRecord | null>;
  findLinkByHash(hash: string): Promise<LinkRecord | null>;
}

export interface LinkWrites {
  putLink(record: LinkRecord): Promise<void>;
}
