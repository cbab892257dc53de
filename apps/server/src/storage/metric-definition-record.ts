/** Metric definitions in the store: what projects say of the metrics that their apps tell. */

import type { MetricDefinition } from "@dimmer/protocol";

export interface MetricDefinitionRecord {
  readonly project: string;
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MetricDefinitionReads {
  getMetricDefinition(project: string, name: string): Promise<MetricDefinitionRecord | null>;
  /** By name. */
  listMetricDefinitions(project: string): Promise<readonly MetricDefinitionRecord[]>;
}

export interface MetricDefinitionWrites {
  putMetricDefinition(record: MetricDefinitionRecord): Promise<void>;
  removeMetricDefinition(project: string, name: string): Promise<void>;
}
