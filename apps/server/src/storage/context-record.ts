/** What the store keeps of a project's declaration of contexts. */

import type { ContextDeclaration } from "@dimmer/evaluation";

/** Shape: `declaration` is null once it has been taken away; the revision goes on. */
export interface ContextRecord {
  readonly project: string;
  readonly revision: number;
  readonly declaration: ContextDeclaration | null;
}

export interface ContextReads {
  getContext(project: string): Promise<ContextRecord | null>;
}

export interface ContextWrites {
  putContext(record: ContextRecord): Promise<void>;
}
