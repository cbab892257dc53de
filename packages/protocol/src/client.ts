/** The management client: `/api/v1` over fetch, with the server's problems turned back into `ProblemError`. */

import type { FlagDocument, Snapshot } from "@dimmer/evaluation";
import type {
  AuditRow,
  AuditVerdict,
  Change,
  ChangeRequest,
  ChangeResult,
  ContextView,
  CreatedKey,
  EnvironmentEdit,
  EnvironmentView,
  FlagView,
  FollowedFile,
  KeyKind,
  KeyView,
  NamesView,
  OverrideToken,
  Page,
  ProjectView,
  SdkArrival,
  SdkPage,
  SdkView,
  SegmentUse,
  SegmentView,
  ValueVersionView,
} from "./management.ts";
import type { ApproveRequest, ChangeRequestDetails, ChangeRequestState, ChangeRequestView } from "./change-requests.ts";
import { alertCalls, type AlertCalls } from "./alert-calls.ts";
import { connectionCalls, type ConnectionCalls } from "./connection-calls.ts";
import { evalCalls, type EvalCalls } from "./eval-calls.ts";
import { experimentCalls, type ExperimentCalls } from "./experiment-calls.ts";
import { judgeCalls, type JudgeCalls } from "./judge-calls.ts";
import { rolloutCalls, type RolloutCalls } from "./rollout-calls.ts";
import type { CreatedLink, LinkRequest, LinkView } from "./links.ts";
import type { ModelQuery, ModelUse } from "./models.ts";
import type { DeviceAnswer, DeviceLogin, PersonalTokenView, SessionState } from "./people.ts";
import { priceCalls, type PriceCalls } from "./price-calls.ts";
import { ProblemError } from "./problem.ts";
import type { RoleRequest, RoleView } from "./rights.ts";
import type { ScheduleRequest, ScheduleResult, ScheduleState, ScheduleView } from "./schedules.ts";
import { snippetCalls, type SnippetCalls } from "./snippet-calls.ts";
import { telemetryQuestions, type TelemetryQuestions } from "./telemetry-questions.ts";
import { telemetrySettings, type TelemetrySettings } from "./telemetry-settings.ts";
import { watchCalls, type WatchCalls } from "./watch-calls.ts";
import type { CreatedWebhook, DeliveryView, WebhookView } from "./webhooks.ts";
import { answerOf, baseOf, pathOf as path, CLIENT_LIMITS, type ManagementOptions, type Query, type Send } from "./request.ts";

