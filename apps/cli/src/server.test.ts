/** The command against a real server: every verb, what it prints, what it leaves behind, and how it fails. */

import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlagDocument } from "@dimmer/evaluation";
import type { ChangeResult, FlagView, KeyView } from "@dimmer/protocol";
import { startServer } from "@dimmer/server";
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { captureRun, type CaptureOptions } from "./captured-run.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

type Running = Awaited<ReturnType<typeof startServer>>;
let cwd: string;
let running: Running;
let env: Readonly<Record<string, string>>;

const open = async () => {
  cwd = mkdtempSync(join(tmpdir(), "dimmer-cli-server-"));
  running = await startServer({ port: 0, dataDir: ":memory:", demo: true, logLevel: "silent" });
  assert(running.initialKeys !== undefined);
  env = { DIMMER_URL: running.url, DIMMER_TOKEN: running.initialKeys.admin };
};
const close = async () => {
  await running.close();
  rmSync(cwd, { recursive: true });
};

const dimmer = (argv: readonly string[], more: Partial<CaptureOptions> = {}) => captureRun(argv, { cwd, env, ...more });

/** Runs it and compares the exit code, and what standard output and error contain. */
async function check(
  line: string,
  code: ExitCode,
  contains: { stdout?: string; stderr?: string } = {},
  more: Partial<CaptureOptions> = {},
) {
  const result = await dimmer(line.split(" "), more);
  expect(result).toMatchObject({ code });
  expect(result.stdout).toContain(contains.stdout ?? "");
  expect(result.stderr).toContain(contains.stderr ?? "");
  return result;
}

async function jsonOf<T>(line: string): Promise<T> {
  const { stdout } = await check(`${line} --json`, EXIT.ok);
  return JSON.parse(stdout) as T;
}

const shares = async (flag = "summarizer") => {
  const { environments } = await jsonOf<FlagView>(`flags show ${flag}`);
  const serve = environments["production"]?.config.default;
  return serve !== undefined && "split" in serve ? serve.split : serve;
};

describe("reading", () => {
  beforeAll(open);
  afterAll(close);

  test("flags list says what each serves, in words", async () => {
    const { stdout } = await check("flags list", EXIT.ok);
    expect(stdout).toMatch(/summarizer +object +release +10 % of everyone gets opus, 90 % sonnet; plain when killed/u);
    expect(stdout).toContain("those whose plan is pro or enterprise get frontier; everyone else gets standard");
  });
  test("flags list as JSON is the views", async () => {
    expect((await jsonOf<FlagView[]>("flags list")).map(({ key }) => key)).toEqual([
      "ai-enabled",
      "chat-model",
      "frontier-tier",
      "summarizer",
    ]);
  });
  test("flags list --archived", () => check("flags list --archived", EXIT.ok, { stdout: "has no archived flags" }));
  test("flags show", () =>
    check("flags show frontier-tier", EXIT.ok, { stdout: "frontier (version 1, only where plan is pro or enterprise)" }));
  test("an unknown flag, with what was meant", () =>
    check("flags show sumarizer", EXIT.notFound, { stderr: "Did you mean summarizer?" }));
  test("projects", () => check("projects", EXIT.ok, { stdout: "demo" }));
  test("an unknown project", () => check("flags list --project nowhere", EXIT.notFound));
  test("environments list", () => check("environments list", EXIT.ok, { stdout: "production" }));
  test("segments list", () => check("segments list", EXIT.ok, { stdout: "has no segments" }));
  test("an unknown segment", () => check("segments show beta", EXIT.notFound, { stderr: "There is no segment beta" }));
  test("a wrong token", () =>
    check("projects", EXIT.auth, { stderr: "DIMMER_TOKEN" }, { env: { ...env, DIMMER_TOKEN: "dm_admin_wrong" } }));
  test("a key of the wrong kind", async () => {
    const wrong = { ...env, DIMMER_TOKEN: running.initialKeys?.server ?? "" };
    await check("projects", EXIT.auth, { stderr: "admin token" }, { env: wrong });
  });
  test("a refusal is JSON with --json", async () => {
    const { stderr } = await check("flags show sumarizer --json", EXIT.notFound);
    expect(JSON.parse(stderr)).toMatchObject({ error: { exitCode: 5, mend: "Did you mean summarizer?" } });
  });
  test("audit verify", () => check("audit verify", EXIT.ok, { stdout: "ok   project/demo" }));
  test("audit list", () => check("audit list --chain project/demo --limit 2", EXIT.ok, { stdout: "change" }));
  test("an export is valid, and reads back as the same flags", async () => {
    const { stdout } = await check("export", EXIT.ok);
    writeFileSync(join(cwd, "exported.yaml"), stdout);
    await check("validate exported.yaml", EXIT.ok, { stdout: "4 flags, 0 errors" });
    expect(stdout.split("\n").filter((line) => line.includes("stored:"))).toHaveLength(2);
    expect(Object.keys((await jsonOf<FlagDocument>("export")).flags)).toHaveLength(4);
  });
});

