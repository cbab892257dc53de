/** Snippets in the store: texts that the prompts of a project share, each version of them kept for good. */

export interface SnippetVersionRecord {
  readonly project: string;
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly createdAt: number;
}

/** With its newest version. */
export interface SnippetRecord {
  readonly project: string;
  readonly name: string;
  readonly latest: number;
  readonly text: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Its versions stay, as values name them; another snippet of its name goes on counting. */
  readonly removedAt: number | null;
}

/** Which versions of snippets a version of a value was made with. */
export interface SnippetUseRecord {
  readonly flag: string;
  readonly variant: string;
  readonly number: number;
  readonly snippets: Readonly<Record<string, number>>;
}

export interface SnippetReads {
  /** A removed one too. */
  getSnippet(project: string, name: string): Promise<SnippetRecord | null>;
  getSnippetVersion(project: string, name: string, number: number): Promise<SnippetVersionRecord | null>;
  /** By name, without removed ones. */
  listSnippets(project: string): Promise<readonly SnippetRecord[]>;
  /** Newest first. */
  listSnippetVersions(project: string, name: string, limit: number): Promise<readonly SnippetVersionRecord[]>;
  /** Of every version of every value, in no order. */
  listSnippetUses(project: string): Promise<readonly SnippetUseRecord[]>;
}

export interface SnippetWrites {
  /** With its newest version, which is immutable once it is there. */
  putSnippet(record: SnippetRecord): Promise<void>;
}
