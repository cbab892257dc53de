/** Experiments from the command line, against a real server. */

import type { ExperimentResults, ExperimentView } from "@dimmer/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
beforeAll(async () => void (demo = await openDemoServer()));
afterAll(() => demo.close());

const ORDER = "--flag summarizer --baseline opus --primary cost";
const draft = async (...more: string[]): Promise<string> => {
  const { stdout } = await demo.run([
    "experiments",
    "create",
    "Cheaper",
    ...ORDER.split(" "),
    "--hypothesis",
    "It costs less.",
    ...more,
    "--json",
  ]);
  return (JSON.parse(stdout) as ExperimentView).id;
};

test("[experiment-plan] an experiment is planned, drafted, started, looked at, ended and shipped", async () => {
  await demo.check("experiments list", EXIT.ok, { stdout: "There are none." });
  await demo.check(`experiments plan ${ORDER}`, EXIT.ok, { stdout: "cannot be said", stderr: "Nobody was given a variant" });
  await demo.check(`experiments create Cheaper ${ORDER}`, EXIT.usage, { stderr: "needs --hypothesis" });
  await demo.check(`experiments plan ${ORDER} --arms opus`, EXIT.usage, { stderr: "--arms opus=50,sonnet=50" });
  await demo.check(`experiments plan ${ORDER} --guardrail runs=a`, EXIT.usage, { stderr: "no guardrail" });
  await demo.check(`experiments plan ${ORDER} --effect a`, EXIT.usage, { stderr: "--effect takes a number" });
  const id = await draft("--arms", "opus=50,sonnet=50", "--guardrail", "acceptance_rate=0.01");
  await demo.check(`experiments results ${id}`, EXIT.notFound, { stderr: "has not started" });
  await demo.check(`experiments start ${id}`, EXIT.ok, { stdout: "Cheaper runs." });
  await demo.check(`experiments status ${id}`, EXIT.ok, { stdout: "opus 50 %, sonnet 50 %; opus is the baseline" });
  await demo.check(`experiments results ${id}`, EXIT.ok, { stdout: "collecting · Not enough people yet: 0 so far" });
  await demo.check(`experiments results ${id} --planned`, EXIT.notFound, { stderr: "has not been made" });
  await demo.check("experiments list --state running", EXIT.ok, { stdout: id });
  await demo.check("experiments list --state walking", EXIT.usage, { stderr: "There are draft, running, ended, shipped." });
  await demo.check(`experiments end ${id} --yes`, EXIT.ok, { stdout: "Cheaper has ended. Not enough people yet" });
  expect((await demo.jsonOf<ExperimentResults>(`experiments results ${id}`)).kept).toMatchObject([{ isSame: true }]);
  await demo.check(`experiments ship ${id} sonnet --yes`, EXIT.conflict, { stderr: "The result does not name sonnet" });
  await demo.check(`experiments ship ${id} sonnet --anyway --dry-run`, EXIT.ok, { stdout: "this was a dry run" });
  await demo.check(`experiments ship ${id} opus --yes`, EXIT.ok, { stdout: "Cheaper was shipped: opus." });
  await demo.check(`experiments remove ${id}`, EXIT.ok, { stdout: "Cheaper is archived." });
  await demo.check("experiments list --archived", EXIT.ok, { stdout: id });
});

test("[experiment-apart] groups and holdouts are made, listed and ended", async () => {
  await demo.check("exclusion-groups list", EXIT.ok, { stdout: "There are none." });
  await demo.check("exclusion-groups create Summaries", EXIT.ok, { stdout: "Made Summaries in production" });
  const [group] = await demo.jsonOf<{ id: string }[]>("exclusion-groups list");
  await demo.check("holdouts create 2027", EXIT.usage, { stderr: "--percent 5" });
  await demo.check("holdouts create 2027 --percent 5", EXIT.ok, { stdout: "5 % of people are in no experiment" });
  const id = await draft("--arms", "opus=50,sonnet=50", "--group", group?.id ?? "", "--share", "40");
  await demo.check(`experiments start ${id}`, EXIT.ok);
  await demo.check("exclusion-groups list", EXIT.ok, { stdout: "Cheaper 40 %" });
  await demo.check("holdouts list", EXIT.ok, { stdout: "summarizer" });
  await demo.check(`exclusion-groups remove ${group?.id ?? ""}`, EXIT.conflict, { stderr: "End and ship it first." });
  const [holdout] = await demo.jsonOf<{ id: string }[]>("holdouts list");
  await demo.check(`holdouts end ${holdout?.id ?? ""} --yes`, EXIT.ok, { stdout: "2027 has ended." });
  await demo.check(`experiments ship ${id} opus --yes`, EXIT.ok);
  await demo.check(`exclusion-groups remove ${group?.id ?? ""}`, EXIT.ok, { stdout: "Summaries is gone." });
});