/** Where an undo leads back to, beside the one change that `undoChange` names. */
export interface UndoOptions {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/**
 * Every call of the management API that the command line makes.
 *
 * Shape:  lists are whole (pages are followed); names are path segments and may hold any character.
 * Errors: `ProblemError` where the server refuses, `UnreachableError` where it does not answer.
 * Source: `apps/server`, `/openapi.json`.
 */
export interface Management
  extends
    AlertCalls,
    ConnectionCalls,
    EvalCalls,
    ExperimentCalls,
    JudgeCalls,
    PriceCalls,
    RolloutCalls,
    SnippetCalls,
    TelemetryQuestions,
    TelemetrySettings,
    WatchCalls {
  readonly url: string;
  listProjects(): Promise<readonly ProjectView[]>;
  createProject(project: { readonly key: string; readonly name: string }): Promise<ProjectView>;
  listEnvironments(project: string): Promise<readonly EnvironmentView[]>;
  createEnvironment(
    project: string,
    environment: { readonly key: string; readonly name: string; readonly production: boolean },
  ): Promise<EnvironmentView>;
  updateEnvironment(project: string, environment: string, edit: EnvironmentEdit): Promise<EnvironmentView>;
  /** How many approvals an edit takes that reaches it; 0 for none. */
  requireReview(project: string, environment: string, approvals: number): Promise<EnvironmentView>;
  getSnapshot(project: string, environment: string): Promise<Snapshot>;
  /** The SDKs of an environment; with `behind` only those that do not hold its newest version. */
  listSdks(project: string, environment: string, behind?: boolean): Promise<readonly SdkView[]>;
  /** How far a version has come; the newest unless one is named. */
  getArrival(project: string, environment: string, version?: number): Promise<SdkArrival>;
  /** Those in use, or the archived ones. */
  listFlags(project: string, archived?: boolean): Promise<readonly FlagView[]>;
  /** Those that are likely debris, or of which nobody can tell, with the reasons. */
  listStaleFlags(project: string, state: "stale" | "unknown"): Promise<readonly FlagView[]>;
  getFlag(project: string, flag: string): Promise<FlagView>;
  listValueVersions(project: string, flag: string): Promise<readonly ValueVersionView[]>;
  flagHistory(project: string, flag: string, limit: number): Promise<readonly Change[]>;
  /** The keys of the flags in use and of the segments, and nothing else of them. */
  listNames(project: string): Promise<NamesView>;
  getContext(project: string): Promise<ContextView>;
  listSegments(project: string): Promise<readonly SegmentView[]>;
  getSegment(project: string, segment: string): Promise<SegmentView>;
  /** Everything that asks for a segment, of all segments. */
  listSegmentUses(project: string): Promise<readonly SegmentUse[]>;
  listKeys(project: string): Promise<readonly KeyView[]>;
  createKey(project: string, key: NewKey): Promise<CreatedKey>;
  /** Admin tokens of the whole installation. */
  listInstallationKeys(): Promise<readonly KeyView[]>;
  createInstallationKey(key: NewInstallationKey): Promise<CreatedKey>;
  revokeInstallationKey(id: string): Promise<KeyView>;
  revokeKey(project: string, id: string): Promise<KeyView>;
  /** The built-in ones first. */
  listRoles(): Promise<readonly RoleView[]>;
  createRole(role: RoleRequest): Promise<RoleView>;
  deleteRole(name: string): Promise<RoleView>;
  createOverrideToken(
    project: string,
    environment: string,
    order: { readonly overrides: Readonly<Record<string, string>>; readonly expiresInSeconds?: number },
  ): Promise<OverrideToken>;
  listLinks(project: string): Promise<readonly LinkView[]>;
  createLink(project: string, link: LinkRequest): Promise<CreatedLink>;
  revokeLink(project: string, id: string): Promise<LinkView>;
  listWebhooks(project: string): Promise<readonly WebhookView[]>;
  getWebhook(project: string, id: string): Promise<WebhookView>;
  createWebhook(project: string, url: string): Promise<CreatedWebhook>;
  removeWebhook(project: string, id: string): Promise<WebhookView>;
  rotateWebhook(project: string, id: string): Promise<CreatedWebhook>;
  testWebhook(project: string, id: string): Promise<DeliveryView>;
  /** The last messages, newest first. */
  listDeliveries(project: string, webhook: string): Promise<readonly DeliveryView[]>;
  redeliver(project: string, webhook: string, delivery: string): Promise<DeliveryView>;
  listChanges(project: string, limit: number): Promise<readonly Change[]>;
  getChange(project: string, id: string): Promise<Change>;
  submitChange(project: string, request: ChangeRequest): Promise<ChangeResult>;
  /** With `force` although it was edited since. */
  undoChange(project: string, id: string, options?: UndoOptions & { readonly force?: boolean }): Promise<ChangeResult>;
  undoFlag(
    project: string,
    flag: string,
    environment: string,
    to: { readonly revision: number } & UndoOptions,
  ): Promise<ChangeResult>;
  undoEnvironment(project: string, environment: string, to: { readonly version: number } & UndoOptions): Promise<ChangeResult>;
  /** Which variants of which flags use a model or provider. */
  listModelUses(project: string, query: ModelQuery): Promise<readonly ModelUse[]>;
  /** Stops and kills over all flags that use it, as one change. */
  killModel(project: string, query: ModelQuery & UndoOptions): Promise<ChangeResult>;
  listChangeRequests(
    project: string,
    state: ChangeRequestState | undefined,
    limit: number,
  ): Promise<readonly ChangeRequestView[]>;
  getChangeRequest(project: string, id: string): Promise<ChangeRequestDetails>;
  commentChangeRequest(project: string, id: string, text: string): Promise<ChangeRequestView>;
  /** As it was looked at: where it was edited since, it is refused. */
  approveChangeRequest(project: string, id: string, seen: ApproveRequest): Promise<ChangeRequestView>;
  rejectChangeRequest(project: string, id: string): Promise<ChangeRequestView>;
  withdrawChangeRequest(project: string, id: string): Promise<ChangeRequestView>;
  applyChangeRequest(project: string, id: string): Promise<ChangeResult>;
  createSchedule(project: string, request: ScheduleRequest): Promise<ScheduleResult>;
  listSchedules(project: string, state: ScheduleState | undefined, limit: number): Promise<readonly ScheduleView[]>;
  getSchedule(project: string, id: string): Promise<ScheduleView>;
  cancelSchedule(project: string, id: string): Promise<ScheduleView>;
  exportDocument(project: string): Promise<FlagDocument>;
  /** Not-found where the server follows none. */
  getFollowedFile(project: string): Promise<FollowedFile>;
  listAudit(chain: string | undefined, limit: number): Promise<readonly AuditRow[]>;
  verifyAudit(chain?: string): Promise<readonly AuditVerdict[]>;
  /** Who asks, and how one could sign in; it needs no token. */
  getSession(): Promise<SessionState>;
  startDeviceLogin(name: string): Promise<DeviceLogin>;
  pollDeviceLogin(deviceCode: string): Promise<DeviceAnswer>;
  /** Of the person's own. */
  revokePersonalToken(id: string): Promise<PersonalTokenView>;
  /** In one project, or in every one that the token reaches. */
  eraseFromAudit(person: string, project?: string): Promise<Erasure>;
}

/** What an erasure reached, and what still names the person. */
export interface Erasure {
  /** Places that named the person and do so no more. */
  readonly erased: number;
  readonly projects: readonly {
    readonly project: string;
    /** What stands in the person's place. */
    readonly alias: string;
    /** Of telemetry; null where its store is away, and then it is done when it is back. */
    readonly events: number | null;
    /** Immutable values, and what must be edited by a change. */
    readonly remaining: readonly { readonly kind: string; readonly key: string; readonly environment: string }[];
  }[];
}

export interface NewInstallationKey {
  readonly name: string;
  readonly role: string;
  readonly expiresAt?: string;
}

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  /** Of an admin token; `admin` unless given. */
  readonly role?: string;
  readonly environment?: string;
  readonly expiresAt?: string;
}

