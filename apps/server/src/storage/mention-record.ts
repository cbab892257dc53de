/** Where stored text names somebody. */

/** A place whose stored text holds a text somewhere; a first sieve, to be looked at closer. */
export interface MentionRecord {
  readonly kind:
    | "flag"
    | "variant"
    | "value"
    | "segment"
    | "context"
    | "change"
    | "change-request"
    | "flag-revision"
    | "segment-revision"
    | "key"
    | "schedule"
    | "link"
    | "snippet"
    | "alert"
    | "notice";
  /** Of the flag or segment; the id of a change, key, schedule, link or alert. */
  readonly key: string;
  /** Empty where there is none. */
  readonly environment: string;
  /** Empty where there is none. */
  readonly variant: string;
  /** Revision, version of a value or snippet, or sequence of a change, alert or notice. */
  readonly number: number;
}

export interface MentionReads {
  /** Every record of the project whose text may hold this text, in any spelling of case. */
  listMentions(project: string, text: string): Promise<readonly MentionRecord[]>;
}
