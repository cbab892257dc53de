/** A file that owns flags and segments: what others may still do, what a plan shows of it, and what is left alone. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FlagDocument, FlagEnvironment } from "@dimmer/evaluation";
import type { FlagView, SegmentView } from "@dimmer/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { writeYaml } from "./document/write-document.ts";
import { EXIT } from "./exit-codes.ts";
import type { PlanReport } from "./plan.ts";

let demo: DemoServer;
let document: FlagDocument;
beforeEach(async () => {
  demo = await openDemoServer();
  document = parse((await demo.run(["export"])).stdout) as FlagDocument;
  write(document);
});
afterEach(() => demo.close());

const write = (wanted: FlagDocument) => writeFileSync(join(demo.cwd, "dimmer.yaml"), writeYaml(wanted));
const flag = () => demo.jsonOf<FlagView>("flags show summarizer");
const own = () => demo.check("apply dimmer.yaml --own summarizer --yes", EXIT.ok);

/** The summarizer of the file, edited. */
function edited(edit: Partial<FlagEnvironment>, more: object = {}): FlagDocument {
  const summarizer = document.flags["summarizer"];
  const production = summarizer?.environments?.["production"];
  const next = { ...summarizer, ...more, environments: { production: { ...production, ...edit } } };
  return { ...document, flags: { ...document.flags, summarizer: next as FlagDocument["flags"][string] } };
}
const shares = (opus: number): Partial<FlagEnvironment> => ({ default: { split: { opus, sonnet: 100 - opus } } });

test("[file-owns] owned flags are edited in the file alone: others are told which file, and how to release it", async () => {
  const { stdout } = await demo.check("plan dimmer.yaml --own summarizer", EXIT.ok);
  expect(stdout).toContain("file: null → dimmer.yaml");
  await own();
  expect((await flag()).file).toEqual({ name: "dimmer.yaml", moved: {} });
  const shown = await demo.check("flags show summarizer", EXIT.ok);
  expect(shown.stdout).toContain("Owned by dimmer.yaml");
  const refused = await demo.check("set summarizer opus --yes", EXIT.conflict);
  expect(refused.stderr).toContain("summarizer is owned by dimmer.yaml");
  expect(refused.stderr).toContain("dimmer flags release summarizer");
  write(edited({}, { description: "From the file" }));
  await demo.check("apply dimmer.yaml --yes --source other.yaml", EXIT.conflict, { stderr: "owned by dimmer.yaml" });
  await demo.check("apply ./dimmer.yaml --yes", EXIT.ok, { stderr: "Undo by applying ./dimmer.yaml as it was" });
  await demo.check("apply dimmer.yaml --yes --own summarizer --source other.yaml", EXIT.conflict, {
    stderr: "release it there first",
  });
  await demo.check("flags release summarizer --yes", EXIT.ok, { stdout: "Released summarizer from dimmer.yaml." });
  await demo.check("set summarizer opus --yes", EXIT.ok);
});

test("[file-owns] kills, stops and shares of an owned flag stay in everybody's hands, show as drift, and are left alone", async () => {
  await own();
  await demo.check("ramp summarizer opus 40 --yes", EXIT.ok);
  await demo.check("stop summarizer:sonnet", EXIT.ok);
  write(edited({}, { description: "From the file" }));
  const { stdout } = await demo.check("plan dimmer.yaml", EXIT.ok);
  expect(stdout).toContain(
    "the default of summarizer serves 40 % opus and 60 % sonnet in production; the file has 10 % opus and 90 % sonnet.",
  );
  expect(stdout).toContain("summarizer:sonnet is stopped in production");
  await demo.check("plan dimmer.yaml --check", EXIT.failed);
  expect((await demo.check("plan dimmer.yaml --markdown", EXIT.ok)).stdout).toContain(
    "- the default of summarizer serves 40 % opus",
  );
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  const config = (await flag()).environments["production"]?.config;
  expect(config).toMatchObject({ default: { split: { opus: 40, sonnet: 60 } }, stopped: ["sonnet"] });
  await demo.check("apply dimmer.yaml --yes --undo-drift ai-enabled", EXIT.ok, { stdout: "Nothing to do" });
  await demo.check("apply dimmer.yaml --yes --undo-drift summarizer", EXIT.ok);
  const followed = (await flag()).environments["production"]?.config;
  expect(followed).toMatchObject({ default: { split: { opus: 10, sonnet: 90 } } });
  expect(followed?.stopped ?? []).toEqual([]);
  expect((await flag()).file?.moved).toEqual({});
});

test("shares that nobody has moved by hand follow the file", async () => {
  await own();
  write(edited(shares(25)));
  await demo.check("apply dimmer.yaml --yes", EXIT.ok, { stderr: "15 % of users change" });
  expect((await demo.jsonOf<PlanReport>("plan dimmer.yaml")).drift).toEqual([]);
});

test("a file that catches up with what was moved by hand leads again", async () => {
  await own();
  await demo.check("ramp summarizer opus 40 --yes", EXIT.ok);
  write(edited(shares(40)));
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  expect((await flag()).file).toEqual({ name: "dimmer.yaml", moved: {} });
  write(edited(shares(50)));
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  expect((await flag()).environments["production"]?.config.default).toMatchObject({ split: { opus: 50, sonnet: 50 } });
});

test("a misspelt flag of --own is refused with the one that was meant", async () => {
  await demo.check("plan dimmer.yaml --own sumarizer", EXIT.usage, { stderr: "Did you mean summarizer?" });
});

test("[file-owns] a segment is owned like a flag: planned, shown, refused with its file, and released", async () => {
  const segmented = (description: string): FlagDocument => ({
    ...document,
    segments: { beta: { description, environments: { production: { include: ["user-1"] } } } },
  });
  write(segmented("The first to see it"));
  await demo.check("import dimmer.yaml --yes", EXIT.ok);
  expect((await demo.jsonOf<SegmentView>("segments show beta")).file).toBeNull();
  await demo.check("plan dimmer.yaml --own segments/beat", EXIT.usage, { stderr: "has no segment beat" });
  const { stdout } = await demo.check("plan dimmer.yaml --own segments/beta", EXIT.ok);
  expect(stdout).toContain("file: null → dimmer.yaml");
  await demo.check("apply dimmer.yaml --own segments/beta --yes", EXIT.ok);
  expect((await demo.check("segments show beta", EXIT.ok)).stdout).toContain("Owned by dimmer.yaml");
  expect((await flag()).file).toBeNull();
  // An export says what there is, not whose it is.
  expect(parse((await demo.run(["export"])).stdout)).toEqual(segmented("The first to see it"));

  write(segmented("From the file"));
  const refused = await demo.check("apply dimmer.yaml --yes --source other.yaml", EXIT.conflict);
  expect(refused.stderr).toContain("beta is owned by dimmer.yaml; /description cannot be changed from anywhere else");
  expect(refused.stderr).toContain("dimmer segments release beta");
  await demo.check("apply dimmer.yaml --yes --own --source other.yaml", EXIT.conflict, { stderr: "release it there first" });
  await demo.check("apply dimmer.yaml --yes", EXIT.ok, { stderr: "Undo by applying dimmer.yaml as it was" });
  await demo.check("segments release beta --yes", EXIT.ok, { stdout: "Released beta from dimmer.yaml." });
  await demo.check("segments release beta --yes", EXIT.conflict, { stderr: "owned by no file" });
  write(segmented("From another file"));
  await demo.check("apply dimmer.yaml --yes --source other.yaml", EXIT.ok);
});
