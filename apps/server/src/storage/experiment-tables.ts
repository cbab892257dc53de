/** The tables of experiments. */

export interface ExperimentTables {
  readonly experiments: ExperimentTable;
  readonly experiment_periods: ExperimentPeriodTable;
  readonly experiment_results: ExperimentResultTable;
  readonly exclusion_groups: ExclusionGroupTable;
  readonly holdouts: HoldoutTable;
}

export interface ExperimentTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly flag: string;
  readonly state: string;
  readonly revision: number;
  readonly created_at: number;
  readonly body: string;
}

/** What a bandit gave its arms from then on. */
export interface ExperimentPeriodTable {
  readonly experiment: string;
  readonly from_at: number;
  readonly shares: string;
}

export interface ExperimentResultTable {
  readonly experiment: string;
  readonly kept: string;
  readonly at: number;
  readonly result: string;
  readonly material: string;
}

export interface ExclusionGroupTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly name: string;
  readonly salt: string;
  readonly created_at: number;
}

export interface HoldoutTable extends ExclusionGroupTable {
  readonly slots: number;
}
