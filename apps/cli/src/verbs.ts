/** Every verb of the command, in the order of its help. */

import { listAlerts } from "./commands/alerts/list.ts";
import { acknowledgeAlert, resolveAlert, showAlert } from "./commands/alerts/show.ts";
import { apply } from "./commands/apply.ts";
import { listAttributes } from "./commands/attributes/list.ts";
import { eraseFromAudit } from "./commands/audit/erase.ts";
import { listAudit } from "./commands/audit/list.ts";
import { verifyAudit } from "./commands/audit/verify.ts";
import { createBackup } from "./commands/backup/create.ts";
import { loadBackup } from "./commands/backup/load.ts";
import { verifyBackup } from "./commands/backup/verify.ts";
import { createConnection } from "./commands/connections/create.ts";
import { listConnections } from "./commands/connections/list.ts";
import { removeConnection } from "./commands/connections/remove.ts";
import { testConnection } from "./commands/connections/test.ts";
import { updateConnection } from "./commands/connections/update.ts";
import { diff } from "./commands/diff.ts";
import { createEnvironment } from "./commands/environments/create.ts";
import { listEnvironments } from "./commands/environments/list.ts";
import { requireReview } from "./commands/environments/require-review.ts";
import { updateEnvironment } from "./commands/environments/update.ts";
import { cancelEvalRun } from "./commands/eval-runs/cancel.ts";
import { listEvalRuns } from "./commands/eval-runs/list.ts";
import { startEvalRun } from "./commands/eval-runs/start.ts";
import { listEvalSuites } from "./commands/eval-suites/list.ts";
import { pushEvalSuite } from "./commands/eval-suites/push.ts";
import { removeEvalSuite } from "./commands/eval-suites/remove.ts";
import { showEvalSuite } from "./commands/eval-suites/show.ts";
import { compareEvals } from "./commands/evals/compare.ts";
import { listEvals } from "./commands/evals/list.ts";
import { runEvals } from "./commands/evals/run.ts";
import { pushEvals } from "./commands/evals/push.ts";
import { showEval } from "./commands/evals/show.ts";
import { defineMetric } from "./commands/metric-definitions/define.ts";
import { listMetricDefinitions } from "./commands/metric-definitions/list.ts";
import { removeMetricDefinition } from "./commands/metric-definitions/remove.ts";
import { listSnippets } from "./commands/snippets/list.ts";
import { removeSnippet } from "./commands/snippets/remove.ts";
import { setSnippet } from "./commands/snippets/set.ts";
import { showSnippet } from "./commands/snippets/show.ts";
import { updateSnippet } from "./commands/snippets/update.ts";
import { whereSnippet } from "./commands/snippets/where.ts";
import { metrics } from "./commands/metrics.ts";
import { abortRollout, approveRollout, pauseRollout, resumeRollout } from "./commands/rollouts/act.ts";
import { listRollouts } from "./commands/rollouts/list.ts";
import { planRollout } from "./commands/rollouts/plan.ts";
import { replayRollout } from "./commands/rollouts/replay.ts";
import { startRollout } from "./commands/rollouts/start.ts";
import { showRollout } from "./commands/rollouts/status.ts";
import { listRuns } from "./commands/runs/list.ts";
import { showRun } from "./commands/runs/show.ts";
import { listEvaluations } from "./commands/evaluations/list.ts";
import { evalFlag } from "./commands/eval/eval.ts";
import { exportEvents } from "./commands/events/export.ts";
import { exportDocument } from "./commands/export.ts";
import { archiveFlag, unarchiveFlag } from "./commands/flags/archive.ts";
import { createFlag } from "./commands/flags/create.ts";
import { listFlags } from "./commands/flags/list.ts";
import { releaseFlag } from "./commands/flags/release.ts";
import { showFlag } from "./commands/flags/show.ts";
import { followed } from "./commands/followed.ts";
import { listStaleFlags } from "./commands/flags/stale.ts";
import { listUnknownFlags } from "./commands/flags/unknown.ts";
import { history } from "./commands/history.ts";
import { importDocument } from "./commands/import.ts";
import { init } from "./commands/init.ts";
import { removeCanary, renewCanary, replayCanary } from "./commands/canaries/act.ts";
import { createCanary } from "./commands/canaries/create.ts";
import { listCanaries, showCanary } from "./commands/canaries/list.ts";
import { setDrift } from "./commands/drift/set.ts";
import { showDrift } from "./commands/drift/show.ts";
import { setDrills, startDrill } from "./commands/drills/set.ts";
import { showDrills } from "./commands/drills/show.ts";
import { createExclusionGroup } from "./commands/exclusion-groups/create.ts";
import { listExclusionGroups } from "./commands/exclusion-groups/list.ts";
import { removeExclusionGroup } from "./commands/exclusion-groups/remove.ts";
import { createExperiment } from "./commands/experiments/create.ts";
import { endExperiment } from "./commands/experiments/end.ts";
import { listExperiments } from "./commands/experiments/list.ts";
import { planExperiment } from "./commands/experiments/plan.ts";
import { removeExperiment } from "./commands/experiments/remove.ts";
import { showResults } from "./commands/experiments/results.ts";
import { shipExperiment } from "./commands/experiments/ship.ts";
import { startExperiment } from "./commands/experiments/start.ts";
import { showExperiment } from "./commands/experiments/status.ts";
import { createHoldout } from "./commands/holdouts/create.ts";
import { endHoldout } from "./commands/holdouts/end.ts";
import { listHoldouts } from "./commands/holdouts/list.ts";
import { listBudgets } from "./commands/budgets/list.ts";
import { removeBudget } from "./commands/budgets/remove.ts";
import { setBudget } from "./commands/budgets/set.ts";
import { budgetStatus } from "./commands/budgets/status.ts";
import { createJudge } from "./commands/judges/create.ts";
import { listJudges } from "./commands/judges/list.ts";
import { removeJudge } from "./commands/judges/remove.ts";
import { createKey } from "./commands/keys/create.ts";
import { listKeys } from "./commands/keys/list.ts";
import { revokeKey } from "./commands/keys/revoke.ts";
import { kill } from "./commands/kill.ts";
import { createOverrideToken } from "./commands/override-tokens/create.ts";
import { createLink } from "./commands/links/create.ts";
import { listLinks } from "./commands/links/list.ts";
import { revokeLink } from "./commands/links/revoke.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { plan } from "./commands/plan.ts";
import { limitPrices } from "./commands/prices/limit.ts";
import { listPrices } from "./commands/prices/list.ts";
import { removePrice } from "./commands/prices/remove.ts";
import { setPrice } from "./commands/prices/set.ts";
import { projects } from "./commands/projects.ts";
import { promote } from "./commands/promote.ts";
import { publish } from "./commands/publish.ts";
import { ramp } from "./commands/ramp.ts";
import { restore } from "./commands/restore.ts";
import { listRetirements } from "./commands/retirements/list.ts";
import { removeRetirement, setRetirement } from "./commands/retirements/set.ts";
import { applyReview } from "./commands/reviews/apply.ts";
import { approveReview, rejectReview, withdrawReview } from "./commands/reviews/decide.ts";
import { listReviews } from "./commands/reviews/list.ts";
import { showReview } from "./commands/reviews/show.ts";
import { createRole } from "./commands/roles/create.ts";
import { deleteRole } from "./commands/roles/delete.ts";
import { listRoles } from "./commands/roles/list.ts";
import { cancelSchedule } from "./commands/schedules/cancel.ts";
import { listSchedules } from "./commands/schedules/list.ts";
import { showSchedule } from "./commands/schedules/show.ts";
import { listSdks } from "./commands/sdks/list.ts";
import { showContext } from "./commands/context/show.ts";
import { listSegments } from "./commands/segments/list.ts";
import { releaseSegment } from "./commands/segments/release.ts";
import { showSegment } from "./commands/segments/show.ts";
import { serve } from "./commands/serve.ts";
import { set } from "./commands/set.ts";
import { spenders } from "./commands/spenders.ts";
import { stop } from "./commands/stop.ts";
import { hashKeys } from "./commands/telemetry/hash-keys.ts";
import { showTelemetry } from "./commands/telemetry/show.ts";
import { types } from "./commands/types.ts";
import { undo } from "./commands/undo.ts";
import { validate } from "./commands/validate.ts";
import { createWebhook } from "./commands/webhooks/create.ts";
import { listWebhooks } from "./commands/webhooks/list.ts";
import { removeWebhook } from "./commands/webhooks/remove.ts";
import { rotateWebhook } from "./commands/webhooks/rotate.ts";
import { redeliver, testWebhook } from "./commands/webhooks/send.ts";
import { showWebhook } from "./commands/webhooks/show.ts";
import { whoami } from "./commands/whoami.ts";
import { where } from "./commands/where.ts";
import type { Noun, Verb } from "./verb.ts";

