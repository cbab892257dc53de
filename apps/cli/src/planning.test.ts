/** Flags as code against a real server: plan, apply and import, what they show, ask, change and leave alone. */

import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type {
  FlagDefinition,
  FlagDocument,
  FlagEnvironment,
  Rule,
  SegmentDefinition,
  VariantDefinition,
} from "@dimmer/evaluation";
import { type FlagView, openManagement } from "@dimmer/protocol";
import { afterEach, assert, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { writeYaml } from "./document/write-document.ts";
import { EXIT } from "./exit-codes.ts";
import type { PlanReport } from "./plan.ts";

let demo: DemoServer;
beforeEach(async () => void (demo = await openDemoServer()));
afterEach(() => demo.close());

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type EditableBlock = Writable<Omit<FlagEnvironment, "rules">> & { rules?: Writable<Rule>[] };
type EditableFlag = Writable<Omit<FlagDefinition, "variants" | "environments">> & {
  variants?: Record<string, VariantDefinition>;
  environments?: Record<string, EditableBlock>;
};
type Editable = { version: 1; flags: Record<string, EditableFlag>; segments?: Record<string, SegmentDefinition> };

/** The project's export as `dimmer.yaml`, edited. */
async function writeExport(edit: (document: Editable) => void = () => undefined): Promise<void> {
  const exported = parse((await demo.run(["export"])).stdout) as Editable;
  edit(exported);
  writeFileSync(join(demo.cwd, "dimmer.yaml"), writeYaml(exported));
}
const exported = async () => parse((await demo.run(["export"])).stdout) as FlagDocument;
const flagOf = (document: Editable, key: string) => {
  const flag = document.flags[key];
  assert(flag?.environments?.["production"] !== undefined && flag.variants !== undefined);
  return { flag, block: flag.environments["production"], environments: flag.environments, variants: flag.variants };
};
const summarizer = (document: Editable) => flagOf(document, "summarizer").block;
const ramped = (document: Editable) => {
  summarizer(document).default = { split: { opus: 25, sonnet: 75 } };
};
const changes = async () =>
  (await openManagement({ url: demo.server.url, token: demo.keys.admin }).listChanges("demo", 50)).length;

/** Passes everything on to the server, and does something before the change that is meant to stay. */
async function openRelay(beforeCommit: () => Promise<unknown>): Promise<string> {
  const relay = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const isCommit = request.method === "POST" && !body.includes('"dryRun":true');
      if (isCommit) await beforeCommit();
      const headers = { "content-type": "application/json", authorization: request.headers.authorization ?? "" };
      const init = request.method === "GET" ? { headers } : { method: "POST", headers, body };
      const answer = await fetch(`${demo.server.url}${request.url}`, init);
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void relay.close());
  await once(relay, "listening");
  return `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
}

test("an export plans nothing, and applying it asks nothing and writes nothing", async () => {
  await writeExport();
  const before = await changes();
  await demo.check("plan dimmer.yaml --check", EXIT.ok, { stdout: "Project demo is as dimmer.yaml says. Nothing to do." });
  await demo.check("apply dimmer.yaml", EXIT.ok, { stdout: "Nothing to do." });
  expect(await changes()).toBe(before);
});

test("plan says what differs and who moves, in words, as JSON and as Markdown, and changes nothing", async () => {
  await writeExport((document) => {
    ramped(document);
    flagOf(document, "summarizer").flag.owner = "docs | team";
  });
  const before = await changes();
  const { stdout } = await demo.check("plan dimmer.yaml", EXIT.ok, { stdout: "15 % of users change: 15 % sonnet → opus." });
  expect(stdout).toContain("~ flag summarizer\n      owner: search-team → docs | team");
  expect(stdout).toContain("~ flag summarizer in production\n      default/split/opus: 10 → 25");
  expect(stdout).not.toContain("stored");
  const report = await demo.jsonOf<PlanReport>("plan dimmer.yaml");
  expect(report.operations.map(({ kind }) => kind)).toEqual(["update-flag", "configure-environment"]);
  expect(report.expected).toEqual({ "flags/summarizer": 1, "flags/summarizer/environments/production": 1 });
  const markdown = (await demo.check("plan dimmer.yaml --markdown", EXIT.ok)).stdout;
  expect(markdown).toContain("| `~` | flag summarizer | owner: search-team → docs \\| team |");
  expect(markdown).toContain("- 15 % of users change: 15 % sonnet → opus.");
  await demo.check("plan dimmer.yaml --check", EXIT.failed);
  expect(await changes()).toBe(before);
});

describe("apply", () => {
  test("asks, then makes one change of everything, which one undo takes back", async () => {
    await writeExport((document) => {
      ramped(document);
      document.flags["greeting"] = { ...flagOf(document, "chat-model").flag };
      document.segments = { beta: { environments: { production: { include: ["user-1"] } } } };
    });
    const [start, before] = [await exported(), await changes()];
    await demo.check("apply dimmer.yaml", EXIT.usage, { stderr: "Apply this to project demo?" });
    expect(await exported()).toEqual(start);
    await demo.check("apply dimmer.yaml --yes --reason git", EXIT.ok, {
      stdout: "Applied dimmer.yaml to project demo: 3 operations.",
      stderr: "Undo with: dimmer undo ",
    });
    expect(await changes()).toBe(before + 1);
    await demo.check("plan dimmer.yaml --check", EXIT.ok);
    await demo.check("undo --yes", EXIT.ok);
    expect(await exported()).toEqual(start);
  });

  test("does nothing at all where one part is refused, and points into the file", async () => {
    await writeExport((document) => {
      ramped(document);
      for (const rule of flagOf(document, "frontier-tier").block.rules ?? []) rule.when = { segment: "nobody" };
    });
    const start = await exported();
    const { stderr } = await demo.check("apply dimmer.yaml --yes", EXIT.failed, { stderr: "nothing was changed" });
    expect(stderr).toMatch(/dimmer\.yaml:\d+:\d+ \/flags\/frontier-tier\/environments\/production\/rules\/0\/when/u);
    expect(await exported()).toEqual(start);
  });

  test("[drift-stays] leaves kills and stops of people alone, shows them as drift, and follows the file only when told to", async () => {
    await writeExport(ramped);
    await demo.check("kill ai-enabled", EXIT.ok);
    await demo.check("stop summarizer:opus", EXIT.ok);
    await demo.check("plan dimmer.yaml", EXIT.ok, { stdout: "! ai-enabled is killed in production; the file has it on." });
    await demo.check("apply dimmer.yaml --yes", EXIT.ok, {
      stderr: "! summarizer:opus is stopped in production; the file has it on.",
    });
    const blocks = (await exported()).flags;
    expect(blocks["ai-enabled"]?.environments?.["production"]?.enabled).toBe(false);
    expect(blocks["summarizer"]?.environments?.["production"]).toMatchObject({
      stopped: ["opus"],
      default: { split: { opus: 25, sonnet: 75 } },
    });
    await demo.check("plan dimmer.yaml --check", EXIT.failed);
    await demo.check("apply dimmer.yaml --undo-drift --yes", EXIT.ok);
    await demo.check("plan dimmer.yaml --check", EXIT.ok);
    await writeExport((document) => {
      summarizer(document).stopped = ["sonnet"];
      flagOf(document, "ai-enabled").block.enabled = false;
    });
    await demo.check("apply dimmer.yaml --undo-drift --yes", EXIT.ok);
    await demo.check("plan dimmer.yaml --check", EXIT.ok);
  });

  test("is refused as a whole when somebody edited a flag of it while it asked", async () => {
    await writeExport((document) => {
      ramped(document);
      flagOf(document, "chat-model").flag.owner = "other";
    });
    const url = await openRelay(() => demo.run(["ramp", "summarizer", "40", "--yes"]));
    const env = { DIMMER_URL: url, DIMMER_TOKEN: demo.keys.admin };
    await demo.check("apply dimmer.yaml --yes", EXIT.conflict, { stderr: "is at revision 2, not 1" }, { env });
    expect((await exported()).flags["chat-model"]?.owner).toBe("chat-team");
  });

  test("a new value waits as a draft until it is told where to go", async () => {
    await writeExport((document) => {
      flagOf(document, "chat-model").variants["control"] = { value: "gpt-6" };
    });
    await demo.check("apply dimmer.yaml --yes", EXIT.ok);
    const { versions } = await demo.jsonOf<FlagView>("flags show chat-model");
    expect(versions["control"]).toMatchObject({ latest: 1, draft: "gpt-6" });
    await demo.check("plan dimmer.yaml --check", EXIT.ok);
    await demo.check("apply dimmer.yaml --publish production --yes", EXIT.ok);
    expect((await exported()).flags["chat-model"]?.variants?.["control"]?.value).toBe("gpt-6");
    await demo.check("apply dimmer.yaml --publish moon --yes", EXIT.usage, { stderr: "no environment moon" });
  });

  test("what the file does not have stays, or goes with --prune; a file that names an archived flag brings it back", async () => {
    await writeExport();
    const whole = readFileSync(join(demo.cwd, "dimmer.yaml"), "utf8");
    await writeExport((document) => void delete document.flags["chat-model"]);
    await demo.check("plan dimmer.yaml", EXIT.ok, {
      stdout: "Not in dimmer.yaml, and left as they are (--prune removes them):\n  flags/chat-model",
    });
    await demo.check("apply dimmer.yaml --prune --yes", EXIT.ok);
    expect(Object.keys((await exported()).flags)).not.toContain("chat-model");
    writeFileSync(join(demo.cwd, "dimmer.yaml"), whole);
    await demo.check("apply dimmer.yaml --yes", EXIT.ok);
    expect(Object.keys((await exported()).flags)).toContain("chat-model");
  });

  test.each([
    [
      "another type",
      (document: Editable) => void (document.flags["ai-enabled"] = { ...flagOf(document, "chat-model").flag }),
      "a flag's type never changes",
    ],
    [
      "another salt",
      (document: Editable) => void (flagOf(document, "ai-enabled").flag.salt = "x"),
      "another salt would move everybody",
    ],
    [
      "an environment that is missing",
      (document: Editable) =>
        void (flagOf(document, "ai-enabled").environments["staging"] = {
          enabled: true,
          fallback: "off",
          default: { variant: "on" },
        }),
      "dimmer environments create staging",
    ],
    [
      "a version that is missing",
      (document: Editable) => void (summarizer(document).published = { opus: 7 }),
      "has no version of summarizer:opus",
    ],
  ])("%s is refused at its place in the file", async (_, edit, words) => {
    await writeExport(edit);
    await demo.check("apply dimmer.yaml --yes", EXIT.conflict, { stderr: words });
  });
});

test("[expectations] validate and plan say which expectation a document breaks, at its place in the file", async () => {
  await writeExport((document) => {
    flagOf(document, "frontier-tier").flag.expect = [
      { context: { plan: "pro" }, serves: "frontier" },
      { context: { plan: "free" }, serves: "frontier" },
    ];
  });
  const { stdout } = await demo.check("validate dimmer.yaml", EXIT.failed, { stdout: "expectation-broken" });
  expect(stdout).toMatch(/dimmer\.yaml:\d+:\d+ \/flags\/frontier-tier\/expect\/1/u);
  await demo.check("plan dimmer.yaml", EXIT.failed, { stderr: '{"plan":"free"} gets standard of frontier-tier' });
  await writeExport((document) => {
    flagOf(document, "frontier-tier").flag.expect = [{ context: { plan: "pro" }, serves: "frontier" }];
  });
  await demo.check("validate dimmer.yaml", EXIT.ok);
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  await demo.check("set frontier-tier standard --yes", EXIT.failed, { stderr: "is expected to get frontier" });
});

test("import adds what is new and touches nothing else", async () => {
  await writeExport((document) => {
    ramped(document);
    document.flags["greeting"] = { ...flagOf(document, "chat-model").flag };
  });
  const before = (await exported()).flags;
  await demo.check("import dimmer.yaml --yes", EXIT.ok);
  const { greeting, ...others } = (await exported()).flags;
  expect(greeting).toMatchObject({ type: "string" });
  expect(others).toEqual(before);
  await demo.check("import dimmer.yaml --yes", EXIT.ok, { stdout: "has every flag and segment of dimmer.yaml already" });
});
