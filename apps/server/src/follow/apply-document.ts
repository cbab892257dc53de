/** Makes a project what a document says: the plan of the command, made and carried out inside one transaction. */

import type { FlagDocument } from "@dimmer/evaluation";
import { planDocument, type PresentProject } from "@dimmer/planning";
import { type Change, CHANGE_OPERATIONS_MAX, ProblemError } from "@dimmer/protocol";
import { announce, carryOut, type ChangePorts } from "../flags/apply-change.ts";
import { viewFlags } from "../flags/view-flag.ts";
import { viewValueVersions } from "../flags/view-value-versions.ts";
import { viewSegment } from "../segments/view-segment.ts";
import type { StoreReader } from "../storage/store.ts";
import { fileAuthor } from "./file-author.ts";

export interface DocumentOrder {
  readonly project: string;
  readonly document: FlagDocument;
  /** What the file is called; it owns every flag and segment that it names. */
  readonly file: string;
  /** Environments that new values are published to; elsewhere they wait as drafts. */
  readonly publish: readonly string[];
  readonly reason: string;
}

/**
 * Shape:  the change, or null where the project is as the document says. Drift is left alone, and so is what the document does not name.
 * Errors: `ProblemError`: conflict with the plan's issues, and those of `applyChange`; nothing is changed then. `review-needed` where it
 *         became a change request, once however often it is tried.
 * Source: ADR-0029.
 */
export async function applyDocument(ports: ChangePorts, order: DocumentOrder): Promise<Change | null> {
  const { project, document, file, publish, reason } = order;
  const result = await ports.store.transaction(async (tx) => {
    const present = await readPresent(tx, project, document);
    requireEnvironments(present, publish, project);
    const { steps, issues } = planDocument(present, document, {
      publish,
      undoDrift: [],
      prune: false,
      file,
      own: "all",
      onlyNew: false,
    });
    const [first] = issues;
    if (first !== undefined) {
      throw new ProblemError("conflict", `${first.path}: ${first.message}; ${first.mend}.`, { issues });
    }
    if (steps.length === 0) return null;
    if (steps.length > CHANGE_OPERATIONS_MAX) {
      const mend = `A change has at most ${CHANGE_OPERATIONS_MAX}: follow a part of the file first.`;
      throw new ProblemError("conflict", `The file asks for ${steps.length} operations. ${mend}`);
    }
    const operations = steps.map(({ operation }) => operation);
    return await carryOut(tx, ports, fileAuthor(project, file), { project, operations, reason, source: "file", file });
  });
  if (result === null) return null;
  announce(ports, project, result);
  if (result.request !== null)
    throw new ProblemError("review-needed", `It waits for review: dimmer reviews show ${result.request}.`);
  return result.change;
}

function requireEnvironments({ environments }: PresentProject, publish: readonly string[], project: string): void {
  const unknown = publish.find((environment) => !environments.includes(environment));
  if (unknown === undefined) return;
  const mend = `Create it, or set DIMMER_FOLLOW_PUBLISH to some of ${environments.join(", ")}.`;
  throw new ProblemError("conflict", `Project ${project} has no environment ${unknown} to publish to. ${mend}`);
}

async function readPresent(reader: StoreReader, project: string, wanted: FlagDocument): Promise<PresentProject> {
  if ((await reader.getProject(project)) === null) throw new ProblemError("not-found", `There is no project "${project}".`);
  const environments = await reader.listEnvironments(project);
  const context = await reader.getContext(project);
  const records = await reader.listFlags(project);
  const segments = (await reader.listSegments(project)).filter(({ removedAt }) => removedAt === null);
  const views = await viewFlags(reader, project, records);
  const named = records.filter(({ key }) => Object.hasOwn(wanted.flags, key));
  const versions = new Map<string, ReturnType<typeof viewValueVersions>>();
  for (const record of named) {
    versions.set(record.key, viewValueVersions(record, await reader.listValueVersions(project, record.key)));
  }
  return {
    environments: environments.map(({ key }) => key),
    context: { revision: context?.revision ?? 0, declaration: context?.declaration ?? null },
    flags: new Map(views.map((view) => [view.key, view])),
    segments: new Map(segments.map((record) => [record.key, viewSegment(record)])),
    versions,
  };
}