/**
 * Opens a client; nothing is sent until it is asked for something.
 *
 * Shape:  one base address, with or without a path; the token goes into `Authorization` and nowhere else.
 * Errors: throws `UnreachableError` for an address that is not http(s).
 * Source: ADR-0011.
 */
export function openManagement(options: ManagementOptions): Management {
  const base = baseOf(options.url);
  const request = <T>(send: Send) => answerOf<T>(options, base, send);
  const get = <T>(path: string, query: Query = {}) => request<T>({ method: "GET", path, query });
  const post = <T>(path: string, body: unknown = {}) => request<T>({ method: "POST", path, body });
  /** In the largest pages there are, as the server reads as much for a small one. */
  const all = <T>(path: string, query: Query = {}) =>
    followPages<T>((cursor) => get(path, { ...query, limit: CLIENT_LIMITS.pageItems, ...cursor }), Number.POSITIVE_INFINITY);
  /** A list that comes whole, whatever it holds. */
  const whole = async <T>(path: string, query: Query = {}) => pageOf<T>(await get<readonly T[] | Page<T>>(path, query)).items;
  const newest = <T>(path: string, limit: number, query: Query = {}) =>
    followPages<T>((cursor) => get(path, { ...query, limit: Math.min(limit, CLIENT_LIMITS.pageItems), ...cursor }), limit);
  return {
    url: base,
    listProjects: () => all(`/projects`),
    createProject: (project) => post(`/projects`, project),
    listEnvironments: (project) => all(path`/projects/${project}/environments`),
    createEnvironment: (project, environment) => post(path`/projects/${project}/environments`, environment),
    updateEnvironment: (project, environment, edit) =>
      request({ method: "PATCH", path: path`/projects/${project}/environments/${environment}`, body: edit }),
    requireReview: (project, environment, approvals) =>
      request({ method: "PUT", path: path`/projects/${project}/environments/${environment}/review`, body: { approvals } }),
    getSnapshot: (project, environment) => get(path`/projects/${project}/environments/${environment}/snapshot`),
    listSdks: (project, environment, behind = false) =>
      newest(path`/projects/${project}/environments/${environment}/sdks`, Number.POSITIVE_INFINITY, { behind: String(behind) }),
    getArrival: async (project, environment, version) =>
      (await get<SdkPage>(path`/projects/${project}/environments/${environment}/sdks`, { version, limit: 1 })).arrival,
    ...telemetryQuestions(get),
    ...alertCalls({ request, newest }),
    ...connectionCalls(request),
    ...experimentCalls({ get, post, request }),
    ...judgeCalls(request),
    ...watchCalls(request),
    ...rolloutCalls({ get, request, newest }),
    ...evalCalls({ get, post, request, newest }),
    ...telemetrySettings(request),
    ...priceCalls(request),
    ...snippetCalls(request),
    listFlags: (project, archived = false) => all(path`/projects/${project}/flags`, { archived: String(archived) }),
    listStaleFlags: (project, state) => all(path`/projects/${project}/flags`, { state }),
    getFlag: (project, flag) => get(path`/projects/${project}/flags/${flag}`),
    listValueVersions: (project, flag) => whole(path`/projects/${project}/flags/${flag}/versions`),
    flagHistory: (project, flag, limit) => newest(path`/projects/${project}/flags/${flag}/history`, limit),
    listNames: (project) => get(path`/projects/${project}/names`),
    getContext: (project) => get(path`/projects/${project}/context`),
    listSegments: (project) => all(path`/projects/${project}/segments`),
    getSegment: (project, segment) => get(path`/projects/${project}/segments/${segment}`),
    listSegmentUses: async (project) => (await get<Items<SegmentUse>>(path`/projects/${project}/segment-uses`)).items,
    listKeys: (project) => all(path`/projects/${project}/keys`),
    createKey: (project, key) => post(path`/projects/${project}/keys`, key),
    revokeKey: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/keys/${id}` }),
    listInstallationKeys: () => all("/keys"),
    createInstallationKey: (key) => post("/keys", key),
    revokeInstallationKey: (id) => request({ method: "DELETE", path: path`/keys/${id}` }),
    listRoles: () => whole("/roles"),
    createRole: (role) => post("/roles", role),
    deleteRole: (name) => request({ method: "DELETE", path: path`/roles/${name}` }),
    createOverrideToken: (project, environment, order) =>
      post(path`/projects/${project}/environments/${environment}/override-tokens`, order),
    listLinks: (project) => all(path`/projects/${project}/links`),
    createLink: (project, link) => post(path`/projects/${project}/links`, link),
    revokeLink: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/links/${id}` }),
    listWebhooks: (project) => all(path`/projects/${project}/webhooks`),
    getWebhook: (project, id) => get(path`/projects/${project}/webhooks/${id}`),
    createWebhook: (project, url) => post(path`/projects/${project}/webhooks`, { url }),
    removeWebhook: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/webhooks/${id}` }),
    rotateWebhook: (project, id) => post(path`/projects/${project}/webhooks/${id}/rotate`),
    testWebhook: (project, id) => post(path`/projects/${project}/webhooks/${id}/test`),
    listDeliveries: (project, webhook) => whole(path`/projects/${project}/webhooks/${webhook}/deliveries`),
    redeliver: (project, webhook, delivery) =>
      post(path`/projects/${project}/webhooks/${webhook}/deliveries/${delivery}/redeliver`),
    listChanges: (project, limit) => newest(path`/projects/${project}/changes`, limit),
    getChange: (project, id) => get(path`/projects/${project}/changes/${id}`),
    submitChange: (project, change) => post(path`/projects/${project}/changes`, change),
    undoChange: (project, id, how = {}) => post(path`/projects/${project}/changes/${id}/undo`, how),
    undoFlag: (project, flag, environment, to) =>
      post(path`/projects/${project}/flags/${flag}/environments/${environment}/undo`, to),
    undoEnvironment: (project, environment, to) => post(path`/projects/${project}/environments/${environment}/undo`, to),
    listModelUses: (project, query) => get(path`/projects/${project}/models/uses`, { ...query }),
    killModel: (project, order) => post(path`/projects/${project}/models/kill`, order),
    listChangeRequests: (project, state, limit) => newest(path`/projects/${project}/change-requests`, limit, { state }),
    getChangeRequest: (project, id) => get(path`/projects/${project}/change-requests/${id}`),
    commentChangeRequest: (project, id, text) => post(path`/projects/${project}/change-requests/${id}/comments`, { text }),
    approveChangeRequest: (project, id, { updatedAt }) =>
      post(path`/projects/${project}/change-requests/${id}/approve`, { updatedAt }),
    rejectChangeRequest: (project, id) => post(path`/projects/${project}/change-requests/${id}/reject`),
    withdrawChangeRequest: (project, id) => post(path`/projects/${project}/change-requests/${id}/withdraw`),
    applyChangeRequest: (project, id) => post(path`/projects/${project}/change-requests/${id}/apply`),
    createSchedule: (project, schedule) => post(path`/projects/${project}/schedules`, schedule),
    listSchedules: (project, state, limit) => newest(path`/projects/${project}/schedules`, limit, { state }),
    getSchedule: (project, id) => get(path`/projects/${project}/schedules/${id}`),
    cancelSchedule: (project, id) => request({ method: "DELETE", path: path`/projects/${project}/schedules/${id}` }),
    getFollowedFile: (project) => get(path`/projects/${project}/followed-file`),
    exportDocument: (project) => get(path`/projects/${project}/document`),
    listAudit: (chain, limit) => newest(`/audit`, limit, { chain }),
    verifyAudit: (chain) => whole(`/audit/verify`, { chain }),
    getSession: () => get("/session"),
    startDeviceLogin: (name) => post("/device", { name }),
    pollDeviceLogin: (deviceCode) => post("/device/token", { deviceCode }),
    revokePersonalToken: (id) => request({ method: "DELETE", path: path`/account/tokens/${id}` }),
    eraseFromAudit: (person, project) => post(`/audit/erasures`, { person, project }),
  };
}

interface Items<T> {
  readonly items: readonly T[];
}

async function followPages<T>(
  fetchPage: (cursor: Query) => Promise<readonly T[] | Page<T>>,
  limit: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: Query = {};
  for (let pages = 0; pages < CLIENT_LIMITS.pages; pages++) {
    const page = pageOf(await fetchPage(cursor));
    items.push(...page.items);
    if (page.next === null || items.length >= limit) return items.slice(0, limit);
    cursor = { cursor: page.next };
  }
  throw new ProblemError("invalid-request", `The list is longer than ${CLIENT_LIMITS.pages} pages.`);
}

/** A list that is never long comes without pages. */
function pageOf<T>(answer: readonly T[] | Page<T>): Page<T> {
  return "items" in answer ? answer : { items: answer, next: null };
}
