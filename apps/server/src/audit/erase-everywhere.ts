/** Erases a person from what serves, from history and from the audit, in one transaction: wholly or not at all. */

import type { ChangeResult } from "@dimmer/protocol";
import type { Issue } from "@dimmer/evaluation";
import { requireRightNow } from "../access/principal.ts";
import { announce, type Author, type ChangePorts } from "../flags/apply-change.ts";
import { erasePersonFromFlags } from "../flags/erase-person.ts";
import type { ChoreRecord } from "../storage/chore-record.ts";
import type { StoreTransaction } from "../storage/store.ts";
import type { Chores } from "../telemetry/chores.ts";
import { type Erasure, erasePerson } from "./erase-person.ts";

export interface ProjectErasure extends Erasure {
  readonly project: string;
  /** Targets and lists that named the person. */
  readonly edits: number;
  /** Conditions that name the person: for somebody to edit. */
  readonly issues: readonly Issue[];
  /** Of telemetry; null where its store is away, and then it is done when it is back. */
  readonly events: number | null;
  /** Comments of others that named the person. */
  readonly comments: number | null;
}

export interface ErasurePorts extends ChangePorts {
  readonly chores: Pick<Chores, "erase" | "tryNow">;
}

export interface ErasureRequest {
  readonly projects: readonly string[];
  readonly person: string;
  readonly source: string;
}

/**
 * First from what serves, by a change like any other; then from what history and audit say of the past; and once that is committed from
 * telemetry. Answers that are kept for repeated requests lose their content whole.
 *
 * Shape:  one entry a project. A person whom one project cannot forget is forgotten by none.
 * Errors: `ProblemError("forbidden")` without the right in one of the projects; those of `applyChange` and `erasePerson`.
 * Source: ADR-0008.
 */
export async function eraseEverywhere(
  ports: ErasurePorts,
  author: Author,
  { projects, person, source }: ErasureRequest,
): Promise<readonly ProjectErasure[]> {
  const done = await ports.store.transaction(async (tx) => {
    await tx.blankRequestAnswers();
    const erased: Erased[] = [];
    for (const project of projects) erased.push(await eraseFrom(tx, ports, author, { project, person, source }));
    return erased;
  });
  for (const { erasure, edited } of done) if (edited !== null) announce(ports, erasure.project, edited);
  const erasures: ProjectErasure[] = [];
  for (const { erasure, chore } of done) {
    const { events, comments } = (await ports.chores.tryNow(chore)) ?? { events: null, comments: null };
    erasures.push({ ...erasure, events, comments });
  }
  return erasures;
}

interface Erased {
  readonly erasure: Omit<ProjectErasure, "events" | "comments">;
  readonly edited: ChangeResult | null;
  readonly chore: ChoreRecord;
}

async function eraseFrom(
  tx: StoreTransaction,
  ports: ErasurePorts,
  author: Author,
  { project, person, source }: { readonly project: string; readonly person: string; readonly source: string },
): Promise<Erased> {
  await requireRightNow(tx, author, "person.erase", { project, environment: null }, ports.clock());
  const edited = await erasePersonFromFlags(tx, ports, author, { project, person, source });
  const erasure = await erasePerson(tx, { project, person, actor: author.actor, at: ports.clock() }, ports);
  const edits = edited?.change?.operations.length ?? 0;
  // What waits to be judged is sealed, so that nobody can look for the person in it: all of it goes.
  await tx.forgetJudgeSamples(project);
  const chore = await ports.chores.erase(tx, project, person);
  return { erasure: { project, edits, issues: edited?.issues ?? [], ...erasure }, edited, chore };
}