/** The daily ones: `dimmer <verb> …`. */
export const VERBS: readonly Verb[] = [
  serve,
  init,
  login,
  logout,
  whoami,
  ramp,
  set,
  kill,
  stop,
  restore,
  where,
  publish,
  history,
  metrics,
  spenders,
  undo,
  evalFlag,
  validate,
  projects,
  exportDocument,
  plan,
  apply,
  importDocument,
  followed,
  diff,
  promote,
  types,
];

/** The rest: `dimmer <noun> <verb> …`, the same nouns as the routes of the API. */
export const NOUNS: readonly Noun[] = [
  {
    name: "flags",
    summary: "list, show, create, archive, unarchive and release flags, and list those that nobody needs or that are not there",
    verbs: [listFlags, showFlag, createFlag, archiveFlag, unarchiveFlag, releaseFlag, listStaleFlags, listUnknownFlags],
  },
  { name: "segments", summary: "list, show and release segments", verbs: [listSegments, showSegment, releaseSegment] },
  {
    name: "environments",
    summary: "list, create and edit environments, and say which ones require review",
    verbs: [listEnvironments, createEnvironment, updateEnvironment, requireReview],
  },
  {
    name: "evals",
    summary: "run evals on a draft or a version, push results, list, show and compare them",
    verbs: [runEvals, pushEvals, listEvals, showEval, compareEvals],
  },
  {
    name: "eval-suites",
    summary: "keep suites on the server, so that they can be run there: push, list, show and remove",
    verbs: [pushEvalSuite, listEvalSuites, showEvalSuite, removeEvalSuite],
  },
  {
    name: "eval-runs",
    summary: "have the server run a suite that it keeps: start, list and cancel",
    verbs: [startEvalRun, listEvalRuns, cancelEvalRun],
  },
  { name: "runs", summary: "find out which model served a request, and what came of it", verbs: [listRuns, showRun] },
  { name: "events", summary: "write the events of a time into a file", verbs: [exportEvents] },
  {
    name: "metric-definitions",
    summary: "list, define and remove metrics of your own",
    verbs: [listMetricDefinitions, defineMetric, removeMetricDefinition],
  },
  {
    name: "snippets",
    summary: "write texts that prompts share, and find out which ones use them",
    verbs: [listSnippets, showSnippet, setSnippet, removeSnippet, whereSnippet, updateSnippet],
  },
  { name: "telemetry", summary: "say whether targeting keys are kept as hashes", verbs: [showTelemetry, hashKeys] },
  {
    name: "prices",
    summary: "list, set and remove what models cost the project, and set what a variant may cost",
    verbs: [listPrices, setPrice, removePrice, limitPrices],
  },
  { name: "evaluations", summary: "list how often each answer was given", verbs: [listEvaluations] },
  { name: "context", summary: "show the attributes that the project declares", verbs: [showContext] },
  { name: "attributes", summary: "list the attributes that contexts have", verbs: [listAttributes] },
  { name: "sdks", summary: "list the SDKs that are connected", verbs: [listSdks] },
  {
    name: "override-tokens",
    summary: "make tokens that show chosen variants, for previews",
    verbs: [createOverrideToken],
  },
  {
    name: "reviews",
    summary: "list, show, approve, reject, apply and withdraw edits that wait for review",
    verbs: [listReviews, showReview, approveReview, rejectReview, applyReview, withdrawReview],
  },
  {
    name: "schedules",
    summary: "list, show and cancel changes that are to be made at a time",
    verbs: [listSchedules, showSchedule, cancelSchedule],
  },
  {
    name: "links",
    summary: "make, list and revoke addresses that turn one flag or variant off",
    verbs: [createLink, listLinks, revokeLink],
  },
  {
    name: "alerts",
    summary: "list, show, acknowledge and resolve what somebody should look at",
    verbs: [listAlerts, showAlert, acknowledgeAlert, resolveAlert],
  },
  {
    name: "retirements",
    summary: "write down when models retire",
    verbs: [listRetirements, setRetirement, removeRetirement],
  },
  {
    name: "webhooks",
    summary: "post every change to an address of yours: make, list, show, test and remove",
    verbs: [createWebhook, listWebhooks, showWebhook, testWebhook, redeliver, rotateWebhook, removeWebhook],
  },
  {
    name: "connections",
    summary: "keep credentials of model providers for the calls that Dimmer makes: list, create, update, test and remove",
    verbs: [listConnections, createConnection, updateConnection, testConnection, removeConnection],
  },
  {
    name: "rollouts",
    summary: "ramps that open on evidence and undo themselves: plan, start, follow, pause and end",
    verbs: [
      planRollout,
      startRollout,
      listRollouts,
      showRollout,
      pauseRollout,
      resumeRollout,
      approveRollout,
      abortRollout,
      replayRollout,
    ],
  },
  {
    name: "experiments",
    summary: "compare variants by people: plan, create, start, look at, end and ship",
    verbs: [
      planExperiment,
      createExperiment,
      startExperiment,
      showExperiment,
      showResults,
      endExperiment,
      shipExperiment,
      listExperiments,
      removeExperiment,
    ],
  },
  {
    name: "exclusion-groups",
    summary: "groups of experiments of which nobody is in two: create, list and remove",
    verbs: [createExclusionGroup, listExclusionGroups, removeExclusionGroup],
  },
  {
    name: "holdouts",
    summary: "keep a share of people out of all experiments: create, list and end",
    verbs: [createHoldout, listHoldouts, endHoldout],
  },
  {
    name: "budgets",
    summary: "say what may be spent in dollars, and see what was: list, set, remove and status",
    verbs: [listBudgets, setBudget, removeBudget, budgetStatus],
  },
  {
    name: "judges",
    summary: "have a model score a share of what people get: create, list and remove",
    verbs: [createJudge, listJudges, removeJudge],
  },
  { name: "drift", summary: "how live variants do against their own frozen past: show and set", verbs: [showDrift, setDrift] },
  {
    name: "canaries",
    summary: "replay fixed prompts through live variants: create, list, show, replay, renew and remove",
    verbs: [createCanary, listCanaries, showCanary, replayCanary, renewCanary, removeCanary],
  },
  {
    name: "drills",
    summary: "let a sliver of traffic take the fallback, so that it is known to work: show, set and start",
    verbs: [showDrills, setDrills, startDrill],
  },
  { name: "keys", summary: "list, create and revoke keys", verbs: [listKeys, createKey, revokeKey] },
  {
    name: "roles",
    summary: "list the roles that can be given, create and delete your own",
    verbs: [listRoles, createRole, deleteRole],
  },
  {
    name: "audit",
    summary: "verify and read the audit log, erase a person from it",
    verbs: [verifyAudit, listAudit, eraseFromAudit],
  },
  {
    name: "backup",
    summary: "create, verify and load backups",
    verbs: [createBackup, verifyBackup, loadBackup],
  },
];
