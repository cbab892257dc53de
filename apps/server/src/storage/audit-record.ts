/** Records of the audit log: the links of its chains, and what lies beside them. */

/** One link of an audit chain: the bytes that are hashed, and the hash. */
export interface AuditLinkRecord {
  readonly chain: string;
  readonly sequence: number;
  /** Canonical JSON, exactly as hashed. */
  readonly body: string;
  readonly hash: string;
}

/** A payload beside the chain; once erased `content` is null and `salt` empty, the digest in the link's body stays. */
export interface AuditPayloadRecord {
  readonly chain: string;
  readonly sequence: number;
  readonly part: "actor" | "details";
  readonly salt: string;
  readonly content: string | null;
}

/** A link with its payloads in one flat row, for whoever reads very many. A null salt: there is no such payload. */
export interface AuditRowRecord {
  readonly sequence: number;
  readonly body: string;
  readonly hash: string;
  readonly actorSalt: string | null;
  readonly actorContent: string | null;
  readonly detailsSalt: string | null;
  readonly detailsContent: string | null;
}

export interface AuditHeadRecord {
  readonly chain: string;
  readonly sequence: number;
  readonly hash: string;
  /** HMAC-SHA-256 over chain, sequence and hash under the audit key; finds a cut tail. */
  readonly signature: string;
}
