/** Whom a change is about, in people: asked beside the change, and never in its way. */

import { type Move, type PeopleView, ProblemError, UnreachableError } from "@dimmer/protocol";
import type { PeopleByEnvironment } from "./output/describe-people.ts";
import type { Server } from "./server.ts";

/** The people of every environment in which somebody moves. */
export async function readMovers(server: Server, moves: readonly Move[]): Promise<PeopleByEnvironment> {
  const environments = [...new Set(moves.map(({ environment }) => environment))];
  const views = await Promise.all(environments.map((environment) => readPeople(server, environment)));
  return new Map(views.flatMap((view, at) => (view === undefined ? [] : [[environments[at] as string, view]])));
}

/** Undefined where nobody was seen, or the server cannot say for now: a change must not fail for want of a number. */
export async function readPeople({ client, project }: Server, environment: string): Promise<PeopleView | undefined> {
  try {
    const view = await client.getPeople(project, environment);
    return view.week.people === 0 ? undefined : view;
  } catch (error) {
    if (error instanceof ProblemError || error instanceof UnreachableError) return undefined;
    throw error;
  }
}
