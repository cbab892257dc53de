/** The composition root: everything that is one, wired once, on one screen. */

import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { pino, type Logger } from "pino";
import { HEARTBEAT_MS } from "@dimmer/protocol";
import { deriveKeys } from "./access/derive-keys.ts";
import { openEnvironmentTokens } from "./access/environment-tokens.ts";
import { openKnownKeys } from "./access/known-keys.ts";
import { loadSecretKey } from "./access/load-secret-key.ts";
import { authenticateTicket } from "./access/stream-ticket.ts";
import { type Closing, openClosing } from "./closing.ts";
import { openNotFoundPage } from "./dashboard/routes.ts";
import { DEFAULT_PORT, type ServerSettings } from "./config.ts";
import { listArrivals } from "./delivery/connected-sdks.ts";
import { openDelivery } from "./delivery/open-delivery.ts";
import { addDemo, DEMO_PROJECT } from "./demo.ts";
import { markServed, settleRestored } from "./environments/new-epochs.ts";
import { initialiseInstallation } from "./environments/installation.ts";
import { firstKeys, type InitialKeys } from "./first-start.ts";
import { checkStoredValues } from "./flags/check-stored-values.ts";
import { openFollower } from "./follow/open-follower.ts";
import { keepAnswers, sweepAnswers } from "./http/idempotency.ts";
import { type Doors, stillAdmits } from "./http/access.ts";
import { HTTP_LIMITS } from "./http/limits.ts";
import { measureRequests } from "./http/metrics-routes.ts";
import { openHttp, type HttpApp } from "./http/open-http.ts";
import { describeApi } from "./http/openapi.ts";
import { openServerMetrics } from "./http/server-metrics.ts";
import { type Acting, openActing, resolveHost } from "./open-acting.ts";
import { openOtlpIntake } from "./otlp/intake.ts";
import { openPeople } from "./people/open-people.ts";
import { TOKEN_PREFIX } from "./people/personal-tokens.ts";
import { setupTokenOf } from "./people/set-up.ts";
import type { ManagementPorts } from "./ports.ts";
import { openProjectPrices } from "./prices/project-prices.ts";
import { registerRoutes } from "./register-routes.ts";
import { rotateSecretKey } from "./rotate-secret-key.ts";
import { joinTransactions } from "./storage/join-transactions.ts";
import { openSqliteStore, STORE_FILE } from "./storage/dialects/sqlite.ts";
import { openLive } from "./live/open-live.ts";
import { LIVE_ACCESS } from "./live/routes.ts";
import { openTelemetry } from "./telemetry/open-telemetry.ts";
import { VERSION } from "./version.ts";

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
  /** Until there is somebody: where the owner is made, for whoever shows it. */
  readonly setupUrl?: string;
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
  const closing = openClosing();
  try {
    return await start(settings, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function start(settings: StartSettings, closing: Closing): Promise<RunningServer> {
  const logger = settings.logger ?? openLogger(settings.logLevel ?? "info");
  const dataDir = settings.dataDir === ":memory:" ? undefined : (settings.dataDir ?? ".dimmer");
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const clock = systemClock;
  const store = await openSqliteStore({ path: dataDir === undefined ? ":memory:" : join(dataDir, STORE_FILE) });
  closing.add(() => store.close());
  const keys = deriveKeys(await secretKeyOf(settings, dataDir, random));
  if (settings.secretKeyBefore !== undefined)
    await rotateSecretKey({ store, clock, random }, { before: deriveKeys(settings.secretKeyBefore.trim()), after: keys });
  const access = { store, clock, random, auditKey: keys.audit, sealing: keys.sealing };

  const onFailure = (error: unknown, what: string): void => {
    metrics.deliveryFailed();
    logger.error({ err: error, what }, "delivery failed");
  };
  const heartbeatMs = settings.heartbeatMs ?? HEARTBEAT_MS;
  const delivery = openDelivery(access, { heartbeatMs, random: () => Math.random(), eventStreams: keys.eventStreams, onFailure });
  const { hub, sdks } = delivery;
  const snapshotOf = ({ project, environment }: { readonly project: string; readonly environment: string }) =>
    hub.held(project, environment)?.snapshot;
  const prices = openProjectPrices({ store, clock, onFailure: (error) => logger.error({ err: error }, "prices were not read") });
  const telemetry = openTelemetry({ ...access, dataDir, logger, snapshotOf, prices });
  const otlp = openOtlpIntake({ events: telemetry.events, clock });
  const metrics = openServerMetrics({
    version: VERSION,
    streams: () => hub.streams(),
    arrivals: () => listArrivals(sdks, hub),
    telemetry: () => telemetry.intake.counts(),
    events: () => telemetry.events.counts(),
    otlp: () => otlp.counts(),
    variants: () => telemetry.variants.all(),
  });

  let acting: Acting | undefined;
  const joining = joinTransactions(store);
  const committed: ManagementPorts["committed"] = (project, versions) =>
    joining.afterCommit(() => {
      if (Object.keys(versions).length > 0) metrics.changeCommitted(project);
      hub.committed(project, versions);
      acting?.dispatcher.wake();
      live.wake();
    });
  const known = openKnownKeys(access);
  const live = openLive({ store, onFailure });
  const dropKey: typeof hub.dropKey = (id) =>
    joining.afterCommit(() => {
      known.forget(id);
      hub.dropKey(id);
    });
  const ports: ManagementPorts = { ...access, store: joining, committed, hub: { ...hub, dropKey } };
  let listening = `http://127.0.0.1:${settings.port ?? DEFAULT_PORT}`;
  const publicUrl = () => settings.publicUrl ?? listening;
  const people = await openPeople(ports, { peopleKey: keys.people, publicUrl, oidc: settings.oidc, resolve: resolveHost });
  const allowPrivate = settings.connectionAllowPrivate === true;
  const outbound = { resolve: resolveHost, allowPrivate, purpose: "connection" } as const;
  const acts = (acting = openActing(ports, logger, {
    allowPrivate: settings.webhookAllowPrivate === true,
    models: outbound,
    events: telemetry.events,
    telemetry: telemetry.store,
  }));

  const first = settings.demo === true ? DEMO_PROJECT : FIRST_PROJECT;
  const { isNew } = await initialiseInstallation({ ...ports, keyCheck: keys.check }, first);
  const evidence = await settleRestored(access, { dataDir, isNew, isSaid: settings.restored === true });
  if (evidence !== undefined) logger.warn({ evidence }, "the store was put back: every environment has a new epoch");
  if (settings.demo === true) await addDemo(ports);

  let state: "starting" | "ready" | "stopping" = "starting";
  const byTicket = authenticateTicket(store, keys.eventStreams, clock);
  const doors: Doors = {
    authenticate: (secret, by) =>
      by === "ticket"
        ? byTicket(secret)
        : secret.startsWith(TOKEN_PREFIX)
          ? people.recognise.byToken(secret)
          : known.authenticate(secret),
    bySession: (request) => people.recognise.bySession(request),
    publicUrl,
  };
  const app = openHttp({
    logger,
    ...doors,
    trustedProxies: settings.trustedProxies ?? [],
    browserOrigins: settings.browserOrigins ?? ["*"],
    createRequestId: randomUUID,
    notFoundPage: openNotFoundPage(),
  });
  await describeApi(app);
  const answers = { ...access, store: joining, fingerprintKey: keys.requests };
  keepAnswers(app, answers);
  measureRequests(app, metrics);
  const follower = await openFollower(settings, first, { ...ports, logger });
  const checkReady = async (): Promise<string | undefined> => {
    if (state !== "ready") return `The server is ${state}.`;
    await store.check();
    return undefined;
  };
  registerRoutes(app, {
    ports,
    delivery,
    telemetry,
    otlp,
    prices,
    acting: acts,
    outbound,
    people,
    tokens: openEnvironmentTokens(access),
    metrics,
    health: { checkReady },
    live: { live, mayStay: (request) => stillAdmits(request, LIVE_ACCESS, doors) },
    signingKey: keys.eventStreams,
    dataDir,
    follower,
    forgetRoles: () => known.forgetAll(),
    afterCommit: (effect) => joining.afterCommit(effect),
  });

  // From the last to the first: nobody is let in, readers are sent away, what is in flight ends, and then what it needed.
  if (dataDir !== undefined)
    closing.add(() => markServed(access, dataDir).catch((error: unknown) => logger.error({ err: error }, "mark not written")));
  closing.add(() => telemetry.close());
  closing.add(() => acts.close());
  closing.add(() => closeApp(app));
  closing.add(() => hub.close());
  closing.add(() => live.close());
  closing.add(() => follower?.close());
  await loadSnapshots(ports);
  await prices.load();
  const { port = DEFAULT_PORT, host = "127.0.0.1" } = settings;
  const url = (listening = await app.listen({ port, host, backlog: HTTP_LIMITS.backlog }));
  // Drawn only once the port is ours: keys are shown once, and a start that fails on its port shows nothing.
  const initialKeys = await firstKeys(ports, settings, first);
  const setupToken = await setupTokenOf(people.ports);
  await sweepAnswers(answers);
  const sweep = () => void sweepAnswers(answers).catch((error: unknown) => logger.error({ err: error }, "answers not swept"));
  const sweeping = setInterval(sweep, HTTP_LIMITS.idempotency.sweepMs).unref();
  closing.add(() => clearInterval(sweeping));
  closing.add(() => (state = "stopping"));
  state = "ready";
  acts.start();
  telemetry.chores.wake();
  const setupUrl = setupToken === undefined ? undefined : `${publicUrl()}/setup#token=${setupToken}`;
  const shown = { ...(initialKeys === undefined ? {} : { initialKeys }), ...(setupUrl === undefined ? {} : { setupUrl }) };
  return { url, app, close: () => closing.close(), ...shown };
}

/** A store in memory has a secret key for as long as it lives. */
async function secretKeyOf(
  { secretKey }: StartSettings,
  dataDir: string | undefined,
  random: (bytes: number) => Uint8Array,
): Promise<string> {
  const value = secretKey ?? (dataDir === undefined ? randomBytes(32).toString("base64") : undefined);
  return await loadSecretKey({
    dataDir: dataDir ?? ":memory:",
    generate: true,
    random,
    ...(value === undefined ? {} : { value }),
  });
}

async function closeApp(app: HttpApp): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
  await app.close();
  clearTimeout(deadline);
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
    for (const { key: environment } of await store.listEnvironments(project)) {
      const held = await hub.current(project, environment);
      if (held !== undefined) checkStoredValues(held.snapshot);
    }
  }
}
