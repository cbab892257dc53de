/** What every editing verb does: show what would happen, ask, apply, and say what happened. */

import { isDeepStrictEqual } from "node:util";
import type { Change, ChangeResult, Operation } from "@dimmer/protocol";
import { NO_WAIT_OPTION, sayArrivals, WAIT_OPTION, waitForArrival, wantsArrival } from "./arrival.ts";
import { describeMoves } from "./output/describe-moves.ts";
import { renderIssue } from "./output/issues.ts";
import { readMovers } from "./people.ts";
import { type Later, scheduleChange } from "./schedule.ts";
import type { Server } from "./server.ts";
import type { Call } from "./verb.ts";

type Options = readonly (readonly [flags: string, description: string])[];

const EDIT_OPTIONS: Options = [
  ["--reason <text>", "why; kept with the change and in the audit log"],
  ["--dry-run", "say what would happen and change nothing"],
];
export const CHANGE_OPTIONS: Options = [...EDIT_OPTIONS, WAIT_OPTION];
export const EMERGENCY_OPTIONS: Options = [...EDIT_OPTIONS, NO_WAIT_OPTION];

export interface Proposal {
  /** Asked before it is applied; without one it is applied at once, as a kill must be. */
  readonly question?: string;
  /** Said instead, and nothing written, where it would change nothing; without it even that is written. */
  readonly nothing?: string;
  /** Whether it is about who gets which variant, so that "nobody moves" is worth saying. */
  readonly isShare?: true;
  /** Shown above what would happen. */
  readonly preface?: readonly string[];
  /** The same for `--at`; verbs that take no such option leave it out. */
  readonly later?: Later;
  /** Where it goes, so that it can be waited for until it has arrived. */
  readonly server: Server;
  /** Sends it; with `dryRun` nothing is committed. */
  readonly send: (about: { reason?: string; dryRun?: boolean }) => Promise<ChangeResult>;
}

/** A change of operations, guarded by the revisions that were seen. */
export function proposeOperations(
  server: Server,
  operations: readonly Operation[],
  expected: Readonly<Record<string, number>> = {},
): Proposal["send"] {
  return (about) =>
    server.client.submitChange(server.project, { operations: [...operations], expected: { ...expected }, ...about });
}

export async function makeChange(call: Call, proposal: Proposal): Promise<void> {
  const reason = call.option("reason");
  const about = reason === undefined ? {} : { reason };
  for (const line of proposal.preface ?? []) call.output.say(line);
  const at = call.option("at");
  if (at !== undefined) return scheduleChange(call, proposal, at);
  if (call.has("dry-run")) return report(call, proposal, await proposal.send({ ...about, dryRun: true }));
  if (proposal.question !== undefined && (proposal.nothing !== undefined || !call.has("yes"))) {
    const foreseen = await proposal.send({ ...about, dryRun: true });
    if (changesNothing(proposal, foreseen)) return call.output.result(foreseen, () => proposal.nothing ?? "");
    if (!call.has("yes")) for (const line of await foresight(call, proposal, foreseen)) call.output.say(line);
    await call.output.confirm(proposal.question);
  }
  await report(call, proposal, await proposal.send(about));
}

const changesNothing = ({ nothing }: Proposal, { effects }: ChangeResult): boolean =>
  nothing !== undefined && effects.length === 0;

async function foresight(call: Call, proposal: Proposal, result: ChangeResult): Promise<string[]> {
  return [...(await sayMoves(proposal, result)), ...result.issues.map((issue) => renderIssue(issue, call.output.paintTalk))];
}

async function report(call: Call, proposal: Proposal, result: ChangeResult): Promise<void> {
  const { change, issues } = result;
  for (const issue of issues) call.output.warn(`${issue.message} ${issue.mend}`);
  const waits = change !== null && Object.keys(change.versions).length > 0 && wantsArrival(call);
  // Asked beside the change and not by it, so that none waits for telemetry; as JSON nobody reads the sentence.
  const moves = call.output.json ? [] : await sayMoves(proposal, result);
  // As JSON it is one object, so that comes at the end; a person should not wait to read that it is done.
  if (!waits || !call.output.json) await call.output.result(result, () => sayResult(proposal, result, moves));
  if (change !== null && isFelt(change)) call.output.say(`Undo with: dimmer undo ${change.id}`);
  if (!waits) return;
  const arrival = await waitForArrival(proposal.server, change.versions);
  await call.output.result({ ...result, arrival }, () => sayArrivals(arrival));
}

function sayResult(proposal: Proposal, result: ChangeResult, moves: readonly string[]): string {
  const { change, serving, request } = result;
  if (change !== null) return [...change.summary, ...moves, ...serving].join("\n");
  if (request !== null) return sayPending(request);
  return sayDryRun(changesNothing(proposal, result) ? [proposal.nothing ?? ""] : [...moves, ...serving]);
}

/** A kill of what is killed already is recorded, but there is nothing in it to undo. */
export const isFelt = ({ effects }: Change): boolean => effects.some(({ before, after }) => !isDeepStrictEqual(before, after));

/** Nothing is changed yet, and somebody has to know where to look. */
export const sayPending = (request: string): string =>
  `Nothing is changed yet: it waits for review as ${request}. Look with: dimmer reviews show ${request}`;

/** What would happen stands apart, because it is told in the words of what does. */
export const sayDryRun = (foreseen: readonly string[]): string =>
  [
    "Nothing was changed: this was a dry run.",
    ...(foreseen.length === 0 ? [] : ["What would happen:"]),
    ...foreseen.map((line) => `  ${line}`),
  ].join("\n");

const sayMoves = async ({ isShare, server }: Proposal, { moves }: ChangeResult): Promise<string[]> =>
  moves.length > 0 || isShare === true ? describeMoves(moves, await readMovers(server, moves)) : [];
