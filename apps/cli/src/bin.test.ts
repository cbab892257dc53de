/** The shim as it is installed, and the guide's promises about it. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { EXIT, EXIT_MEANINGS } from "./exit-codes.ts";
import { NOUNS, VERBS } from "./verbs.ts";

const BIN = fileURLToPath(new URL("../bin/dimmer.mjs", import.meta.url));
const GUIDE = readFileSync(new URL("../../../docs/guide/cli.md", import.meta.url), "utf8");

const runBin = (...argv: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [BIN, ...argv], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

describe("bin/dimmer.mjs", () => {
  test("runs, from the bundle or from source", async () =>
    expect(await runBin("--version")).toEqual({ code: EXIT.ok, stdout: "0.0.0\n", stderr: "" }));
  test("passes its arguments on and its exit code back", async () => {
    expect(await runBin("validate", "nowhere.yaml", "--no-color")).toMatchObject({
      code: EXIT.notFound,
      stderr: expect.stringContaining("nowhere.yaml"),
    });
  });
});

describe("the guide", () => {
  test.each(EXIT_MEANINGS)("says what exit code %i means", (code, meaning) =>
    expect(GUIDE).toContain(`| ${code} | ${meaning} |`),
  );
  test.each([...VERBS.map(({ usage }) => usage.split(" ")[0] ?? ""), ...NOUNS.map(({ name }) => name)])("names %s", (name) => {
    expect(GUIDE).toMatch(new RegExp(`\`${name}[ \`]`, "u"));
  });
  test.each(NOUNS)("names every verb of $name", ({ name, verbs }) => {
    const row = GUIDE.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${name} `)) ?? "";
    for (const { usage } of verbs) expect(row).toContain(usage.split(" ")[0]);
  });
});
