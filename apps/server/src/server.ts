/** The composition root: everything that is one, wired once, on one screen. */

import { randomBytes, randomUUID } from "node:crypto";
import { join, normalize } from "node:path";
import { pino, type Logger } from "pino";
import { HEARTBEAT_MS } from "@dimmer/protocol";
import { deriveKeys } from "./access/derive-keys.ts";
import { openEnvironmentTokens } from "./access/environment-tokens.ts";
import { authenticate } from "./access/keys.ts";
import { loadSecretKey } from "./access/load-secret-key.ts";
import { keyRoutes } from "./access/routes.ts";
import { tokenRoutes } from "./access/token-routes.ts";
import { authenticateTicket } from "./access/stream-ticket.ts";
import { auditRoutes } from "./audit/routes.ts";
import { backupRoutes } from "./backup/routes.ts";
import { DEFAULT_PORT, type ServerSettings } from "./config.ts";
import { auditLocalKill } from "./delivery/audit-local-kill.ts";
import { listArrivals, openConnectedSdks } from "./delivery/connected-sdks.ts";
import { deliveryRoutes } from "./delivery/routes.ts";
import { refreshSnapshot } from "./delivery/refresh-snapshot.ts";
import { sdkRoutes } from "./delivery/sdk-routes.ts";
import { openHub } from "./delivery/snapshot-hub.ts";
import { addDemo, DEMO_PROJECT } from "./demo.ts";
import { markServed, outrunBy, settleRestored } from "./environments/new-epochs.ts";
import { environmentRoutes, projectRoutes } from "./environments/routes.ts";
import { type FirstProject, initialiseInstallation } from "./environments/installation.ts";
import { firstKeys, type InitialKeys } from "./first-start.ts";
import { changeRoutes } from "./flags/change-routes.ts";
import { flagEnvironmentRoutes } from "./flags/environment-routes.ts";
import { flagListRoutes } from "./flags/list-routes.ts";
import { flagRoutes } from "./flags/routes.ts";
import { type Follower, followFile, type FollowPorts } from "./follow/follow-file.ts";
import { followRoutes } from "./follow/routes.ts";
import { docsRoutes } from "./http/docs-routes.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { openOfrepStreams } from "./ofrep/ofrep-streams.ts";
import { openViews } from "./ofrep/open-views.ts";
import { keepAnswers, sweepAnswers } from "./http/idempotency.ts";
import { HTTP_LIMITS } from "./http/limits.ts";
import { measureRequests, metricsRoutes } from "./http/metrics-routes.ts";
import { openHttp, type HttpApp } from "./http/open-http.ts";
import { describeApi } from "./http/openapi.ts";
import { openServerMetrics } from "./http/server-metrics.ts";
import { linkPageRoutes } from "./links/page-routes.ts";
import { linkRoutes } from "./links/routes.ts";
import { modelRoutes } from "./models/routes.ts";
import { ofrepRoutes } from "./ofrep/routes.ts";
import { type Acting, openActing } from "./open-acting.ts";
import type { ManagementPorts } from "./ports.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { contextRoutes } from "./context/routes.ts";
import { segmentRoutes } from "./segments/routes.ts";
import { joinTransactions } from "./storage/join-transactions.ts";
import { openSqliteStore, STORE_FILE } from "./storage/dialects/sqlite.ts";
import { openTelemetryProcess } from "./storage/telemetry/open-telemetry-process.ts";
import { openIntake } from "./telemetry/intake.ts";
import { openOwnEvaluations } from "./telemetry/own-evaluations.ts";
import { telemetryRoutes } from "./telemetry/routes.ts";
import { VERSION } from "./version.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

/** Epoch milliseconds. */
export const systemClock = (): number => Date.now();

/** Milliseconds that requests in flight get after `close()`. */
const CLOSE_DEADLINE_MS = 8_000;

export interface StartSettings extends Partial<ServerSettings> {
  /** JSON lines on stdout unless another is given. */
  readonly logger?: Logger;
  /** An empty store starts with the demo project instead of an empty one. */
  readonly demo?: boolean;
  readonly heartbeatMs?: number;
}

