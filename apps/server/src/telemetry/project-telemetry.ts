/** What a project says of its telemetry, and what its telemetry store still has to do. */

import type { ProjectTelemetryView } from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { requireRightNow } from "../access/principal.ts";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import { requireProject } from "../environments/projects.ts";
import type { Author } from "../flags/apply-change.ts";
import type { StoreReader } from "../storage/store.ts";
import type { Chores } from "./chores.ts";
import { hashesKeys, setHashing } from "./hashed-keys.ts";

/** Chores that are listed. */
const LISTED = 100;

export interface HashingOrder {
  readonly project: string;
  readonly hashTargetingKeys: boolean;
}

/**
 * Says whether a project's targeting keys are kept only as hashes. What is kept already is hashed too; what was hashed stays so.
 *
 * Shape:  one transaction with its audit row and the chore; nothing where it is so already.
 * Errors: `ProblemError`: forbidden, not-found, telemetry-unavailable where too many chores wait.
 * Source: ADR-0050.
 */
export async function setProjectHashing(
  ports: SealingPorts & { readonly chores: Pick<Chores, "hash"> },
  author: Author,
  { project, hashTargetingKeys }: HashingOrder,
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "project.edit", { project, environment: null }, at);
    await requireProject(tx, project);
    if (!(await setHashing(tx, ports, project, hashTargetingKeys))) return;
    if (hashTargetingKeys) await ports.chores.hash(tx, project);
    const details = { project, before: !hashTargetingKeys, after: hashTargetingKeys };
    const entry = { chain: projectChain(project), at, action: "project.hash-targeting-keys", actor: author.actor, details };
    await appendAudit(tx, entry, ports);
  });
}

/** Errors: `ProblemError("not-found")`. */
export async function readProjectTelemetry(store: StoreReader, project: string): Promise<ProjectTelemetryView> {
  await requireProject(store, project);
  const chores = await store.listChores(project, LISTED);
  return {
    hashTargetingKeys: await hashesKeys(store, project),
    chores: chores.map(({ kind, createdAt, attempts, dueAt }) => ({
      kind,
      createdAt: textOf(createdAt),
      attempts,
      nextAttemptAt: textOf(dueAt),
    })),
  };
}

const textOf = (at: number): string => new Date(at).toISOString();