describe("eval", () => {
  beforeAll(open);
  afterAll(close);
  const asked = ["--context", '{"targetingKey":"user-1"}'];

  test("asks with the admin token", async () => {
    const { code, stdout } = await dimmer(["eval", "summarizer", ...asked]);
    expect({ code, answer: JSON.parse(stdout) as unknown }).toMatchObject({
      code: EXIT.ok,
      answer: { flagKey: "summarizer", reason: "SPLIT", flagMetadata: { flagSetId: "demo/production" } },
    });
  });
  test("asks with a server key, and gets the same answer", async () => {
    const withToken = await dimmer(["eval", "summarizer", ...asked]);
    const withKey = await dimmer(["eval", "summarizer", ...asked], {
      env: { DIMMER_URL: running.url, DIMMER_KEY: running.initialKeys?.server },
    });
    expect(withKey).toEqual(withToken);
  });
  test("a key that is for another environment is heard of", async () => {
    const { code, stderr } = await dimmer([
      "eval",
      "summarizer",
      ...asked,
      "--environment",
      "staging",
      "--key",
      running.initialKeys?.server ?? "",
    ]);
    expect({ code, stderr }).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining("for production, not for staging"),
    });
  });
  test("a file of the same flags answers the same", async () => {
    writeFileSync(join(cwd, "flags.yaml"), (await check("export", EXIT.ok)).stdout);
    const contexts = Array.from({ length: 2_000 }, (_, at) => JSON.stringify({ targetingKey: `user-${at}` })).join("\n");
    const variantsIn = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { variant: string }).variant);
    const fromServer = await dimmer(["eval", "summarizer", "--contexts", "-"], { stdin: contexts });
    const fromFile = await dimmer(["eval", "summarizer", "--contexts", "-", "--file", "flags.yaml"], { stdin: contexts });
    expect(variantsIn(fromFile.stdout)).toEqual(variantsIn(fromServer.stdout));
    expect(new Set(variantsIn(fromServer.stdout))).toEqual(new Set(["opus", "sonnet"]));
  });
});

