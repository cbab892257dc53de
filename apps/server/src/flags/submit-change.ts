/** One request, one change: what every editing route does. */

import type { FastifyRequest } from "fastify";
import type { ChangeResult, Operation } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { About } from "../http/route-schemas.ts";
import type { Expected } from "../http/revisions.ts";
import { applyChange, type ChangePorts } from "./apply-change.ts";
import { requireDraftsSeen } from "./check-expected.ts";

export interface Submission {
  readonly project: string;
  readonly operations: readonly Operation[];
  readonly about?: About | undefined;
  readonly expected?: Expected;
  /** The file that the author says to speak for. */
  readonly file?: string;
}

/** Errors: those of `applyChange`; revision-required where a draft is published unseen. */
export async function submitChange(ports: ChangePorts, request: FastifyRequest, submission: Submission): Promise<ChangeResult> {
  const { project, operations, about, expected, file } = submission;
  requireDraftsSeen(operations, expected ?? {});
  return await applyChange(ports, authorOf(request), {
    project,
    operations,
    reason: about?.reason ?? null,
    source: file === undefined ? sourceOf(request) : "file",
    ...(file === undefined ? {} : { file }),
    ...(expected === undefined ? {} : { expected }),
    ...(about?.dryRun === undefined ? {} : { dryRun: about.dryRun }),
  });
}

/** Only for people to read; nothing is decided by it, as a caller may claim what it likes. */
export function sourceOf(request: FastifyRequest): string {
  if (request.headers["sec-fetch-site"] === "same-origin") return "dashboard";
  return request.headers["user-agent"]?.startsWith("dimmer-cli") === true ? "cli" : "api";
}
