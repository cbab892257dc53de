/** The generated types, held against the real compiler: what is right compiles, and each mistake is an error at its place. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, assert, beforeAll, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TSC = join(ROOT, "node_modules/.bin/tsc");
/** Inside the workspace, so that @dimmer/sdk-server is found as in an app. */
const FOLDER = join(ROOT, `apps/cli/node_modules/.types-${process.pid}`);

const DOCUMENT = `version: 1
flags:
  ai-enabled:
    description: "Turns it off */ at once"
    type: boolean
    purpose: kill-switch
    owner: platform
    permanent: true
    environments:
      production: { enabled: true, fallback: "off", default: { variant: "on" } }
  summarizer:
    type: object
    purpose: release
    owner: search
    permanent: true
    variants:
      opus: { value: { model: a, parameters: { maxTokens: 800 }, tools: [x] }, only: { plan: [pro] } }
      plain: { value: { reply: resting, "odd name": null } }
    environments:
      production:
        enabled: true
        fallback: [{ when: { age: { gte: 18 } }, variant: plain }, { variant: plain }]
        rules:
          - { id: eu, when: { any: [{ organization.region: eu }, { signedUp: { after: 2027-01-01T00:00:00Z } }] }, serve: { variant: opus } }
        default: { split: { opus: 10, plain: 90 }, by: organization.id }
  limit: { type: number, purpose: config, owner: x, permanent: true, variants: { low: { value: 1 }, high: { value: 2.5 } } }
`;
const GOOD = `
import { openDimmer } from "@dimmer/sdk-server";
import { typed, type FlagOverrides } from "./flags.ts";
const flags = typed(openDimmer({ file: "dimmer.yaml", overrides: { summarizer: "opus" } satisfies FlagOverrides }));
const context = { targetingKey: "user-1", plan: "pro", age: 20, organization: { id: 7, region: "eu" }, signedUp: Date.now() };
const isOn: boolean = flags.boolean("ai-enabled", context, false);
const { model, parameters, reply } = flags.object("summarizer", context, { reply: "later" });
const tokens: number | undefined = parameters?.maxTokens;
const limit: number = flags.number("limit", { targetingKey: "user-1" }, 1);
const { variant, reason } = flags.objectDetails("summarizer", context, {});
if (variant === "opus") await flags.ready();
console.log(isOn, model, reply, tokens, limit, reason);
`;
/** What is wrong, by which piece of the good program is replaced by what. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ["a flag that is not there", '"ai-enabled", context', '"ai-enbled", context'],
  ["a flag of another type", 'flags.number("limit"', 'flags.number("summarizer"'],
  ["a field that no variant has", "model, parameters, reply", "modle, parameters, reply"],
  ["a default of another shape", '{ reply: "later" }', "{ reply: 5 }"],
  ["a variant that is not there", 'variant === "opus"', 'variant === "opsu"'],
  ["an override of a variant that is not there", 'summarizer: "opus"', 'summarizer: "sonnet"'],
  ["an attribute of another type", "age: 20", 'age: "20"'],
  ["an attribute that nobody asks for", '{ targetingKey: "user-1" }, 1', '{ targetingKey: "user-1", paln: "pro" }, 1'],
  ["a nested attribute of another type", 'region: "eu"', "region: 5"],
  ["a value that may be missing", "number | undefined = parameters?", "number = parameters?"],
];

let demo: DemoServer;
beforeAll(async () => {
  demo = await openDemoServer();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "dimmer.yaml"), DOCUMENT);
  await demo.check("types --file dimmer.yaml --out flags.ts", EXIT.ok, { stdout: "Wrote flags.ts." }, { cwd: FOLDER });
  writeFileSync(join(FOLDER, "good.ts"), GOOD);
  MISTAKES.forEach(([, right, wrong], index) => {
    assert(GOOD.includes(right));
    writeFileSync(join(FOLDER, `bad-${index}.ts`), GOOD.replace(right, wrong));
  });
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2022",
    lib: ["ES2023", "DOM"],
    types: ["node"],
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    customConditions: ["dimmer-source"],
  };
  writeFileSync(join(FOLDER, "package.json"), '{ "type": "module" }');
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
});
afterAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  await demo.close();
});

describe("[typed-flags] the compiler", () => {
  let told = "";
  beforeAll(() => void (told = spawnSync(TSC, ["-p", FOLDER, "--pretty", "false"], { encoding: "utf8", cwd: FOLDER }).stdout));

  test("accepts what is right", () =>
    expect(told.split("\n").filter((line) => !/^bad-\d+\.ts/u.test(line) && line.includes("error TS"))).toEqual([]));
  test.each(MISTAKES.map(([what], index) => [what, index] as const))("refuses %s", (_, index) => {
    const errors = told.split("\n").filter((line) => line.startsWith(`bad-${index}.ts(`));
    expect(errors).not.toEqual([]);
  });
});

test("[typed-flags] --check passes while the file is up to date, and fails after a flag has changed", async () => {
  const at = { cwd: FOLDER };
  await demo.check("types --file dimmer.yaml --out flags.ts --check", EXIT.ok, { stdout: "is up to date" }, at);
  writeFileSync(join(FOLDER, "other.yaml"), DOCUMENT.replace("limit:", "limits:"));
  const before = readFileSync(join(FOLDER, "flags.ts"), "utf8");
  await demo.check("types --file other.yaml --out flags.ts --check", EXIT.failed, { stderr: "flags.ts is not up to date" }, at);
  expect(readFileSync(join(FOLDER, "flags.ts"), "utf8")).toBe(before);
  await demo.check("types --check", EXIT.usage, { stderr: "--out" });
  await demo.check("types --file dimmer.yaml --out no/such/flags.ts", EXIT.failed, { stderr: "cannot be written" }, at);
});

test("without --file the types are those of the server's project", async () => {
  const { stdout } = await demo.check("types", EXIT.ok, { stdout: 'readonly variant: "control" | "treatment";' });
  expect(stdout).toContain("readonly plan?: string | readonly string[] | null | undefined;");
});

test("a declared attribute has its declared type", async () => {
  const declared = `version: 1
context:
  attributes:
    plan: { type: string, values: [free, pro] }
    roles: { type: string, list: true, values: [dev] }
    organization.since: { type: instant }
    targetingKey: { type: string }
`;
  writeFileSync(join(FOLDER, "declared.yaml"), DOCUMENT.replace("version: 1\n", declared));
  const { stdout } = await demo.check("types --file declared.yaml", EXIT.ok, {}, { cwd: FOLDER });
  for (const line of [
    'readonly plan?: "free" | "pro" | null | undefined;',
    'readonly roles?: readonly "dev"[] | null | undefined;',
    "readonly since?: string | number | Date | null | undefined;",
    "readonly age?: number | readonly number[] | null | undefined;",
  ])
    expect(stdout).toContain(line);
});

test("the manifest has each flag's type and the value of its fallback", async () => {
  await demo.check("types --file dimmer.yaml --manifest --out flags.json", EXIT.ok, {}, { cwd: FOLDER });
  const manifest = JSON.parse(readFileSync(join(FOLDER, "flags.json"), "utf8")) as object;
  expect(manifest).toMatchObject({
    flags: {
      "ai-enabled": { flagType: "boolean", defaultValue: false, description: "Turns it off */ at once" },
      summarizer: { flagType: "object", defaultValue: { reply: "resting", "odd name": null } },
      limit: { flagType: "float", defaultValue: 0 },
    },
  });
});
