/** What a step of an experiment made, or what it waits for. */

import type { ExperimentStep } from "@dimmer/protocol";

export function sayStep({ change, instead }: ExperimentStep, done: string): string {
  if (change?.status === "pending")
    return `That takes review, and waits as ${change.request ?? "a change request"}. Once it is applied, say this again.`;
  const dry = change?.status === "valid" ? ["Nothing was changed; this was a dry run."] : [done];
  return [...dry, ...(change?.change?.summary ?? []), ...(instead === null ? [] : [instead.say])].join("\n");
}
