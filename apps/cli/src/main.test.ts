/** The command in this process, with files only: parsing, exit codes, validate, init, eval and ramping a file. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileSnapshot, evaluate, parseDocument, snapshotOf } from "@dimmer/evaluation";
import { afterEach, assert, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { captureRun, type CaptureOptions } from "./captured-run.contract.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

let cwd: string;
beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), "dimmer-cli-"))));
afterEach(() => rmSync(cwd, { recursive: true }));

const dimmer = (argv: readonly string[], more: Partial<CaptureOptions> = {}) => captureRun(argv, { cwd, ...more });
const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const read = (name: string) => readFileSync(join(cwd, name), "utf8");

/** Runs it and compares the exit code, and what standard output and error contain. */
async function check(
  argv: readonly string[],
  code: ExitCode,
  contains: { stdout?: string; stderr?: string } = {},
  more: Partial<CaptureOptions> = {},
) {
  const result = await dimmer(argv, more);
  expect(result).toMatchObject({ code });
  expect(result.stdout).toContain(contains.stdout ?? "");
  expect(result.stderr).toContain(contains.stderr ?? "");
  return result;
}

/** The snapshot of the file that `init` wrote. */
function starterSnapshot() {
  const { value } = parseDocument(parse(read("dimmer.yaml")));
  assert(value !== undefined);
  return snapshotOf(value, "production");
}

describe("parsing", () => {
  test("the version", () => check(["--version"], EXIT.ok, { stdout: "0.0.0" }));
  test("help goes to stdout and documents the exit codes", () => check(["--help"], EXIT.ok, { stdout: "  130  interrupted" }));
  test("help says where a local server's settings come from", () => check(["--help"], EXIT.ok, { stdout: "local.json" }));
  test("help of a verb has its examples", () => check(["ramp", "--help"], EXIT.ok, { stdout: "$ dimmer ramp summarizer 25" }));
  test("no verb at all shows the help", () => check([], EXIT.usage, { stderr: "Commands:" }));
  test("a noun without its verb shows its help", () => check(["flags"], EXIT.usage, { stderr: "unarchive" }));
  test("an unknown verb, with what was meant", () => check(["rmp"], EXIT.usage, { stderr: "Did you mean ramp?" }));
  test("an unknown option, with what was meant", () =>
    check(["flags", "list", "--jsn"], EXIT.usage, { stderr: "Did you mean --json?" }));
  test("a missing argument", () => check(["set", "a"], EXIT.usage, { stderr: "missing required argument 'variant'" }));
  test.each([
    [["set", "a", "--json"], "missing required argument 'variant'.", "Add --help to see what it takes."],
    [["flags", "list", "--json", "--jsn"], "unknown option '--jsn'.", "Did you mean --json?"],
  ])("wrong usage is JSON with --json: %j", async (argv, message, mend) => {
    const { stderr } = await check(argv, EXIT.usage);
    expect(JSON.parse(stderr)).toEqual({ error: { exitCode: EXIT.usage, code: "usage", message, mend, issues: [] } });
  });
  test("one argument too many", () => check(["kill", "a", "b"], EXIT.usage, { stderr: "too many arguments" }));
  test("without a token it says how to get one", () => check(["flags", "list"], EXIT.auth, { stderr: "DIMMER_TOKEN" }));
  test("without a server it says how to start one", async () => {
    const env = { DIMMER_TOKEN: "t", DIMMER_URL: "http://127.0.0.1:9" };
    await check(["projects"], EXIT.network, { stderr: "npx dimmer serve" }, { env });
  });
  test.each(["ftp://flags.example", "flags.example:4180", "nonsense"])("%s is no address of a server", async (url) => {
    await check(
      ["projects"],
      EXIT.usage,
      { stderr: `"${url}" (from DIMMER_URL)` },
      { env: { DIMMER_TOKEN: "t", DIMMER_URL: url } },
    );
  });
  test("failures are JSON with --json", async () => {
    const { stdout, stderr } = await check(["flags", "list", "--json"], EXIT.auth);
    expect(stdout).toBe("");
    expect(JSON.parse(stderr)).toMatchObject({ error: { exitCode: 3, code: "auth" } });
  });
});

