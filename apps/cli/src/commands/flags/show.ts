/** `dimmer flags show FLAG`: its definition, its values, and what it does where. */

import { sayCondition, variantsOf } from "@dimmer/evaluation";
import type { FlagView } from "@dimmer/protocol";
import { describeServing } from "../../output/describe-flag.ts";
import type { Paint } from "../../output/output.ts";
import { findFlag, openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

export const showFlag: Verb = { usage: "show <flag>", summary: "one flag: its values, and what it does where", run: show };

async function show(call: Call): Promise<void> {
  const server = await openServer(call);
  const flag = await findFlag(server, call.args[0] ?? "");
  await call.output.result(flag, () => render(flag, call.output.paint));
}

function render(flag: FlagView, paint: Paint): string {
  const { description, type, purpose, owner, removeBy, tags = [] } = flag.definition;
  const life = removeBy === undefined ? "permanent" : `remove by ${removeBy}`;
  const head = `${paint("bold", flag.key)}${flag.archived ? paint("yellow", " (archived)") : ""}  ${type}, ${purpose}, ${owner}, ${life}${tags.length > 0 ? `, ${tags.join(" ")}` : ""}`;
  return [
    head,
    ...(description === undefined ? [] : [description]),
    ...renderOwner(flag),
    "",
    ...renderVariants(flag, paint),
    "",
    ...renderEnvironments(flag, paint),
  ].join("\n");
}

function renderOwner({ key, file }: FlagView): string[] {
  if (file === null) return [];
  const moved = Object.keys(file.moved).map((address) => address.replace("/", ", "));
  return [
    `Owned by ${file.name}: edit it there and apply it, or \`dimmer flags release ${key}\`. Kills, stops and shares are free.`,
    ...(moved.length === 0 ? [] : [`Moved by hand since: ${moved.join("; ")}.`]),
  ];
}

function renderVariants(flag: FlagView, paint: Paint): string[] {
  return Object.entries(variantsOf(flag.definition)).map(([name, { value, only }]) => {
    const version = flag.versions[name];
    const about = [
      `version ${version?.latest ?? 1}`,
      ...sayWritten(version?.written),
      ...(version?.hasDraft === true ? ["has a draft", ...sayWritten(version.draftWritten)] : []),
      ...(only === undefined ? [] : [`only where ${sayCondition(only)}`]),
    ];
    return `  ${paint("bold", name)} (${about.join(", ")})  ${JSON.stringify(value)}`;
  });
}

/** "made with tone 3, rules 1": a snippet that has a newer version is found by `snippets where`. */
function sayWritten(written: FlagView["versions"][string]["written"]): string[] {
  const used = Object.entries(written?.snippets ?? {}).map(([name, version]) => `${name} ${version}`);
  return used.length === 0 ? [] : [`made with ${used.join(" and ")}`];
}

function renderEnvironments(flag: FlagView, paint: Paint): string[] {
  const blocks = Object.entries(flag.environments);
  if (blocks.length === 0) return ["  not configured in any environment"];
  return blocks.map(
    ([name, { revision, config }]) => `  ${paint("bold", name)} (revision ${revision})  ${describeServing(config)}`,
  );
}
