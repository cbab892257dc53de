/** When models retire, as people wrote it down. */

/** What somebody wrote down of a model: the last day on which its provider answers, `YYYY-MM-DD`. */
export interface ModelRetirementRecord {
  readonly project: string;
  readonly provider: string;
  readonly model: string;
  readonly retiresOn: string;
}

export interface ModelRetirementReads {
  /** By provider and model. */
  listModelRetirements(project: string): Promise<readonly ModelRetirementRecord[]>;
}

export interface ModelRetirementWrites {
  putModelRetirement(record: ModelRetirementRecord): Promise<void>;
  removeModelRetirement(project: string, provider: string, model: string): Promise<void>;
}
