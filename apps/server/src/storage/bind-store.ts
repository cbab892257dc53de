/** Joins the nouns' reads and writes over one connection into the port's methods. */

import type { Kysely } from "kysely";
import { alertReads, alertWrites } from "./alerts.ts";
import { auditReads, auditWrites } from "./audit.ts";
import { changeReads, changeWrites } from "./changes.ts";
import { changeRequestReads, changeRequestWrites } from "./change-requests.ts";
import { canaryReads, canaryWrites } from "./canaries.ts";
import { connectionReads, connectionWrites } from "./connections.ts";
import { choreReads, choreWrites } from "./chores.ts";
import { contextReads, contextWrites } from "./contexts.ts";
import { driftReads, driftWrites } from "./drifts.ts";
import { drillReads, drillWrites } from "./drills.ts";
import { evalReportReads, evalReportWrites } from "./eval-reports.ts";
import { evalSuiteReads, evalSuiteWrites } from "./eval-suites.ts";
import { experimentReads, experimentWrites } from "./experiments.ts";
import { flagReads, flagWrites } from "./flags.ts";
import { judgeReads, judgeWrites } from "./judges.ts";
import { keyReads, keyWrites } from "./keys.ts";
import { linkReads, linkWrites } from "./links.ts";
import { mentionReads } from "./mentions.ts";
import { metricDefinitionReads, metricDefinitionWrites } from "./metric-definitions.ts";
import { modelRetirementReads, modelRetirementWrites } from "./model-retirements.ts";
import { noticeReads, noticeWrites } from "./notices.ts";
import { personReads, personWrites } from "./people.ts";
import { priceSheetReads, priceSheetWrites } from "./price-sheets.ts";
import { projectReads, projectWrites } from "./projects.ts";
import { requestAnswerReads, requestAnswerWrites } from "./request-answers.ts";
import { revisionReads, revisionWrites } from "./revisions.ts";
import { roleReads, roleWrites } from "./roles.ts";
import { rolloutReads, rolloutWrites } from "./rollouts.ts";
import { scheduleReads, scheduleWrites } from "./schedules.ts";
import { secretReads, secretWrites } from "./secrets.ts";
import { segmentReads, segmentWrites } from "./segments.ts";
import { sessionReads, sessionWrites } from "./sessions.ts";
import { snippetReads, snippetWrites } from "./snippets.ts";
import type { StoreReader, StoreTransaction } from "./store.ts";
import type { Tables } from "./tables.ts";
import { valueReads, valueWrites } from "./values.ts";
import { webhookReads, webhookWrites } from "./webhooks.ts";

export function bindReader(db: Kysely<Tables>): StoreReader {
  return {
    ...projectReads(db),
    ...contextReads(db),
    ...evalReportReads(db),
    ...evalSuiteReads(db),
    ...priceSheetReads(db),
    ...flagReads(db),
    ...valueReads(db),
    ...segmentReads(db),
    ...changeReads(db),
    ...changeRequestReads(db),
    ...revisionReads(db),
    ...keyReads(db),
    ...roleReads(db),
    ...rolloutReads(db),
    ...secretReads(db),
    ...requestAnswerReads(db),
    ...auditReads(db),
    ...mentionReads(db),
    ...scheduleReads(db),
    ...linkReads(db),
    ...webhookReads(db),
    ...alertReads(db),
    ...noticeReads(db),
    ...modelRetirementReads(db),
    ...connectionReads(db),
    ...judgeReads(db),
    ...driftReads(db),
    ...canaryReads(db),
    ...drillReads(db),
    ...experimentReads(db),
    ...personReads(db),
    ...sessionReads(db),
    ...choreReads(db),
    ...metricDefinitionReads(db),
    ...snippetReads(db),
  };
}

export function bindTransaction(db: Kysely<Tables>): StoreTransaction {
  return {
    ...bindReader(db),
    ...projectWrites(db),
    ...contextWrites(db),
    ...evalReportWrites(db),
    ...evalSuiteWrites(db),
    ...priceSheetWrites(db),
    ...flagWrites(db),
    ...valueWrites(db),
    ...segmentWrites(db),
    ...changeWrites(db),
    ...changeRequestWrites(db),
    ...revisionWrites(db),
    ...keyWrites(db),
    ...roleWrites(db),
    ...rolloutWrites(db),
    ...secretWrites(db),
    ...requestAnswerWrites(db),
    ...auditWrites(db),
    ...scheduleWrites(db),
    ...linkWrites(db),
    ...webhookWrites(db),
    ...alertWrites(db),
    ...noticeWrites(db),
    ...modelRetirementWrites(db),
    ...connectionWrites(db),
    ...judgeWrites(db),
    ...driftWrites(db),
    ...canaryWrites(db),
    ...drillWrites(db),
    ...experimentWrites(db),
    ...personWrites(db),
    ...sessionWrites(db),
    ...choreWrites(db),
    ...metricDefinitionWrites(db),
    ...snippetWrites(db),
  };
}

type Method = (...values: unknown[]) => Promise<unknown>;

/** The same methods, each run inside `around`, which may refuse, wait, or hand the call to another connection. */
export function wrapMethods<T extends object>(methods: T, around: (run: (target: T) => Promise<unknown>) => Promise<unknown>): T {
  const wrapped = Object.keys(methods).map((name) => {
    const call = (...values: unknown[]) => around((target) => (Reflect.get(target, name) as Method)(...values));
    return [name, call] as const;
  });
  return Object.fromEntries(wrapped) as T;
}
