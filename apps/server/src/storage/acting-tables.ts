/** The tables of what the server does and says by itself: webhooks, alerts and the notices of both. */

export interface ActingTables {
  readonly webhooks: WebhookTable;
  readonly webhook_deliveries: DeliveryTable;
  readonly alerts: AlertTable;
  readonly notices: NoticeTable;
  readonly model_retirements: ModelRetirementTable;
}

export interface WebhookTable {
  readonly project: string;
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly cursor: number;
  readonly attempts: number;
  readonly failing_since: number | null;
  readonly next_at: number;
  readonly sealed: string;
  readonly sealed_before: string | null;
  readonly before_until: number | null;
  readonly created_at: number;
  readonly events: string;
  readonly format: string;
  readonly notice_cursor: number;
}

export interface DeliveryTable {
  readonly project: string;
  readonly webhook: string;
  readonly id: string;
  readonly change: string | null;
  readonly notice: number | null;
  readonly state: string;
  readonly attempts: number;
  readonly at: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** `severity` counts from 0, the most severe; `is_told` is 0 or 1. */
export interface AlertTable {
  readonly project: string;
  readonly id: string;
  readonly sequence: number;
  readonly key: string;
  readonly kind: string;
  readonly severity: number;
  readonly state: string;
  readonly environment: string | null;
  readonly flag: string | null;
  readonly variant: string | null;
  readonly title: string;
  readonly cause: string;
  readonly evidence: string;
  readonly action: string | null;
  readonly times: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly told_at: number | null;
  readonly is_told: number;
  readonly acknowledged_by: string | null;
  readonly resolved_by: string | null;
  readonly resolved_at: number | null;
  readonly note: string | null;
}

export interface NoticeTable {
  readonly project: string;
  readonly sequence: number;
  readonly at: number;
  readonly topic: string;
  readonly body: string;
}

interface ModelRetirementTable {
  readonly project: string;
  readonly provider: string;
  readonly model: string;
  readonly retires_on: string;
}