describe("init and validate", () => {
  test("the starter is valid, without a warning", async () => {
    await check(["init"], EXIT.ok, { stdout: "Wrote dimmer.yaml.", stderr: "Next:" });
    await check(["validate", "dimmer.yaml"], EXIT.ok, { stdout: "dimmer.yaml is valid: 2 flags, 0 errors, 0 warnings." });
  });
  test("init never overwrites", async () => {
    write("dimmer.yaml", "mine");
    await check(["init"], EXIT.conflict, { stderr: "There is a dimmer.yaml here already." });
    expect(read("dimmer.yaml")).toBe("mine");
  });
  test("--quiet leaves only the result", async () => expect((await check(["init", "--quiet"], EXIT.ok)).stderr).toBe(""));
  test("an issue has its place, a frame and a mend", async () => {
    await dimmer(["init"]);
    write("bad.yaml", read("dimmer.yaml").replace("sonnet: 90", "sonnet: 80"));
    const { stdout } = await check(["validate", "bad.yaml"], EXIT.failed, {
      stdout: "/flags/summarizer/environments/production/rules/0/serve/split",
    });
    expect(stdout).toMatch(/bad\.yaml:\d+:\d+/u);
    expect(stdout).toMatch(/^> +\d+ \| /mu);
    expect(stdout).toContain("mend:");
  });
  test("issues as JSON carry line and column", async () => {
    write("bad.json", `{\n  "version": 1,\n  "flags": { "x": { "type": "bool" } }\n}`);
    const { stdout } = await check(["validate", "bad.json", "--json"], EXIT.failed);
    const result = JSON.parse(stdout) as { ok: boolean; issues: { path: string; line: number; column: number }[] };
    expect(result.ok).toBe(false);
    expect(result.issues.find(({ path }) => path === "/flags/x/type")).toMatchObject({ line: 3, column: 29 });
  });
  test("broken syntax has its place", async () => {
    write("bad.yaml", "version: 1\nflags: {\n");
    await check(["validate", "bad.yaml"], EXIT.failed, { stdout: "bad.yaml:3:1" });
  });
  test("a file that is not there", () =>
    check(["validate", "nowhere.yaml"], EXIT.notFound, { stderr: "There is no file nowhere.yaml." }));
  test("a file that is no text", async () => {
    writeFileSync(join(cwd, "x.yaml"), Buffer.from([0xff, 0xfe, 0]));
    await check(["validate", "x.yaml"], EXIT.failed, { stderr: "it is not UTF-8 text" });
  });
  test("colours only where they are wanted", async () => {
    await dimmer(["init"]);
    const plain = await dimmer(["validate", "dimmer.yaml"], { columns: 80, env: { NO_COLOR: "1" } });
    const off = await dimmer(["validate", "dimmer.yaml", "--no-color"], { columns: 80 });
    const coloured = await dimmer(["validate", "dimmer.yaml"], { columns: 80 });
    expect(plain.stdout + off.stdout).not.toContain("\u001B[");
    expect(coloured.stdout).toContain("\u001B[32m");
  });
});

