/** The verbs that change something, against a real server: what they show, ask, do and leave behind. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Change, ChangeResult, FlagView, KeyView, OverrideToken } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;

const shares = async (flag = "summarizer") => {
  const { environments } = await demo.jsonOf<FlagView>(`flags show ${flag}`);
  const serve = environments["production"]?.config.default;
  return serve !== undefined && "split" in serve ? serve.split : serve;
};

describe("changing", () => {
  beforeEach(async () => void (demo = await openDemoServer()));
  afterEach(() => demo.close());

  test("override-tokens create gives a token, or a page's address with it", async () => {
    const made = await demo.jsonOf<OverrideToken & { link: string }>(
      "override-tokens create summarizer=opus --for 2h --link https://app.example.com/page?a=1",
    );
    expect(new URL(made.link).searchParams.get("dimmer-overrides")).toBe(made.token);
    expect(new URL(made.link).searchParams.get("a")).toBe("1");
    expect(Date.parse(made.expiresAt) - Date.now()).toBeGreaterThan(7_100_000);
    await demo.check("override-tokens create summarizer=opus", EXIT.ok, { stdout: "eyJ", stderr: "It counts until" });
  });
  test.each([
    ["override-tokens create summarizer", "flag=variant"],
    ["override-tokens create summarizer=opus --for 8d", "between 1m and 7d"],
    ["override-tokens create summarizer=opus --for soon", "between 1m and 7d"],
    ["override-tokens create summarizer=opus --link app.example.com", "the address of a page"],
  ])("%s is wrong usage", async (line, stderr) => void (await demo.check(line, EXIT.usage, { stderr })));

  test("ramp shows who moves and asks", async () => {
    await demo.check("ramp summarizer 25", EXIT.usage, { stderr: "15 % of users change: 15 % sonnet → opus." });
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
  });
  test("ramp --yes does it", async () => {
    await demo.check("ramp summarizer 25 --yes", EXIT.ok, {
      stdout: "15 % of users change: 15 % sonnet → opus.",
      stderr: "Undo with: dimmer undo ",
    });
    expect(await shares()).toEqual({ opus: 25, sonnet: 75 });
  });
  test("ramp a named variant", async () => {
    await demo.check("ramp summarizer sonnet 100 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 0, sonnet: 100 });
  });
  test.each([
    ["ramp summarizer 10", "Nothing changes: summarizer:opus is at 10 % already."],
    ["ramp summarizer sonnet 90", "Nothing changes: summarizer:sonnet is at 90 % already."],
    ["set ai-enabled on", "Nothing changes: ai-enabled serves on to everyone in production already."],
    ["publish summarizer opus --version 1", "Nothing changes: production serves that value of summarizer:opus already."],
  ])("%s, as it is already: nothing is asked and nothing is written", async (line, words) => {
    const changes = async () => (await demo.jsonOf<Change[]>("history summarizer")).length;
    const before = [await changes(), (await demo.jsonOf<Change[]>("history ai-enabled")).length];
    for (const yes of ["", " --yes"]) {
      const { stdout, stderr } = await demo.check(`${line}${yes}`, EXIT.ok);
      expect(stdout).toBe(`${words}\n`);
      expect(stderr).not.toContain("Undo with");
    }
    expect(await demo.jsonOf<ChangeResult>(`${line} --yes`)).toMatchObject({
      status: "valid",
      change: null,
      effects: [],
      moves: [],
    });
    await demo.check(`${line} --dry-run`, EXIT.ok, { stdout: `this was a dry run.\nWhat would happen:\n  ${words}` });
    expect([await changes(), (await demo.jsonOf<Change[]>("history ai-enabled")).length]).toEqual(before);
  });
  test("a ramp of a killed flag says that nobody feels it yet", async () => {
    await demo.check("kill summarizer", EXIT.ok);
    const killed = "summarizer is killed in production: whatever changes is felt only once it is restored.";
    await demo.check("ramp summarizer 25 --yes", EXIT.ok, { stderr: killed });
    await demo.check("set summarizer opus --yes", EXIT.ok, { stderr: killed });
  });
  test.each(["kill summarizer", "stop summarizer:opus"])("%s never says that nobody moves", async (line) => {
    for (const more of [" --dry-run", "", ""]) {
      const { stdout } = await demo.check(line + more, EXIT.ok, { stdout: "now gets plain (fallback)" });
      expect(stdout).not.toContain("Nobody");
    }
    const address = line.split(" ")[1] ?? "";
    const restored = await demo.check(`restore ${address} --yes`, EXIT.ok, {
      stderr: "Then: 10 % of everyone gets opus, 90 % sonnet",
    });
    expect(restored.stdout).not.toContain("Nobody");
    const refused = await demo.check(`restore ${address} --yes`, EXIT.conflict);
    expect(refused.stderr).toMatch(
      /^error: summarizer(:opus)? is not (killed|stopped) in production\. There is nothing to restore\.\n$/u,
    );
  });
  test("a kill of what is killed already offers no undo, and undo names what lifts it", async () => {
    await demo.check("kill ai-enabled", EXIT.ok, { stderr: "Undo with: dimmer undo " });
    const again = await demo.check("kill ai-enabled", EXIT.ok, { stdout: "(it was killed already)" });
    expect(again.stderr).toBe("");
    const { stderr } = await demo.check("undo --yes", EXIT.conflict, { stderr: "`dimmer restore FLAG[:VARIANT]` lifts a kill" });
    expect(stderr).toContain("Killed ai-enabled in production (it was killed already).");
  });
  test("a dry run of a kill sets apart what would happen", async () => {
    const { stdout } = await demo.check("kill ai-enabled --dry-run", EXIT.ok);
    expect(stdout).toBe(
      "Nothing was changed: this was a dry run.\nWhat would happen:\n  ai-enabled in production: everyone now gets off (fallback).\n",
    );
  });
  test("kill of a variant names the verb that was meant", async () => {
    await demo.check("kill summarizer:opus", EXIT.usage, { stderr: "dimmer stop summarizer:opus" });
  });
  test.each(["-5", "1e1", ".5", "101"])("%s is a percentage that was meant", async (percent) => {
    await demo.check(`ramp summarizer ${percent}`, EXIT.usage, { stderr: `"${percent}" is not a percentage.` });
  });
  test("ramp a variant of a flag that serves one to all", async () => {
    await demo.check("ramp frontier-tier frontier 5 --rule default --yes", EXIT.ok, {
      stdout: "5 % of users change: 5 % standard → frontier.",
    });
    expect(await shares("frontier-tier")).toEqual({ frontier: 5, standard: 95 });
  });
  test("where a ramp could mean several rules it is refused with their list", () =>
    demo.check("ramp frontier-tier frontier 5 --yes", EXIT.usage, {
      stderr: "--rule paid  (frontier)\n  --rule default  (standard)",
    }));
  test("--dry-run changes nothing", async () => {
    await demo.check("ramp summarizer 50 --dry-run", EXIT.ok, { stdout: "this was a dry run" });
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
  });
  test("--reason is kept", async () => {
    await demo.run(["ramp", "summarizer", "20", "--yes", "--reason", "looks good"]);
    await demo.check("history summarizer", EXIT.ok, {
      stdout: " via cli (looks good)\n  Ramped summarizer:opus from 10 % to 20 % in the default in production.\n",
    });
  });
  test("the source of a change is the command", async () => {
    const result = await demo.jsonOf<ChangeResult>("ramp summarizer 20 --yes");
    expect(result.change?.source).toBe("cli");
  });

  test("kill does not ask, restore does", async () => {
    await demo.check("kill summarizer", EXIT.ok, { stdout: "everyone now gets plain" });
    await demo.check("flags list", EXIT.ok, { stdout: "killed: everyone gets plain" });
    await demo.check("restore summarizer", EXIT.usage, { stderr: "Then: 10 % of everyone gets opus" });
    await demo.check("restore summarizer --yes", EXIT.ok, { stdout: "Restored summarizer in production." });
    await demo.check("restore summarizer --yes", EXIT.conflict, { stderr: "is not killed" });
  });
  test("kill with everything named asks the server nothing first", async () => {
    const asked: string[] = [];
    demo.server.app.server.prependListener(
      "request",
      (request: { method?: string; url?: string }) => void asked.push(`${request.method ?? ""} ${request.url ?? ""}`),
    );
    await demo.check("kill summarizer --project demo --environment production", EXIT.ok);
    expect(asked[0]).toBe("POST /api/v1/projects/demo/changes");
  });
  test("kill of an unknown flag, with what was meant", async () => {
    await demo.check("kill sumarizer", EXIT.notFound, { stderr: "Did you mean summarizer?" });
    await demo.check("kill sumarizer --environment production", EXIT.notFound, { stderr: "Did you mean summarizer?" });
  });
  test("stop one variant", async () => {
    await demo.check("stop summarizer", EXIT.usage, { stderr: "dimmer stop summarizer:VARIANT" });
    await demo.check("stop summarizer:opus", EXIT.ok, { stdout: "everyone who got opus now gets plain" });
    await demo.check("flags list", EXIT.ok, { stdout: "opus is stopped and gives plain" });
    await demo.check("stop summarizer:opos", EXIT.notFound, { stderr: "opos" });
    await demo.check("restore summarizer:opus --yes", EXIT.ok);
    await demo.check("restore summarizer:opos --yes", EXIT.notFound, { stderr: "Did you mean opus?" });
  });

  test("set serves one variant to all, and says what goes", async () => {
    await demo.check("set frontier-tier standard", EXIT.usage, { stderr: "Removed by this: rule paid." });
    await demo.check("set frontier-tier standard --yes", EXIT.ok);
    await demo.check("flags list", EXIT.ok, { stdout: "everyone gets standard; standard when killed" });
    await demo.check("set frontier-tier standart --yes", EXIT.notFound, { stderr: "Did you mean standard?" });
  });

  test("publish a value, then an earlier version", async () => {
    writeFileSync(join(demo.cwd, "opus.yaml"), "provider: anthropic\nmodel: claude-opus-4-7\n");
    await demo.check("publish summarizer opus --value-file opus.yaml", EXIT.usage, {
      stderr: "These people get the new value at once:\n  the default: 10 % of those it decides get opus",
    });
    await demo.check("publish summarizer opus --value-file opus.yaml --yes", EXIT.ok, {
      stdout: "Published version 2 of summarizer:opus to production.",
    });
    await demo.check("publish summarizer opus --version 1 --yes", EXIT.ok, {
      stdout: "Published version 1 of summarizer:opus to production.",
    });
    await demo.check("publish summarizer opus --version 9 --yes", EXIT.notFound);
    await demo.check("publish chat-model control --value {", EXIT.usage, { stderr: "--value is not JSON" });
    await demo.check('publish chat-model control --value "gpt-6" --yes', EXIT.ok);
  });
  test("a value of the wrong type is refused with its issue", async () => {
    const { stderr } = await demo.check("publish chat-model control --value 7 --yes", EXIT.failed);
    expect(stderr).toContain("mend:");
  });

  test("undo: the last change, one change, a flag, an environment", async () => {
    const { change } = await demo.jsonOf<ChangeResult>("ramp summarizer 25 --yes");
    await demo.check("undo", EXIT.usage, { stderr: "Ramped summarizer:opus from 10 % to 25 %" });
    await demo.check("undo --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await demo.check(`undo ${change?.id ?? ""} --yes`, EXIT.conflict);
    await demo.check("ramp summarizer 40 --yes", EXIT.ok);
    await demo.check("undo --flag summarizer --to 1 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await demo.check("ramp summarizer 60 --yes", EXIT.ok);
    await demo.check("undo --version 1 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await demo.check("audit verify", EXIT.ok);
  });
  test("undo --force undoes what was edited since, and says so first where it is not forced", async () => {
    const { change } = await demo.jsonOf<ChangeResult>("ramp summarizer 25 --yes");
    await demo.check("ramp summarizer 40 --yes", EXIT.ok);
    await demo.check(`undo ${change?.id ?? ""} --yes`, EXIT.conflict, { stderr: "force this undo" });
    await demo.check(`undo ${change?.id ?? ""} --force --yes`, EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
  });
  test("undo takes one kind of goal", async () => {
    await demo.check("undo --version 3 --force", EXIT.usage, { stderr: "--force goes with a change" });
    await demo.check("undo change_1 --version 3", EXIT.usage);
    await demo.check("undo --flag summarizer", EXIT.usage, { stderr: "--flag and --to go together" });
    await demo.check("undo --version x", EXIT.usage);
    await demo.check("undo change_1 --yes", EXIT.notFound);
  });

  test("flags create from options, archive, unarchive", async () => {
    await demo.check("flags create new-search --owner search-team", EXIT.ok, { stdout: "Created new-search" });
    await demo.check("flags list", EXIT.ok, { stdout: "everyone gets off; off when killed" });
    await demo.check("flags create new-search --owner search-team", EXIT.conflict);
    await demo.check("flags create Bad/Key --owner me", EXIT.failed, { stderr: "mend:" });
    await demo.check("flags create x", EXIT.usage, { stderr: "--owner is needed" });
    await demo.check("flags archive new-search --yes", EXIT.ok);
    await demo.check("flags list --archived", EXIT.ok, { stdout: "new-search" });
    await demo.check("flags unarchive new-search --yes", EXIT.ok);
  });
  test("flags stale says why, and what is archived is gone from it", async () => {
    await demo.check("flags create old-search --owner search-team --remove-by 2020-01-31", EXIT.ok);
    const { stdout } = await demo.check("flags stale", EXIT.ok);
    expect(stdout).toMatch(/old-search +search-team +to be removed by 2020-01-31, \d+ days ago\n/u);
    expect(await demo.jsonOf("flags stale")).toMatchObject({ stale: [{ key: "old-search" }], unknown: [] });
    await demo.check("flags archive old-search --yes", EXIT.ok);
    await demo.check("flags stale", EXIT.ok, { stdout: "No flag of project demo is known to be stale." });
  });

  test("flags create with variants", async () => {
    await demo.check(
      "flags create size --type number --owner me --variant large=10 small=1 --serve small --purpose config",
      EXIT.ok,
    );
    await demo.check("flags show size", EXIT.ok, { stdout: "everyone gets small" });
    await demo.check("flags create word --type string --owner me --variant a=x", EXIT.ok);
    await demo.check("flags create word2 --type string --owner me", EXIT.usage, { stderr: "needs its variants" });
    await demo.check("flags create word3 --type strin --owner me", EXIT.usage);
    await demo.check("flags create word4 --owner me --serve maybe", EXIT.usage);
    await demo.check("flags create word5 --type object --owner me --variant a={", EXIT.usage, { stderr: "is not JSON" });
  });
  test("flags create from a file, alone or in a document", async () => {
    await demo.run(["init"]);
    await demo.check("flags create summarizer2 --file dimmer.yaml", EXIT.notFound, { stderr: "without a flag summarizer2" });
    writeFileSync(
      join(demo.cwd, "one.json"),
      JSON.stringify({ type: "boolean", purpose: "release", owner: "me", permanent: true }),
    );
    await demo.check("flags create from-file --file one.json", EXIT.ok);
    await demo.check("flags list", EXIT.ok, { stdout: "not configured here" });
  });

  test("environments update: its name, whether it is production, and nothing that was not said", async () => {
    await demo.check("environments update production --name Live", EXIT.ok, { stdout: "called Live and is production." });
    await demo.check("environments update production --not-production", EXIT.ok, {
      stdout: "called Live and is not production.",
    });
    await demo.check("environments update production --production", EXIT.ok, { stdout: "called Live and is production." });
    await demo.check("environments update production", EXIT.usage, { stderr: "What is to change about production?" });
    await demo.check("environments update production --production --not-production", EXIT.usage, { stderr: "say one of them" });
    await demo.check("environments update absent --name x", EXIT.notFound, { stderr: "There is no environment absent" });
  });

  test("environments create; then the environment has to be named", async () => {
    await demo.check("environments create staging", EXIT.ok, { stdout: "Created environment staging." });
    await demo.check("keys create server", EXIT.usage, { stderr: "several environments: production and staging" });
    const { code, stderr } = await demo.run(["eval", "summarizer", "--context", "{}"]);
    expect({ code, stderr }).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining("--environment") });
    await demo.check("ramp summarizer 20 --yes --environment staging", EXIT.notFound, {
      stderr: "Flag summarizer has no environment staging.",
    });
    await demo.check("flags create both --owner me", EXIT.ok);
    await demo.check("kill both", EXIT.usage, { stderr: "Flag both has several environments: production and staging." });
    await demo.check("kill both --environment staging", EXIT.ok);
  });

  test("keys: created, shown once, used, revoked", async () => {
    const { stdout } = await demo.check("keys create server --name search --environment production", EXIT.ok, {
      stderr: "only time",
    });
    const secret = stdout.trim();
    const asked = ["eval", "ai-enabled", "--context", "{}"];
    expect((await demo.run(asked, { env: { DIMMER_URL: demo.server.url, DIMMER_KEY: secret } })).code).toBe(EXIT.ok);
    const keys = await demo.jsonOf<KeyView[]>("keys list");
    const made = keys.find(({ name }) => name === "search");
    expect(JSON.stringify(keys)).not.toContain(secret);
    await demo.check(`keys revoke ${made?.id ?? ""} --yes`, EXIT.ok, { stdout: "(search)" });
    await demo.check("keys list", EXIT.ok, { stdout: "revoked" });
    expect((await demo.run(asked, { env: { DIMMER_URL: demo.server.url, DIMMER_KEY: secret } })).code).toBe(EXIT.auth);
    await demo.check("keys revoke key_nothing --yes", EXIT.notFound);
    await demo.check("keys create server --expires-at tomorrow", EXIT.usage, { stderr: 'is "tomorrow"' });
    await demo.check("keys create server --expires-at 2999-01-01T00:00:00Z", EXIT.ok);
    await demo.check("keys create master", EXIT.usage, { stderr: "admin, server or browser" });
  });

  test("a change that somebody else overtook is refused, not merged blindly", async () => {
    const flag = await demo.jsonOf<FlagView>("flags show summarizer");
    await demo.check("ramp summarizer 20 --yes", EXIT.ok);
    const seen = { "flags/summarizer/environments/production": flag.environments["production"]?.revision ?? 0 };
    const response = await fetch(`${demo.server.url}/api/v1/projects/demo/changes`, {
      method: "POST",
      headers: { authorization: `Bearer ${demo.keys.admin}`, "content-type": "application/json" },
      body: JSON.stringify({
        operations: [
          { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus", percent: 30 },
        ],
        expected: seen,
      }),
    });
    expect(response.status).toBe(412);
  });

  test("audit erase asks, then erases, and the chain still verifies", async () => {
    await demo.check("audit erase user-7", EXIT.usage, { stderr: "for good" });
    await demo.check("audit erase user-7 --yes", EXIT.ok, { stdout: "Erased in 0 places." });
    await demo.check("audit verify", EXIT.ok);
  });
});
