/** The dashboard bench as Markdown. */

import { count, dateLine, decimal, machineLine, table, targetTable } from "../measure/markdown.mjs";

export function describeResults({ results, judged, plan }) {
  const { dimmer, unleash } = results;
  const rows = [
    [
      "script of the first load, kB as sent",
      decimal(dimmer.scriptBytes / 1_000),
      unleash && decimal(unleash.scriptBytes / 1_000),
    ],
    ["signed out, to the form that signs in, ms", count(dimmer.formMs), unleash && count(unleash.formMs)],
    ["signed in, to the list of 5,000 flags, ms", count(dimmer.listMs)],
    ["a key in the search to the next paint, ms, the slowest", count(dimmer.filterMs)],
    ["a frame while the list scrolls, ms, p95", decimal(dimmer.frameMsP95)],
  ];
  return [
    dateLine(plan, `${plan.rounds} round${plan.rounds === 1 ? "" : "s"}, a fresh browser each; medians`),
    machineLine(),
    "- Chromium without a graphics card; server and browser share the two cores. Nothing is in the browser's cache.",
    "",
    "### Targets\n",
    targetTable(judged.rows),
    "\n### Measured\n",
    table(
      ["", "Dimmer", "unleash-server 6.4.1"],
      rows.map((cells) => [...cells, ""].slice(0, 3).map((cell) => cell ?? "")),
    ),
  ].join("\n");
}