describe("eval", () => {
  const evaluateFile = (...more: string[]) => ["eval", "summarizer", "--file", "dimmer.yaml", ...more];
  const context = (value: unknown) => ["--context", JSON.stringify(value)];
  beforeEach(async () => void (await dimmer(["init"])));

  test("gives the details that evaluate gives", async () => {
    const asked = { targetingKey: "user-1", plan: "pro" };
    const { stdout } = await check(evaluateFile(...context(asked)), EXIT.ok);
    const snapshot = compileSnapshot(starterSnapshot());
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(evaluate(snapshot, "summarizer", asked))));
  });
  test("one line per context, in order, bad lines in their place", async () => {
    const stdin = `{"targetingKey":"a","plan":"pro"}\n\nnope\n[1]\n{"targetingKey":"b"}\n\n  \n`;
    const { stdout, stderr } = await check(evaluateFile("--contexts", "-"), EXIT.failed, {}, { stdin });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { line?: number; variant?: string; errorCode?: string });
    expect(lines.map(({ line }) => line)).toEqual([undefined, 2, 3, 4, undefined]);
    expect(lines.map(({ errorCode }) => errorCode)).toEqual([
      undefined,
      "INVALID_CONTEXT",
      "INVALID_CONTEXT",
      "INVALID_CONTEXT",
      undefined,
    ]);
    expect(lines[4]?.variant).toBe("sonnet");
    expect(stderr).toContain("3 lines of 5 held no context");
  });
  test("twenty thousand contexts divide as the split says", async () => {
    write(
      "users.ndjson",
      Array.from({ length: 20_000 }, (_, at) => JSON.stringify({ targetingKey: `user-${at}`, plan: "pro" })).join("\n"),
    );
    const { stdout } = await check(evaluateFile("--contexts", "users.ndjson"), EXIT.ok);
    const lines = stdout.trimEnd().split("\n");
    const opus = lines.filter((line) => line.includes('"variant":"opus"')).length;
    expect(lines).toHaveLength(20_000);
    expect(opus).toBeGreaterThan(1_850);
    expect(opus).toBeLessThan(2_150);
  });
  test("an answer with an error code is a failed check", async () => {
    const { stdout } = await check(evaluateFile(...context({ plan: "pro" })), EXIT.failed);
    expect(JSON.parse(stdout)).toMatchObject({ errorCode: "TARGETING_KEY_MISSING", value: null });
  });
  test("the caller's default stands in", async () => {
    const { stdout } = await check(evaluateFile(...context({ plan: "pro" }), "--default", '{"x":1}'), EXIT.failed);
    expect(JSON.parse(stdout)).toMatchObject({ value: { x: 1 } });
  });
  test("an unknown flag, with what was meant", () =>
    check(["eval", "sumarizer", "--file", "dimmer.yaml", "--context", "{}"], EXIT.notFound, {
      stdout: "FLAG_NOT_FOUND",
      stderr: "Did you mean summarizer?",
    }));
  test("several environments are refused with their list", async () => {
    write(
      "dimmer.yaml",
      read("dimmer.yaml").replace(
        "    environments:\n      production:",
        "    environments:\n      staging: { enabled: true, fallback: 'off', default: { variant: 'on' } }\n      production:",
      ),
    );
    await check(evaluateFile(...context({})), EXIT.usage, { stderr: "has several environments: staging and production" });
    await check(evaluateFile(...context({}), "--environment", "produktion"), EXIT.notFound, {
      stderr: "Did you mean production?",
    });
    await check(evaluateFile(...context({}), "--environment", "production"), EXIT.ok);
  });
  test("neither or both ways to give contexts", async () => {
    await check(evaluateFile(), EXIT.usage, { stderr: "--context '{}'" });
    await check(evaluateFile("--context", "{}", "--contexts", "-"), EXIT.usage);
  });
  test.each(["{", "[]", "7"])(
    "--context %s is refused",
    async (text) => void (await check(evaluateFile("--context", text), EXIT.usage)),
  );
  test("a flag that is not valid is refused with its issues", async () => {
    write("dimmer.yaml", read("dimmer.yaml").replace("sonnet: 90", "sonnet: 80"));
    await check(evaluateFile(...context({})), EXIT.failed, { stderr: "Flag summarizer in dimmer.yaml is not valid." });
    await check(["eval", "ai-enabled", "--file", "dimmer.yaml", "--context", "{}"], EXIT.ok, {
      stderr: "dimmer.yaml has 1 error",
    });
  });
  test("--explain tells the steps on a terminal", async () => {
    const asked = evaluateFile(...context({ targetingKey: "user-1", plan: "free" }), "--explain", "--no-color");
    const { stdout } = await check(asked, EXIT.ok, {}, { columns: 120 });
    expect(stdout).toContain("summarizer → sonnet (DEFAULT)");
    expect(stdout).toContain("requires ai-enabled to serve on: it serves on, holds");
    expect(stdout).toContain("rule paid: does not hold");
    expect(stdout).toContain('plan ["pro","enterprise"], it is "free": does not hold');
  });
  test("--explain is an object in a pipe", async () => {
    const { stdout } = await check(evaluateFile(...context({ targetingKey: "user-1", plan: "pro" }), "--explain"), EXIT.ok);
    expect(JSON.parse(stdout)).toMatchObject({
      flagKey: "summarizer",
      explain: { trace: expect.arrayContaining([expect.objectContaining({ step: "split", by: "targetingKey" })]) },
    });
  });
  test("--override is what a preview would show, and the trace says so", async () => {
    const forced = evaluateFile(...context({ targetingKey: "user-1", plan: "free" }), "--override", "plain", "--no-color");
    const { stdout } = await check([...forced, "--explain"], EXIT.ok, {}, { columns: 120 });
    expect(stdout).toContain("summarizer → plain (STATIC)");
    expect(stdout).toContain("overridden with plain");
    const answer = JSON.parse((await check(forced, EXIT.ok)).stdout) as object;
    expect(answer).toMatchObject({ variant: "plain", flagMetadata: { overridden: true } });
    await check(evaluateFile(...context({}), "--override", "plian"), EXIT.notFound, { stderr: "Did you mean plain?" });
  });
  test("a snapshot works in place of a document", async () => {
    write("snapshot.json", JSON.stringify(starterSnapshot()));
    await check(["eval", "summarizer", "--file", "snapshot.json", "--context", '{"targetingKey":"u"}'], EXIT.ok, {
      stdout: '"variant":"sonnet"',
    });
  });
});

