/** Whether a change has arrived: SDKs say what they applied, and whoever manages an environment sees who holds what. */

import { z } from "zod";
import { APPLIED_PATH, ProblemError, SDK_HEADER, type SdkArrival, type SdkPage, type SdkView } from "@dimmer/protocol";
import { keyOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageByKey, pageQuery } from "../http/paging.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { ConnectedSdks } from "./connected-sdks.ts";
import { DELIVERY_LIMITS } from "./limits.ts";
import { placeOf } from "./routes.ts";
import { readSdkIdentity } from "./sdk-identity.ts";
import type { SnapshotHub } from "./snapshot-hub.ts";

export interface SdkPorts {
  readonly hub: SnapshotHub;
  readonly sdks: ConnectedSdks;
}

const Connection = z.enum(["streaming", "polling", "away"]);
const version = { epoch: z.string(), version: z.int() };

const SdkSchema: z.ZodType<SdkView> = z
  .object({
    instance: z.string(),
    name: z.string(),
    version: z.string(),
    key: z.string().describe("The id of its key."),
    connection: Connection.describe("`away` has lost its stream and not come back yet."),
    holds: z.object(version).nullable().describe("What it says it answers from."),
    hasArrived: z.boolean().describe("Whether that is the version asked about, or a later one."),
    localKills: z.array(z.string()).describe("What its app has switched off by itself: `flag` or `flag:variant`."),
    lastSeenMsAgo: z.int(),
  })
  .meta({ id: "Sdk" });

const ArrivalSchema: z.ZodType<SdkArrival> = z
  .object({
    ...version,
    sdks: z.int().describe("SDKs that are known."),
    arrived: z.int().describe("How many of them hold the version or a later one."),
    behind: z.array(z.object({ connection: Connection, sdks: z.int(), lastSeenMsAgo: z.int() })),
    unnamed: z.int().describe("Streams whose reader does not say who it is."),
  })
  .meta({ id: "SdkArrival" });

const SdkPageSchema: z.ZodType<SdkPage> = z
  .object({ items: z.array(SdkSchema), next: z.string().nullable(), arrival: ArrivalSchema })
  .meta({ id: "SdkPage" });

const SdkQuery = z.strictObject({
  ...pageQuery,
  version: z.coerce.number().int().min(0).optional().describe("The version asked about; the newest unless given."),
  behind: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .describe("Only those that do not hold it."),
});

export function sdkRoutes(app: HttpApp, { hub, sdks }: SdkPorts): void {
  app.post(
    APPLIED_PATH,
    {
      bodyLimit: DELIVERY_LIMITS.reportBytes,
      config: { access: "server", isRoutine: true },
      schema: {
        operationId: "reportApplied",
        summary: "An SDK that streams says which version it now answers from",
        description: "The `Dimmer-SDK` header says who: `<name>/<version> <instance>`.",
        tags: ["sdk"],
        body: z.strictObject({ epoch: z.string().min(1).max(128), version: z.int().min(0) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const sdk = readSdkIdentity(request.headers);
      if (sdk === undefined)
        throw new ProblemError("invalid-request", `Say who applied it: \`${SDK_HEADER}: <name>/<version> <instance>\`.`);
      const key = keyOf(request);
      sdks.applied(placeOf(key), { sdk, key: key.id, holds: request.body });
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/api/v1/projects/:project/environments/:environment/sdks",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "listSdks",
        summary: "The SDKs that are connected here, and which version each one holds",
        description: "From this server's memory: an SDK that was not heard of for a while is forgotten.",
        tags: ["environments"],
        params: EnvironmentParams,
        querystring: SdkQuery,
        response: { 200: SdkPageSchema },
      },
    },
    async (request) => {
      const { project, environment } = request.params;
      const held = await hub.current(project, environment);
      if (held === undefined)
        throw new ProblemError("not-found", `There is no environment ${environment} in project ${project}.`);
      const { epoch, version: newest } = held.snapshot;
      const { behind, version: asked = newest, ...page } = request.query;
      const { sdks: known, arrival } = sdks.list(request.params, { epoch, version: asked });
      const shown = known.filter(({ hasArrived }) => !behind || !hasArrived);
      return { ...pageByKey(sortByInstance(shown), ({ instance }) => instance, page), arrival };
    },
  );
}

const sortByInstance = (sdks: readonly SdkView[]) => [...sdks].sort((a, b) => (a.instance < b.instance ? -1 : 1));
