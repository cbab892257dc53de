/** The tables of guarded rollouts. */

export interface RolloutTables {
  readonly rollouts: RolloutTable;
  readonly rollout_observations: ObservationTable;
  readonly rollout_verdicts: VerdictTable;
}

export interface RolloutTable {
  readonly project: string;
  readonly environment: string;
  readonly id: string;
  readonly sequence: number;
  readonly flag: string;
  readonly rule: string;
  readonly variant: string;
  readonly state: string;
  readonly revision: number;
  readonly fence: number;
  readonly terms: string;
  readonly progress: string;
  readonly created_at: number;
  readonly ended_at: number | null;
}

export interface ObservationTable {
  readonly rollout: string;
  readonly sequence: number;
  readonly bucket_at: number;
  readonly length_ms: number;
  readonly step: number;
  readonly body: string;
}

export interface VerdictTable {
  readonly rollout: string;
  readonly sequence: number;
  readonly verdict: string;
  readonly at: number;
  readonly last_at: number;
  readonly times: number;
  readonly because: string;
  readonly evidence: string;
  readonly facts: string | null;
  readonly change_id: string | null;
  readonly actor: string;
}