describe("ramp --file", () => {
  const ramp = (...more: string[]) => ["ramp", "summarizer", ...more, "--file", "dimmer.yaml"];
  const splitIn = (text: string) => {
    const data = parse(text) as {
      flags: {
        summarizer: {
          environments: {
            production: { rules: { serve: { split: object; stored?: { ranges: unknown; previous?: unknown } } }[] };
          };
        };
      };
    };
    return data.flags.summarizer.environments.production.rules[0]?.serve;
  };
  beforeEach(async () => void (await dimmer(["init"])));

  test("edits in place: comments stay, ranges are stored", async () => {
    const before = read("dimmer.yaml");
    await check(ramp("25", "--yes"), EXIT.ok, {
      stdout: "Ramped summarizer:opus to 25 %",
      stderr: "15 % of users in rule paid change: 15 % sonnet → opus.",
    });
    const after = read("dimmer.yaml");
    const commentsOf = (text: string) => text.match(/#.*$/gmu);
    expect(commentsOf(after)).toEqual(commentsOf(before));
    expect(splitIn(after)).toMatchObject({
      split: { opus: 25, sonnet: 75 },
      stored: {
        ranges: [
          [0, 25_000, "opus"],
          [25_000, 100_000, "sonnet"],
        ],
        salt: "summarizer",
      },
    });
    await check(["validate", "dimmer.yaml"], EXIT.ok);
  });
  test("touches no line but the split's", async () => {
    const before = read("dimmer.yaml").split("\n");
    await dimmer(ramp("25", "--yes"));
    const after = read("dimmer.yaml").split("\n");
    expect(before.filter((line) => !after.includes(line))).toHaveLength(1);
  });
  test("there and back serves the same people", async () => {
    const first = splitIn(read("dimmer.yaml"))?.split;
    await dimmer(ramp("25", "--yes"));
    await dimmer(ramp("sonnet", "90", "--yes"));
    expect(splitIn(read("dimmer.yaml"))).toMatchObject({
      split: first,
      stored: {
        ranges: [
          [0, 10_000, "opus"],
          [10_000, 100_000, "sonnet"],
        ],
      },
    });
  });
  test("asks, and without a terminal says how not to be asked", async () => {
    const before = read("dimmer.yaml");
    await check(ramp("25"), EXIT.usage, { stderr: "Add --yes" });
    expect(read("dimmer.yaml")).toBe(before);
  });
  test("a ramp to what it is already asks nothing and writes nothing", async () => {
    await check(ramp("25", "--yes"), EXIT.ok);
    const before = read("dimmer.yaml");
    const words = "Nothing changes: summarizer:opus is at 25 % already in rule paid.";
    for (const more of [[], ["--yes"]])
      expect(await check(ramp("25", ...more), EXIT.ok)).toMatchObject({ stdout: `${words}\n`, stderr: "" });
    await check(ramp("25", "--dry-run"), EXIT.ok, { stdout: words });
    expect(read("dimmer.yaml")).toBe(before);
  });
  test("--dry-run changes nothing", async () => {
    const before = read("dimmer.yaml");
    await check(ramp("25", "--dry-run"), EXIT.ok, {
      stdout: "this was a dry run.\nWhat would happen:\n  15 % of users in rule paid change:",
    });
    expect(read("dimmer.yaml")).toBe(before);
  });
  test("a variant that was served to all gives way to a new split", async () => {
    await check(ramp("opus", "12.5", "--rule", "default", "--yes"), EXIT.ok, {
      stderr: "12.5 % of users change: 12.5 % sonnet → opus.",
    });
    await check(["validate", "dimmer.yaml"], EXIT.ok);
    expect(read("dimmer.yaml")).toContain("opus: 12.5");
  });
  test.each([
    ["no percentage", ["opus"], EXIT.usage, "How many percent"],
    ["too much", ["101"], EXIT.usage, "is not a percentage"],
    ["too fine", ["0.0001"], EXIT.usage, "finer than 0.001 %"],
    ["an unknown variant", ["opos", "5"], EXIT.notFound, "Did you mean opus?"],
    ["an unknown rule", ["5", "--rule", "payed"], EXIT.notFound, "Did you mean paid?"],
  ] as const)("%s", async (_, words, code, stderr) => void (await check(ramp(...words, "--yes"), code, { stderr })));
  test("a JSON document stays JSON", async () => {
    write("dimmer.json", JSON.stringify(parse(read("dimmer.yaml"))));
    await check(["ramp", "summarizer", "30", "--file", "dimmer.json", "--yes"], EXIT.ok);
    expect(JSON.parse(read("dimmer.json"))).toMatchObject({ version: 1 });
    await check(["validate", "dimmer.json"], EXIT.ok);
  });
});
