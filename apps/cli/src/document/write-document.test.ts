/** Documents as YAML: what older readers would take for something else is quoted. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { writeFlow, writeYaml } from "./write-document.ts";

const NAMES =
  "on off yes no y n On OFF Yes NO true null ~ 1.0 010 0x1f 0b1 1_000 1e3 12:30 1:2:3 2027-01-01 .inf << = - ? +1".split(" ");
const DOCUMENT = {
  flags: Object.fromEntries(NAMES.map((name) => [name, { variants: { [name]: { value: name } }, fallback: name, list: [name] }])),
};

test("every name is a text again for a reader of YAML 1.1 and of 1.2", () => {
  for (const version of ["1.1", "1.2"] as const) {
    expect(parse(writeYaml(DOCUMENT), { version })).toEqual(DOCUMENT);
    expect(parse(writeFlow(DOCUMENT), { version })).toEqual(DOCUMENT);
  }
  expect(writeYaml({ default: { split: { on: 10, off: 90 } } })).toContain('"on": 10');
});

const python = spawnSync("python3", ["-c", "import yaml"]).status === 0;
test.skipIf(!python)("and for Python's yaml, which reads 1.1", () => {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-yaml-"));
  try {
    writeFileSync(join(folder, "document.yaml"), writeYaml(DOCUMENT));
    const script = "import json, yaml; print(json.dumps(yaml.safe_load(open('document.yaml'))))";
    const { stdout, stderr } = spawnSync("python3", ["-c", script], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(DOCUMENT);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
