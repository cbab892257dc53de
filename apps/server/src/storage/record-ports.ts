/** What the store does for the nouns whose records have files of their own. */

import type { AlertReads, AlertWrites } from "./alert-record.ts";
import type { CanaryReads, CanaryWrites } from "./canary-record.ts";
import type { ChangeRequestReads, ChangeRequestWrites } from "./change-request-record.ts";
import type { ChoreReads, ChoreWrites } from "./chore-record.ts";
import type { ConnectionReads, ConnectionWrites } from "./connection-record.ts";
import type { ContextReads, ContextWrites } from "./context-record.ts";
import type { DriftReads, DriftWrites } from "./drift-record.ts";
import type { DrillReads, DrillWrites } from "./drill-record.ts";
import type { EvalReportReads, EvalReportWrites } from "./eval-report-record.ts";
import type { EvalSuiteReads, EvalSuiteWrites } from "./eval-suite-record.ts";
import type { ExperimentReads, ExperimentWrites } from "./experiment-record.ts";
import type { JudgeReads, JudgeWrites } from "./judge-record.ts";
import type { LinkReads, LinkWrites } from "./link-record.ts";
import type { MentionReads } from "./mention-record.ts";
import type { MetricDefinitionReads, MetricDefinitionWrites } from "./metric-definition-record.ts";
import type { ModelRetirementReads, ModelRetirementWrites } from "./model-retirement-record.ts";
import type { NoticeReads, NoticeWrites } from "./notice-record.ts";
import type { PersonReads, PersonWrites } from "./person-record.ts";
import type { PriceSheetReads, PriceSheetWrites } from "./price-sheet-record.ts";
import type { RoleReads, RoleWrites } from "./role-record.ts";
import type { RolloutReads, RolloutWrites } from "./rollout-record.ts";
import type { ScheduleReads, ScheduleWrites } from "./schedule-record.ts";
import type { SnippetReads, SnippetWrites } from "./snippet-record.ts";
import type { WebhookReads, WebhookWrites } from "./webhook-record.ts";

export interface RecordReads
  extends
    AlertReads,
    CanaryReads,
    ChangeRequestReads,
    ChoreReads,
    ConnectionReads,
    ContextReads,
    DriftReads,
    DrillReads,
    EvalReportReads,
    EvalSuiteReads,
    ExperimentReads,
    JudgeReads,
    LinkReads,
    MentionReads,
    MetricDefinitionReads,
    ModelRetirementReads,
    NoticeReads,
    PersonReads,
    PriceSheetReads,
    RoleReads,
    RolloutReads,
    ScheduleReads,
    SnippetReads,
    WebhookReads {}

export interface RecordWrites
  extends
    AlertWrites,
    CanaryWrites,
    ChangeRequestWrites,
    ChoreWrites,
    ConnectionWrites,
    ContextWrites,
    DriftWrites,
    DrillWrites,
    EvalReportWrites,
    EvalSuiteWrites,
    ExperimentWrites,
    JudgeWrites,
    LinkWrites,
    MetricDefinitionWrites,
    ModelRetirementWrites,
    NoticeWrites,
    PersonWrites,
    PriceSheetWrites,
    RoleWrites,
    RolloutWrites,
    ScheduleWrites,
    SnippetWrites,
    WebhookWrites {}