describe("changing", () => {
  beforeEach(open);
  afterEach(close);

  test("ramp shows who moves and asks", async () => {
    await check("ramp summarizer 25", EXIT.usage, { stderr: "15 % of users change: 15 % sonnet → opus." });
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
  });
  test("ramp --yes does it", async () => {
    await check("ramp summarizer 25 --yes", EXIT.ok, {
      stdout: "15 % of users change: 15 % sonnet → opus.",
      stderr: "Undo with: dimmer undo ",
    });
    expect(await shares()).toEqual({ opus: 25, sonnet: 75 });
  });
  test("ramp a named variant", async () => {
    await check("ramp summarizer sonnet 100 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 0, sonnet: 100 });
  });
  test("ramp to what it is moves nobody", () =>
    check("ramp summarizer 10 --yes", EXIT.ok, { stdout: "Nobody changes variant." }));
  test("ramp a variant of a flag that serves one to all", async () => {
    await check("ramp frontier-tier frontier 5 --rule default --yes", EXIT.ok, {
      stdout: "5 % of users change: 5 % standard → frontier.",
    });
    expect(await shares("frontier-tier")).toEqual({ frontier: 5, standard: 95 });
  });
  test("where a ramp could mean several rules it is refused with their list", () =>
    check("ramp frontier-tier frontier 5 --yes", EXIT.usage, {
      stderr: "--rule paid  (frontier)\n  --rule default  (standard)",
    }));
  test("--dry-run changes nothing", async () => {
    await check("ramp summarizer 50 --dry-run", EXIT.ok, { stdout: "this was a dry run" });
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
  });
  test("--reason is kept", async () => {
    await dimmer(["ramp", "summarizer", "20", "--yes", "--reason", "looks good"]);
    await check("history summarizer", EXIT.ok, { stdout: "(looks good)" });
  });
  test("the source of a change is the command", async () => {
    const result = await jsonOf<ChangeResult>("ramp summarizer 20 --yes");
    expect(result.change?.source).toBe("cli");
  });

  test("kill does not ask, restore does", async () => {
    await check("kill summarizer", EXIT.ok, { stdout: "everyone now gets plain" });
    await check("flags list", EXIT.ok, { stdout: "killed: everyone gets plain" });
    await check("restore summarizer", EXIT.usage, { stderr: "Then: 10 % of everyone gets opus" });
    await check("restore summarizer --yes", EXIT.ok, { stdout: "Restored summarizer in production." });
    await check("restore summarizer --yes", EXIT.conflict, { stderr: "is not killed" });
  });
  test("kill with everything named asks the server nothing first", async () => {
    const asked: string[] = [];
    running.app.server.prependListener(
      "request",
      (request: { method?: string; url?: string }) => void asked.push(`${request.method ?? ""} ${request.url ?? ""}`),
    );
    await check("kill summarizer --project demo --environment production", EXIT.ok);
    expect(asked).toEqual(["POST /api/v1/projects/demo/changes"]);
  });
  test("kill of an unknown flag, with what was meant", async () => {
    await check("kill sumarizer", EXIT.notFound, { stderr: "Did you mean summarizer?" });
    await check("kill sumarizer --environment production", EXIT.notFound, { stderr: "Did you mean summarizer?" });
  });
  test("stop one variant", async () => {
    await check("stop summarizer", EXIT.usage, { stderr: "dimmer stop summarizer:VARIANT" });
    await check("stop summarizer:opus", EXIT.ok, { stdout: "everyone who got opus now gets plain" });
    await check("flags list", EXIT.ok, { stdout: "opus is stopped and gives plain" });
    await check("stop summarizer:opos", EXIT.notFound, { stderr: "opos" });
    await check("restore summarizer:opus --yes", EXIT.ok);
    await check("restore summarizer:opos --yes", EXIT.notFound, { stderr: "Did you mean opus?" });
  });

  test("set serves one variant to all, and says what goes", async () => {
    await check("set frontier-tier standard", EXIT.usage, { stderr: "Removed by this: rule paid." });
    await check("set frontier-tier standard --yes", EXIT.ok);
    await check("flags list", EXIT.ok, { stdout: "everyone gets standard; standard when killed" });
    await check("set frontier-tier standart --yes", EXIT.notFound, { stderr: "Did you mean standard?" });
  });

  test("publish a value, then an earlier version", async () => {
    writeFileSync(join(cwd, "opus.yaml"), "provider: anthropic\nmodel: claude-opus-4-7\n");
    await check("publish summarizer opus --value-file opus.yaml", EXIT.usage, {
      stderr: "These people get the new value at once:\n  the default: 10 % of those it decides get opus",
    });
    await check("publish summarizer opus --value-file opus.yaml --yes", EXIT.ok, {
      stdout: "Published version 2 of summarizer:opus to production.",
    });
    await check("publish summarizer opus --version 1 --yes", EXIT.ok, {
      stdout: "Published version 1 of summarizer:opus to production.",
    });
    await check("publish summarizer opus --version 9 --yes", EXIT.notFound);
    await check("publish chat-model control --value {", EXIT.usage, { stderr: "--value is not JSON" });
    await check('publish chat-model control --value "gpt-6" --yes', EXIT.ok);
  });
  test("a value of the wrong type is refused with its issue", async () => {
    const { stderr } = await check("publish chat-model control --value 7 --yes", EXIT.failed);
    expect(stderr).toContain("mend:");
  });

  test("undo: the last change, one change, a flag, an environment", async () => {
    const { change } = await jsonOf<ChangeResult>("ramp summarizer 25 --yes");
    await check("undo", EXIT.usage, { stderr: "Ramped summarizer:opus from 10 % to 25 %" });
    await check("undo --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await check(`undo ${change?.id ?? ""} --yes`, EXIT.conflict);
    await check("ramp summarizer 40 --yes", EXIT.ok);
    await check("undo --flag summarizer --to 1 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await check("ramp summarizer 60 --yes", EXIT.ok);
    await check("undo --version 1 --yes", EXIT.ok);
    expect(await shares()).toEqual({ opus: 10, sonnet: 90 });
    await check("audit verify", EXIT.ok);
  });
  test("undo takes one kind of goal", async () => {
    await check("undo change_1 --version 3", EXIT.usage);
    await check("undo --flag summarizer", EXIT.usage, { stderr: "--flag and --to go together" });
    await check("undo --version x", EXIT.usage);
    await check("undo change_1 --yes", EXIT.notFound);
  });

  test("flags create from options, archive, unarchive", async () => {
    await check("flags create new-search --owner search-team", EXIT.ok, { stdout: "Created new-search" });
    await check("flags list", EXIT.ok, { stdout: "everyone gets off; off when killed" });
    await check("flags create new-search --owner search-team", EXIT.conflict);
    await check("flags create Bad/Key --owner me", EXIT.failed, { stderr: "mend:" });
    await check("flags create x", EXIT.usage, { stderr: "--owner is needed" });
    await check("flags archive new-search --yes", EXIT.ok);
    await check("flags list --archived", EXIT.ok, { stdout: "new-search" });
    await check("flags unarchive new-search --yes", EXIT.ok);
  });
  test("flags create with variants", async () => {
    await check("flags create size --type number --owner me --variant large=10 small=1 --serve small --purpose config", EXIT.ok);
    await check("flags show size", EXIT.ok, { stdout: "everyone gets small" });
    await check("flags create word --type string --owner me --variant a=x", EXIT.ok);
    await check("flags create word2 --type string --owner me", EXIT.usage, { stderr: "needs its variants" });
    await check("flags create word3 --type strin --owner me", EXIT.usage);
    await check("flags create word4 --owner me --serve maybe", EXIT.usage);
    await check("flags create word5 --type object --owner me --variant a={", EXIT.usage, { stderr: "is not JSON" });
  });
  test("flags create from a file, alone or in a document", async () => {
    await dimmer(["init"]);
    await check("flags create summarizer2 --file dimmer.yaml", EXIT.notFound, { stderr: "without a flag summarizer2" });
    writeFileSync(join(cwd, "one.json"), JSON.stringify({ type: "boolean", purpose: "release", owner: "me", permanent: true }));
    await check("flags create from-file --file one.json", EXIT.ok);
    await check("flags list", EXIT.ok, { stdout: "not configured here" });
  });

  test("environments create; then the environment has to be named", async () => {
    await check("environments create staging", EXIT.ok, { stdout: "Created environment staging." });
    await check("keys create server", EXIT.usage, { stderr: "several environments: production and staging" });
    const { code, stderr } = await dimmer(["eval", "summarizer", "--context", "{}"]);
    expect({ code, stderr }).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining("--environment") });
    await check("ramp summarizer 20 --yes --environment staging", EXIT.notFound, {
      stderr: "Flag summarizer has no environment staging.",
    });
    await check("flags create both --owner me", EXIT.ok);
    await check("kill both", EXIT.usage, { stderr: "Flag both has several environments: production and staging." });
    await check("kill both --environment staging", EXIT.ok);
  });

  test("keys: created, shown once, used, revoked", async () => {
    const { stdout } = await check("keys create server --name search --environment production", EXIT.ok, { stderr: "only time" });
    const secret = stdout.trim();
    const asked = ["eval", "ai-enabled", "--context", "{}"];
    expect((await dimmer(asked, { env: { DIMMER_URL: running.url, DIMMER_KEY: secret } })).code).toBe(EXIT.ok);
    const keys = await jsonOf<KeyView[]>("keys list");
    const made = keys.find(({ name }) => name === "search");
    expect(JSON.stringify(keys)).not.toContain(secret);
    await check(`keys revoke ${made?.id ?? ""} --yes`, EXIT.ok, { stdout: "(search)" });
    await check("keys list", EXIT.ok, { stdout: "revoked" });
    expect((await dimmer(asked, { env: { DIMMER_URL: running.url, DIMMER_KEY: secret } })).code).toBe(EXIT.auth);
    await check("keys revoke key_nothing --yes", EXIT.notFound);
    await check("keys create master", EXIT.usage, { stderr: "admin, server or browser" });
  });

  test("a change that somebody else overtook is refused, not merged blindly", async () => {
    const flag = await jsonOf<FlagView>("flags show summarizer");
    await check("ramp summarizer 20 --yes", EXIT.ok);
    const seen = { "flags/summarizer/environments/production": flag.environments["production"]?.revision ?? 0 };
    const response = await fetch(`${running.url}/api/v1/projects/demo/changes`, {
      method: "POST",
      headers: { authorization: `Bearer ${env["DIMMER_TOKEN"] ?? ""}`, "content-type": "application/json" },
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
    await check("audit erase user-7", EXIT.usage, { stderr: "for good" });
    await check("audit erase user-7 --yes", EXIT.ok, { stdout: "Erased in 0 places." });
    await check("audit verify", EXIT.ok);
  });
});

describe("serve", () => {
  beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), "dimmer-serve-"))));
  afterEach(() => rmSync(cwd, { recursive: true }));

  /** Serves until the banner is out, does the work, then sends the signal. */
  async function serveDuring(
    argv: readonly string[],
    work: (banner: string) => Promise<void>,
    signal: "SIGINT" | "SIGTERM" = "SIGTERM",
  ) {
    const process = new EventEmitter();
    const exits: number[] = [];
    const signals = {
      once: (name: string, listener: () => void) => process.once(name, listener),
      on: (name: string, listener: (error: unknown) => void) => process.on(name, listener),
      exit: (code: number) => void exits.push(code),
    };
    const banner = newPromise();
    const ended = captureRun(["serve", "--port", "0", ...argv], {
      cwd,
      env: {},
      signals,
      onTalk: (text) => {
        if (text.includes("Ctrl-C stops it.")) banner.resolve(text);
      },
    });
    try {
      await work(await Promise.race([banner.promise, ended.then(({ stderr }) => expect.fail(`it ended: ${stderr}`))]));
    } finally {
      process.emit(signal);
    }
    return { ...(await ended), exits };
  }

  test("--demo lets the same folder's other terminal work without settings, on the second start too", async () => {
    await serveDuring(["--demo"], async (banner) => {
      expect(banner).toMatch(/admin token +dm_admin_/u);
      expect(statSync(join(cwd, ".dimmer", "local.json")).mode & 0o777).toBe(0o600);
      expect(await captureRun(["ramp", "summarizer", "25", "--yes"], { cwd })).toMatchObject({ code: EXIT.ok });
    });
    await serveDuring(["--demo"], async (banner) => {
      expect(banner).toContain("shown on the first start");
      const { stdout } = await captureRun(["flags", "list"], { cwd });
      expect(stdout).toContain("25 % of everyone gets opus");
    });
  });
  test("without --demo no token is left lying about", async () => {
    await serveDuring([], async (banner) => {
      expect(banner).toContain("Set DIMMER_URL and DIMMER_TOKEN there first.");
      expect(await captureRun(["projects"], { cwd })).toMatchObject({ code: EXIT.auth });
    });
    expect(() => readFileSync(join(cwd, ".dimmer", "local.json"))).toThrow("ENOENT");
  });
  test("SIGTERM ends with 0, Ctrl-C with 130", async () => {
    expect((await serveDuring([], async () => undefined)).exits).toEqual([0]);
    expect((await serveDuring([], async () => undefined, "SIGINT")).exits).toEqual([130]);
  });
  test("a port that is taken", async () => {
    await serveDuring([], async (banner) => {
      const port = /:(\d+)/u.exec(banner)?.[1] ?? "";
      const { code, stderr } = await captureRun(["serve", "--port", port, "--data-dir", "other"], { cwd });
      expect({ code, stderr }).toMatchObject({ code: EXIT.network, stderr: expect.stringContaining("--port 0") });
    });
  });
  test.each([
    ["--port", "70000"],
    ["--log-level", "loud"],
  ])("%s %s is refused", async (option, value) => {
    expect(await captureRun(["serve", option, value], { cwd })).toMatchObject({ code: EXIT.usage });
  });
});

/** Node 20 has no `Promise.withResolvers`. */
function newPromise(): { readonly promise: Promise<string>; readonly resolve: (text: string) => void } {
  let resolve: (text: string) => void = () => undefined;
  const promise = new Promise<string>((settle) => (resolve = settle));
  return { promise, resolve };
}
