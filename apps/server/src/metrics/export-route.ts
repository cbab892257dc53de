/** Events taken along in a file, over HTTP: written by the store, sent as fast as they are taken, and gone. */

import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { EVENT_FORMATS, EVENT_KINDS, type EventFormat, ProblemError } from "@dimmer/protocol";
import { requireHolding } from "../delivery/require-holding.ts";
import type { SnapshotHub } from "../delivery/snapshot-hub.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { openRaw } from "../http/raw-reply.ts";
import { EnvironmentParams } from "../http/route-schemas.ts";
import type { EventIntake } from "../telemetry/event-intake.ts";
import type { EventStore } from "../telemetry/event-store.ts";
import { TELEMETRY_LIMITS } from "../telemetry/limits.ts";
import { HOUR_MS } from "../telemetry/times.ts";
import { withinBound } from "../telemetry/within-bound.ts";

export interface ExportPorts {
  readonly hub: SnapshotHub;
  readonly events: EventIntake;
  readonly store: Pick<EventStore, "exportEvents">;
  readonly clock: () => number;
}

const TYPES: Readonly<Record<EventFormat, string>> = {
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

const time = z.iso.datetime({ offset: true });
const COME_BACK_SECONDS = 5;
const DEFAULT_HOURS = 24;
const MAX_HOURS = 90 * 24;

export function exportRoute(app: HttpApp, { hub, events, store, clock }: ExportPorts): void {
  let running = 0;

  app.get(
    "/api/v1/projects/:project/environments/:environment/events/export",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "exportEvents",
        summary: "The events of a time as one file, to look at them elsewhere",
        description:
          `At most ${TELEMETRY_LIMITS.exportRows} of them: for more ask for less time, one \`flag\` or one \`kind\`. Times are epoch ` +
          "milliseconds. In CSV, text that a spreadsheet would take for a formula has an apostrophe before it.",
        tags: ["metrics"],
        params: EnvironmentParams,
        querystring: z.strictObject({
          format: z.enum(EVENT_FORMATS).default("ndjson"),
          hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(DEFAULT_HOURS).describe("How far back from `to`."),
          from: time.optional().describe("When the first of them happened; goes before `hours`."),
          to: time.optional().describe("Not in it; now unless given."),
          kind: z.enum(EVENT_KINDS).optional(),
          flag: z.string().min(1).max(256).optional(),
        }),
        response: {
          200: {
            description: "The events.",
            content: Object.fromEntries(Object.values(TYPES).map((type) => [type.split(";")[0], { schema: z.string() }])),
          },
        },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const { format, hours, from, to, kind = "", flag = "" } = query;
      // As far ahead as the clock of whoever tells may be.
      const until = to === undefined ? clock() + TELEMETRY_LIMITS.futureMs : Date.parse(to);
      const since = from === undefined ? until - hours * HOUR_MS : Date.parse(from);
      await requireHolding(hub, params);
      if (running >= TELEMETRY_LIMITS.exportsAtOnce)
        throw new ProblemError("too-many-requests", `${running} exports are being taken. Ask again when one of them is done.`, {
          retryAfterSeconds: COME_BACK_SECONDS,
        });
      running++;
      try {
        await events.settled();
        const asked = store.exportEvents(params, { since, until, flag, kind, format });
        // Written after all although nobody waits for it any more: then nobody would take it away.
        const unwanted = () => void asked.then(({ path }) => rm(path, { force: true })).catch(() => {});
        const { path } = await withinBound(asked, TELEMETRY_LIMITS.exportMs).catch((error: unknown) => {
          unwanted();
          throw error;
        });
        try {
          const { size } = await stat(path);
          const raw = openRaw(reply, {
            status: 200,
            headers: {
              "Content-Type": TYPES[format],
              "Content-Length": size,
              "Content-Disposition": `attachment; filename="events.${format}"`,
            },
          });
          // Whoever takes nothing for so long would keep the file for ever.
          raw.setTimeout(HTTP_LIMITS.backupStalledMs, () => raw.destroy());
          await pipeline(createReadStream(path), raw).catch((error: unknown) =>
            request.log.warn({ err: error, requestId: request.id }, "export not taken"),
          );
          return reply;
        } finally {
          await rm(path, { force: true });
        }
      } finally {
        running--;
      }
    },
  );
}
