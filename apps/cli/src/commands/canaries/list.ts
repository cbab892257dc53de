/** `dimmer canaries list`, `show ID`: canary sets, and how each variant answered. */

import { sayDollars } from "@dimmer/evaluation";
import type { CanaryView } from "@dimmer/protocol";
import type { Call, Verb } from "../../verb.ts";
import { openEnvironment } from "../connections/open-environment.ts";

export const listCanaries: Verb = {
  usage: "list",
  summary: "the canary sets of an environment, and how each live variant answered last",
  examples: ["canaries list --environment production"],
  run: list,
};

export const showCanary: Verb = {
  usage: "show <canary>",
  summary: "the results of a canary set, newest first",
  examples: ["canaries show canary_4f0c…"],
  run: show,
};

async function list(call: Call): Promise<void> {
  const { client, project, environment } = await openEnvironment(call);
  const canaries = await client.listCanaries(project, environment);
  const rows = canaries.map((canary) => [
    canary.id,
    canary.name,
    canary.flag,
    canary.suite,
    `${canary.everyMinutes} min`,
    `${sayDollars(canary.today.costMicroUsd)} of ${sayDollars(canary.dailyBudgetMicroUsd)}`,
    canary.message ?? sayVariants(canary),
  ]);
  await call.output.result(canaries, () =>
    rows.length === 0
      ? `${environment} has none.`
      : call.output.table(["id", "name", "flag", "suite", "every", "today", "variants"], rows),
  );
}

const sayVariants = ({ variants }: CanaryView): string =>
  variants.map(({ variant, results }) => `${variant} ${results[0]?.verdict ?? "not yet"}`).join(", ");

async function show(call: Call): Promise<void> {
  const [id = ""] = call.args;
  const { client, project, environment } = await openEnvironment(call);
  const canary = await client.getCanary(project, environment, id);
  const results = canary.variants.flatMap((variant) => variant.results);
  const rows = [...results]
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
    .map(({ at, variant, verdict, models, costMicroUsd, say }) => {
      return [at.slice(0, 16), variant, verdict, models.join(", "), sayDollars(costMicroUsd), say];
    });
  await call.output.result(canary, () =>
    rows.length === 0
      ? `${canary.name} has no result yet.`
      : call.output.table(["at", "variant", "verdict", "answered", "cost", "in words"], rows),
  );
}
