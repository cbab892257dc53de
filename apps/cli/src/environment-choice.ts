/** Which environment (or project) is meant: the one that was named, or the only one there is. */

import { listOf } from "@dimmer/evaluation";
import { notFound, wrongUsage } from "./failure.ts";
import { didYouMean } from "./output/suggest.ts";

/** Refuses with the list where several could be meant. */
export function chooseEnvironment(named: string | undefined, known: readonly string[], where: string): string {
  if (known.length === 0) throw notFound(`${where} has no environment.`);
  return chooseOne("environment", named, known, where, "Name one with --environment or DIMMER_ENVIRONMENT.");
}

export function chooseProject(named: string | undefined, known: readonly string[]): string {
  if (known.length === 0) throw notFound("There is no project.", "`dimmer serve --demo` starts with one.");
  return chooseOne("project", named, known, "This server", "Name one with --project or DIMMER_PROJECT.");
}

function chooseOne(noun: string, named: string | undefined, known: readonly string[], where: string, mend: string): string {
  if (named !== undefined) {
    if (known.includes(named)) return named;
    throw notFound(`${where} has no ${noun} ${named}.`, didYouMean(named, known));
  }
  const [only] = known;
  if (only !== undefined && known.length === 1) return only;
  throw wrongUsage(`${where} has several ${noun}s: ${listOf(known, "and")}.`, mend);
}
