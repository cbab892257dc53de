/** A backup of the whole installation, while it is served: `/api/v1/backups`. */

import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { WHOLE_INSTALLATION } from "../access/authorise.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, INSTALLATION_CHAIN } from "../audit/append-audit.ts";
import { authorOf } from "../http/access.ts";
import { HTTP_LIMITS } from "../http/limits.ts";
import type { HttpApp } from "../http/open-http.ts";
import { openRaw } from "../http/raw-reply.ts";
import type { ManagementPorts } from "../ports.ts";
import { makeBackup, writeBackup } from "./make-backup.ts";

export interface BackupPorts extends ManagementPorts {
  /** Undefined for a store in memory. */
  readonly dataDir: string | undefined;
}

export function backupRoutes(app: HttpApp, ports: BackupPorts): void {
  let isRunning = false;

  app.post(
    "/api/v1/backups",
    {
      config: { access: "management", right: "backup", reach: "whole", isRepeatable: true },
      schema: {
        operationId: "createBackup",
        summary: "A backup of the whole installation as it is now, to keep outside",
        description: "Takes an owner of the whole installation; one at a time. `dimmer backup` reads what it answers.",
        tags: ["operations"],
        response: { 200: { description: "The backup.", content: { "application/octet-stream": { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const author = authorOf(request);
      const { dataDir } = ports;
      if (dataDir === undefined)
        throw new ProblemError("conflict", "This server keeps its store in memory; there is nothing to back up.");
      if (isRunning) throw new ProblemError("conflict", "A backup is being made. Ask again when it is done.");
      isRunning = true;
      try {
        // Before the copy, so that the copy says who took it.
        const entry = { chain: INSTALLATION_CHAIN, at: ports.clock(), action: "backup.create", actor: author.actor, details: {} };
        await ports.store.transaction(async (tx) => {
          await requireRightNow(tx, author, "backup", WHOLE_INSTALLATION, entry.at);
          await appendAudit(tx, entry, ports);
        });
        const backup = await makeBackup(dataDir, ports.clock);
        try {
          const length = backup.head.length + backup.manifest.bytes;
          const raw = openRaw(reply, {
            status: 200,
            headers: { "Content-Type": "application/octet-stream", "Content-Length": length },
          });
          // Whoever takes nothing for so long would keep the copy for ever.
          raw.setTimeout(HTTP_LIMITS.backupStalledMs, () => raw.destroy());
          await writeBackup(backup, raw).catch((error: unknown) =>
            request.log.warn({ err: error, requestId: request.id }, "backup not taken"),
          );
          return reply;
        } finally {
          await backup.remove();
        }
      } finally {
        isRunning = false;
      }
    },
  );
}
