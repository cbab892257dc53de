/** The tables around models: evals, prices, connections to providers, texts that prompts share, and what is still to be done to telemetry. */

export interface ModelTables {
  readonly price_sheets: PriceSheetTable;
  readonly eval_reports: EvalReportTable;
  readonly eval_suites: EvalSuiteTable;
  readonly eval_runs: EvalRunTable;
  readonly connections: ConnectionTable;
  readonly connection_days: ConnectionDayTable;
  readonly judges: JudgeTable;
  readonly judge_days: JudgeDayTable;
  readonly judge_samples: JudgeSampleTable;
  readonly telemetry_chores: ChoreTable;
  readonly metric_definitions: MetricDefinitionTable;
  readonly snippets: SnippetTable;
  readonly snippet_versions: SnippetVersionTable;
}

export interface PriceSheetTable {
  readonly project: string;
  readonly output_limit_usd: number | null;
  readonly prices: string;
}

export interface EvalReportTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly suite: string;
  readonly suite_version: string | null;
  readonly flag: string;
  readonly variant: string;
  readonly config_hash: string;
  readonly value_version: number | null;
  readonly model: string | null;
  readonly judge: string | null;
  readonly source: string;
  readonly at: number;
  readonly created_at: number;
  readonly summary: string;
  readonly items: string;
  readonly bytes: number;
}

/** A version whose `suite` is null was removed. */
export interface EvalSuiteTable {
  readonly project: string;
  readonly name: string;
  readonly number: number;
  readonly digest: string;
  readonly summary: string;
  readonly suite: string | null;
  readonly bytes: number;
  readonly created_at: number;
}

export interface EvalRunTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly environment: string;
  readonly suite: string;
  readonly suite_number: number;
  readonly flag: string;
  readonly variant: string;
  readonly value: string;
  readonly config_hash: string;
  readonly connection: string | null;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly message: string | null;
  readonly report: string | null;
  readonly canary: string | null;
  readonly actor: string;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

export interface ConnectionTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly format: string;
  readonly base_url: string;
  readonly region: string | null;
  readonly sealed: string;
  readonly budget_micro_usd: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What went through a connection in one day of UTC, `YYYY-MM-DD`. */
export interface ConnectionDayTable {
  readonly connection: string;
  readonly day: string;
  readonly calls: number;
  readonly failures: number;
  readonly unpriced: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micro_usd: number;
  readonly reserved_micro_usd: number;
}

export interface JudgeTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly definition: string;
  readonly message: string | null;
  readonly created_at: number;
}

/** What a judge did in one day of UTC, `YYYY-MM-DD`. */
export interface JudgeDayTable {
  readonly judge: string;
  readonly day: string;
  readonly usage: string;
}

/** A sample whose `sealed` is null was judged or given up; its id stays for as long as it could come again. */
export interface JudgeSampleTable {
  readonly judge: string;
  readonly id: string;
  readonly sealed: string | null;
  readonly attempts: number;
  readonly due_at: number;
  readonly created_at: number;
}

export interface ChoreTable {
  readonly project: string;
  readonly id: string;
  readonly kind: string;
  readonly sealed: string | null;
  readonly created_at: number;
  readonly attempts: number;
  readonly due_at: number;
}

export interface MetricDefinitionTable {
  readonly project: string;
  readonly name: string;
  readonly definition: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface SnippetTable {
  readonly project: string;
  readonly name: string;
  readonly latest: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly removed_at: number | null;
}

export interface SnippetVersionTable {
  readonly project: string;
  readonly name: string;
  readonly number: number;
  readonly text: string;
  readonly created_at: number;
}
