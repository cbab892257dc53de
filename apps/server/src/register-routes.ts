/** Every route of the server, on one screen. */

import { randomUUID } from "node:crypto";
import { installationKeyRoutes } from "./access/installation-key-routes.ts";
import { roleRoutes } from "./access/role-routes.ts";
import { keyRoutes } from "./access/routes.ts";
import type { EnvironmentTokens } from "./access/environment-tokens.ts";
import { tokenRoutes } from "./access/token-routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { backupRoutes } from "./backup/routes.ts";
import { changeRequestRoutes } from "./change-requests/routes.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { contextRoutes } from "./context/routes.ts";
import { dashboardRoutes } from "./dashboard/routes.ts";
import type { Delivery } from "./delivery/open-delivery.ts";
import { deliveryRoutes } from "./delivery/routes.ts";
import { sdkRoutes } from "./delivery/sdk-routes.ts";
import { evaluateRoute } from "./environments/evaluate-route.ts";
import { environmentRoutes, projectRoutes } from "./environments/routes.ts";
import { evalRoutes } from "./evals/routes.ts";
import { changeRoutes } from "./flags/change-routes.ts";
import { flagEnvironmentRoutes } from "./flags/environment-routes.ts";
import { flagListRoutes } from "./flags/list-routes.ts";
import { flagRoutes } from "./flags/routes.ts";
import type { Follower } from "./follow/follow-file.ts";
import { followRoutes } from "./follow/routes.ts";
import { docsRoutes } from "./http/docs-routes.ts";
import { type HealthPorts, healthRoutes } from "./http/health-routes.ts";
import { metricsRoutes } from "./http/metrics-routes.ts";
import type { HttpApp } from "./http/open-http.ts";
import type { ServerMetrics } from "./http/server-metrics.ts";
import { linkPageRoutes } from "./links/page-routes.ts";
import { linkRoutes } from "./links/routes.ts";
import { type LiveRoutePorts, liveRoutes } from "./live/routes.ts";
import { metricDefinitionRoutes } from "./metrics/definition-routes.ts";
import { exportRoute } from "./metrics/export-route.ts";
import { variantMetricRoutes } from "./metrics/routes.ts";
import { modelRoutes } from "./models/routes.ts";
import { ofrepRoutes } from "./ofrep/routes.ts";
import type { Acting } from "./open-acting.ts";
import type { OutboundPolicy } from "./outbound/guard-address.ts";
import { accountRoutes } from "./people/account-routes.ts";
import { deviceRoutes } from "./people/device-routes.ts";
import { oidcRoutes } from "./people/oidc-routes.ts";
import type { PeopleParts } from "./people/open-people.ts";
import { peopleRoutes } from "./people/routes.ts";
import { sessionRoutes } from "./people/session-routes.ts";
import { playgroundRoutes } from "./playground/routes.ts";
import type { ManagementPorts } from "./ports.ts";
import type { ProjectPrices } from "./prices/project-prices.ts";
import { priceRoutes } from "./prices/routes.ts";
import { runRoutes } from "./runs/routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { segmentRoutes } from "./segments/routes.ts";
import { snippetRoutes } from "./snippets/routes.ts";
import type { Telemetry } from "./telemetry/open-telemetry.ts";
import { feedbackRoute } from "./telemetry/feedback-route.ts";
import { projectTelemetryRoutes } from "./telemetry/project-routes.ts";
import { telemetryRoutes } from "./telemetry/routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";

export interface ServerParts {
  readonly ports: ManagementPorts;
  readonly delivery: Delivery;
  readonly telemetry: Telemetry;
  readonly prices: ProjectPrices;
  readonly acting: Acting;
  /** Where models may be called. */
  readonly outbound: OutboundPolicy;
  readonly people: PeopleParts;
  readonly tokens: EnvironmentTokens;
  readonly metrics: ServerMetrics;
  readonly health: HealthPorts;
  readonly live: Pick<LiveRoutePorts, "live" | "mayStay">;
  /** Signs the addresses of OFREP's streams. */
  readonly signingKey: Uint8Array;
  /** Undefined for a store in memory, which there is nothing to back up of. */
  readonly dataDir: string | undefined;
  readonly follower: Follower | undefined;
  /** Forgets what roles allowed: one was edited. */
  readonly forgetRoles: () => void;
  /** Puts an effect off until what is being done has committed. */
  readonly afterCommit: (effect: () => void) => void;
}

export function registerRoutes(app: HttpApp, parts: ServerParts): void {
  const { ports, delivery, telemetry, acting, tokens, metrics, signingKey, dataDir } = parts;
  const { hub, sdks } = delivery;
  const wake = (one: { wake(): void }) => ({ wake: () => parts.afterCommit(() => one.wake()) });
  healthRoutes(app, parts.health);
  projectRoutes(app, ports);
  environmentRoutes(app, ports);
  evaluateRoute(app, { ...ports, tokens });
  flagListRoutes(app, { ...ports, telemetry });
  flagRoutes(app, ports);
  flagEnvironmentRoutes(app, ports);
  changeRoutes(app, ports);
  changeRequestRoutes(app, ports);
  segmentRoutes(app, ports);
  contextRoutes(app, ports);
  evalRoutes(app, ports);
  modelRoutes(app, ports);
  priceRoutes(app, { ...ports, telemetry, stored: (sheet) => parts.afterCommit(() => parts.prices.put(sheet)) });
  scheduleRoutes(app, ports, wake(acting.scheduler));
  linkRoutes(app, ports);
  linkPageRoutes(app, ports);
  webhookRoutes(app, { ...acting.dispatcher, ...wake(acting.dispatcher) });
  connectionRoutes(app, { ...ports, outbound: parts.outbound });
  playgroundRoutes(app, { ...ports, outbound: parts.outbound });
  followRoutes(app, parts.follower);
  keyRoutes(app, ports);
  installationKeyRoutes(app, ports);
  roleRoutes(app, ports, () => parts.afterCommit(parts.forgetRoles));
  tokenRoutes(app, { ...ports, tokens });
  sessionRoutes(app, parts.people);
  peopleRoutes(app, parts.people);
  accountRoutes(app, parts.people);
  deviceRoutes(app, parts.people);
  oidcRoutes(app, parts.people);
  auditRoutes(app, { ...ports, chores: telemetry.chores });
  backupRoutes(app, { ...ports, dataDir });
  deliveryRoutes(app, { hub, sdks });
  sdkRoutes(app, { hub, sdks });
  telemetryRoutes(app, { ...telemetry, hub, clock: ports.clock });
  projectTelemetryRoutes(app, { ...ports, chores: telemetry.chores, afterCommit: parts.afterCommit });
  feedbackRoute(app, { hub, tokens, events: telemetry.events, clock: ports.clock, random: ports.random });
  runRoutes(app, { ...telemetry, ...delivery, tokens, clock: ports.clock, drawId: randomUUID });
  variantMetricRoutes(app, { ...telemetry, hub, definitions: ports.store, clock: ports.clock });
  exportRoute(app, { ...telemetry, hub, clock: ports.clock });
  metricDefinitionRoutes(app, ports);
  snippetRoutes(app, ports);
  ofrepRoutes(app, { ...delivery, tokens, signingKey, evaluations: telemetry.evaluations });
  liveRoutes(app, { store: ports.store, ...parts.live });
  metricsRoutes(app, metrics);
  docsRoutes(app);
  dashboardRoutes(app);
}