export interface RunningServer {
  readonly url: string;
  /** On the first start of an empty store only: its keys, for whoever shows them. */
  readonly initialKeys?: InitialKeys;
  /** The whole app, for the tests of its routes and its description. */
  readonly app: HttpApp;
  /** Tells readers to come back, finishes what is in flight, closes the store. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * Shape:  every setting has a default; `port: 0` takes a free one, `dataDir: ":memory:"` keeps nothing.
 * Errors: `ProblemError` and `SettingsError` with one line that says what to do; a port in use is Node's EADDRINUSE.
 */
export async function startServer(settings: StartSettings = {}): Promise<RunningServer> {
  const logger = settings.logger ?? openLogger(settings.logLevel ?? "info");
  const dataDir = settings.dataDir ?? ".dimmer";
  const isInMemory = dataDir === ":memory:";
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const clock = systemClock;
  const store = await openSqliteStore({ path: isInMemory ? dataDir : join(dataDir, STORE_FILE) });
  let app: HttpApp | undefined;
  let acting: Acting | undefined;
  let following: Follower | undefined;
  try {
    const secretKey = settings.secretKey ?? (isInMemory ? randomBytes(32).toString("base64") : undefined);
    const keys = deriveKeys(
      await loadSecretKey({ dataDir, generate: true, random, ...(secretKey === undefined ? {} : { value: secretKey }) }),
    );
    const access = { store, clock, random, auditKey: keys.audit, sealing: keys.sealing };
    const heartbeatMs = settings.heartbeatMs ?? HEARTBEAT_MS;
    const onFailure = (error: unknown, what: string): void => {
      metrics.deliveryFailed();
      logger.error({ err: error, what }, "delivery failed");
    };
    const hub = openHub({
      // In a transaction, so that everything in a snapshot is of one version.
      load: (place, held) => store.transaction((tx) => refreshSnapshot(tx, place.project, place.environment, held)),
      outrunBy: (place, claimed) => outrunBy(access, place, claimed),
      clock,
      random: () => Math.random(),
      heartbeatMs,
      onFailure,
    });
    const views = openViews(keys.eventStreams);
    const streams = openOfrepStreams({ hub, views, clock, random: () => Math.random(), heartbeatMs, onFailure });
    const tokens = openEnvironmentTokens({ store, sealing: keys.sealing, clock });
    const sdks = openConnectedSdks({
      clock,
      onLocalKill: (news) => {
        auditLocalKill(access, news).catch((error: unknown) => onFailure(error, "the audit of a local kill"));
      },
    });
    const telemetry = openTelemetryProcess({
      path: isInMemory ? dataDir : join(dataDir, "telemetry.duckdb"),
      clock,
      onNotice: (level, message) => logger[level](message),
    });
    const intake = openIntake({ store: telemetry, clock, onFailure: (error, what) => logger.error({ err: error }, what) });
    const evaluations = openOwnEvaluations({
      intake,
      snapshotOf: ({ project, environment }) => hub.held(project, environment)?.snapshot,
      clock,
      drawId: randomUUID,
    });
    const metrics = openServerMetrics({
      version: VERSION,
      streams: () => hub.streams(),
      arrivals: () => listArrivals(sdks, hub),
      telemetry: () => intake.counts(),
    });
    const joining = joinTransactions(store);
    const committed: ManagementPorts["committed"] = (project, versions) =>
      joining.afterCommit(() => {
        metrics.changeCommitted(project);
        hub.committed(project, versions);
        acting?.dispatcher.wake();
      });
    const afterCommit = (wake: () => void) => () => joining.afterCommit(wake);
    const dropKey: typeof hub.dropKey = (id) => joining.afterCommit(() => hub.dropKey(id));
    const ports: ManagementPorts = { ...access, store: joining, committed, hub: { ...hub, dropKey } };
    const acts = (acting = openActing(ports, logger, { allowPrivate: settings.webhookAllowPrivate === true }));

    const first = settings.demo === true ? DEMO_PROJECT : FIRST_PROJECT;
    const { isNew } = await initialiseInstallation({ ...ports, keyCheck: keys.check }, first);
    const about = { dataDir: isInMemory ? undefined : dataDir, isNew, isSaid: settings.restored === true };
    const evidence = await settleRestored(access, about);
    if (evidence !== undefined) logger.warn({ evidence }, "the store was put back: every environment has a new epoch");
    if (settings.demo === true) await addDemo(ports);

    const follower = await openFollower(settings, first, { ...ports, after, logger });
    following = follower;
    let state: "starting" | "ready" | "stopping" = "starting";
    const byTicket = authenticateTicket(store, keys.eventStreams, clock);
    app = openHttp({
      logger,
      authenticate: (secret, by) => (by === "ticket" ? byTicket(secret) : authenticate(store, secret, clock())),
      browserOrigins: settings.browserOrigins ?? ["*"],
      createRequestId: randomUUID,
    });
    await describeApi(app);
    const answerPorts = { ...access, store: joining, fingerprintKey: keys.requests };
    keepAnswers(app, answerPorts);
    measureRequests(app, metrics);
    healthRoutes(app, {
      checkReady: async () => {
        if (state !== "ready") return `The server is ${state}.`;
        await store.check();
        return undefined;
      },
    });
    projectRoutes(app, ports);
    environmentRoutes(app, ports);
    flagListRoutes(app, ports);
    flagRoutes(app, ports);
    flagEnvironmentRoutes(app, ports);
    changeRoutes(app, ports);
    contextRoutes(app, ports);
    segmentRoutes(app, ports);
    modelRoutes(app, ports);
    scheduleRoutes(app, ports, { wake: afterCommit(acts.scheduler.wake) });
    linkRoutes(app, ports);
    linkPageRoutes(app, ports);
    webhookRoutes(app, { ...acts.dispatcher, wake: afterCommit(acts.dispatcher.wake) });
    keyRoutes(app, ports);
    tokenRoutes(app, { ...ports, tokens });
    auditRoutes(app, ports);
    backupRoutes(app, { ...ports, dataDir: isInMemory ? undefined : dataDir });
    deliveryRoutes(app, { hub, sdks });
    sdkRoutes(app, { hub, sdks });
    telemetryRoutes(app, { hub, intake, store: telemetry, clock });
    ofrepRoutes(app, { hub, views, streams, tokens, signingKey: keys.eventStreams, evaluations });
    metricsRoutes(app, metrics);
    followRoutes(app, () => follower);
    docsRoutes(app);

    await loadSnapshots(ports);
    const url = await app.listen({ port: settings.port ?? DEFAULT_PORT, host: settings.host ?? "127.0.0.1" });
    // Drawn only once the port is ours: keys are shown once, and a start that fails on its port shows nothing.
    const initialKeys = await firstKeys(ports, settings, first);
    await sweepAnswers(answerPorts);
    const sweep = () =>
      void sweepAnswers(answerPorts).catch((error: unknown) => logger.error({ err: error }, "answers not swept"));
    const sweeping = setInterval(sweep, HTTP_LIMITS.idempotency.sweepMs).unref();
    state = "ready";
    const running = app;
    acts.start();
    const close = async () => {
      state = "stopping";
      clearInterval(sweeping);
      await follower?.close();
      hub.close();
      const deadline = setTimeout(() => running.server.closeAllConnections(), CLOSE_DEADLINE_MS);
      await running.close();
      clearTimeout(deadline);
      await acts.close();
      evaluations.close();
      await intake.close(!isInMemory);
      await telemetry.close();
      if (!isInMemory)
        await markServed(access, dataDir).catch((error: unknown) => logger.error({ err: error }, "mark not written"));
      await store.close();
    };
    let closing: Promise<void> | undefined;
    return { url, app: running, close: () => (closing ??= close()), ...(initialKeys === undefined ? {} : { initialKeys }) };
  } catch (error) {
    await following?.close();
    await app?.close();
    await acting?.close();
    await store.close();
    throw error;
  }
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}

/** The follower of the file that is set; what becomes of the file goes to the log, and never stops the server. */
async function openFollower(
  { followFile: path, followName, followProject, followPublish: publish = [] }: StartSettings,
  first: FirstProject,
  { logger, ...ports }: ManagementPorts & Pick<FollowPorts, "after"> & { readonly logger: Logger },
): Promise<Follower | undefined> {
  if (path === undefined) return undefined;
  const told: FollowPorts["told"] = ({ state, ...more }) =>
    state === "failed" ? logger.error(more, "followed file not applied") : logger.info(more, "followed file applied");
  const projects = await ports.store.listProjects();
  const only = projects.length === 1 ? projects[0]?.key : undefined;
  const options = {
    path,
    publish,
    name: followName ?? normalize(path).replaceAll("\\", "/"),
    project: followProject ?? only ?? first.project.key,
  };
  return await followFile(options, { ...ports, told });
}

const FIRST_PROJECT = {
  project: { key: "default", name: "Default" },
  environment: { key: "production", name: "Production", production: true },
} as const;

/** JSON lines; the log of a request never holds its headers, and what is logged of an error must not bring them back. */
function openLogger(level: ServerSettings["logLevel"]): Logger {
  return pino({
    level,
    redact: ["req.headers", "*.authorization", "*.secret", "*.headers.authorization"],
    base: { service: "dimmer" },
  });
}

/** Before the first request, so that a ready server answers from memory at once. */
async function loadSnapshots({ store, hub }: ManagementPorts): Promise<void> {
  for (const { key: project } of await store.listProjects()) {
    for (const { key: environment } of await store.listEnvironments(project)) await hub.current(project, environment);
  }
}
