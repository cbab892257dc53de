/** The file source under the contract of sources, and what is a file's own: formats, editors, environments. */

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SourceFailure } from "@dimmer/sdk-core";
import { expect, test, vi } from "vitest";
import { openThings } from "../../test/opened.ts";
import { waitUntil } from "../../test/wait-until.ts";
import type { Dimmer } from "../client.ts";
import type { DimmerOptions } from "../options.ts";
import { describeSource, type SourceWorld } from "./source.contract.ts";

const { open, later } = openThings();

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dimmer-file-"));
  later(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const environment = (serves: string) => ({ enabled: true, fallback: "two", default: { variant: serves } });

/** An authored document with one flag in the environments named. */
function documentWith(serves: string, environments: readonly string[] = ["production"]): object {
  const flag = {
    type: "boolean",
    purpose: "release",
    owner: "search-team",
    permanent: true,
    variants: { one: { value: true }, two: { value: false } },
    environments: Object.fromEntries(environments.map((name) => [name, environment(serves)])),
  };
  return { version: 1, flags: { bool: flag } };
}

const yamlWith = (serves: string): string => `
version: 1
flags:
  bool:
    type: boolean
    purpose: release
    owner: search-team
    permanent: true
    variants: { one: { value: true }, two: { value: false } }
    environments:
      production: { enabled: true, fallback: two, default: { variant: ${serves} } }
`;

async function openFileWorld(name: string, write: (path: string, text: string) => Promise<void>): Promise<SourceWorld> {
  const path = join(await openFolder(), name);
  const textOf = (serves: string): string => (name.endsWith(".json") ? JSON.stringify(documentWith(serves)) : yamlWith(serves));
  await writeFile(path, textOf("one"));
  return {
    open: () => open({ file: path }),
    publish: (serves) => write(path, textOf(serves)),
    breakIt: () => write(path, "{ version: 1, flags: [ "),
    remove: () => rm(path),
    holds: () => process.getActiveResourcesInfo().filter((kind) => kind === "FSEventWrap").length,
  };
}

/** As editors save: beside, then over it. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

describeSource("file: YAML, replaced", () => openFileWorld("dimmer.yaml", replace));
describeSource("file: JSON, written in place", () => openFileWorld("dimmer.json", writeFile));

async function openOn(
  text: string,
  options: DimmerOptions = {},
  name = "dimmer.json",
): Promise<{ client: Dimmer; path: string; failures: SourceFailure[] }> {
  const path = join(await openFolder(), name);
  await writeFile(path, text);
  const client = open({ file: path, ...options });
  const failures: SourceFailure[] = [];
  client.on("error", (failure) => failures.push(failure));
  return { client, path, failures };
}

test("several environments: the one that is named, and a question where none is", async () => {
  const text = JSON.stringify(documentWith("one", ["production", "staging"]));
  const named = await openOn(text, { environment: "staging" });
  expect(await named.client.ready()).toMatchObject({ isReady: true });
  expect(named.client.booleanDetails("bool", {}, false).flagMetadata.flagSetId).toBe("file/staging");

  for (const [environment, question] of [
    [undefined, "Which environment?"],
    ["qa", "There is no environment qa:"],
  ] as const) {
    const { client } = await openOn(text, environment === undefined ? {} : { environment });
    const { failure } = await client.ready({ timeoutMs: 300 });
    expect(failure?.message).toContain(`${question} `);
    expect(failure?.message).toContain("has production, staging.");
  }
});

test("a mistake in one flag: at the start the others are served, later the last good stays", async () => {
  const good = documentWith("one") as { flags: object };
  const broken = JSON.stringify({ ...good, flags: { ...good.flags, other: { type: "colour" } } });
  const first = await openOn(broken);
  await first.client.ready();
  await waitUntil("the mistake", () => first.failures.length > 0);
  expect(first.client.boolean("bool", {}, false)).toBe(true);
  expect(first.failures[0]?.issues?.some(({ path }) => path.startsWith("/flags/other"))).toBe(true);

  const later = await openOn(JSON.stringify(documentWith("one")));
  await later.client.ready();
  await writeFile(later.path, JSON.stringify({ version: 1, flags: { other: { type: "colour" } } }));
  await waitUntil("the mistake", () => later.failures.length > 0);
  expect(later.client.boolean("bool", {}, false)).toBe(true);
  expect(later.failures[0]?.message).toContain("the last good flags stay");
});

test("a file that comes later, in a folder that comes later", async () => {
  const folder = join(await openFolder(), "not-yet");
  const client = open({ file: join(folder, "dimmer.json") });
  expect(await client.ready({ timeoutMs: 100 })).toMatchObject({ isReady: false, status: "ERROR", failure: { code: "file" } });
  await mkdir(folder);
  await writeFile(join(folder, "dimmer.json"), JSON.stringify(documentWith("one")));
  expect(await client.ready()).toMatchObject({ isReady: true });
});

test("a link that is pointed elsewhere, as orchestrators update mounted files", async () => {
  const folder = await openFolder();
  for (const serves of ["one", "two"]) {
    await mkdir(join(folder, serves));
    await writeFile(join(folder, serves, "dimmer.json"), JSON.stringify(documentWith(serves)));
  }
  await symlink("one", join(folder, "..data"));
  await symlink(join("..data", "dimmer.json"), join(folder, "dimmer.json"));
  const client = open({ file: join(folder, "dimmer.json") });
  await client.ready();
  await symlink("two", join(folder, "..next"));
  await rename(join(folder, "..next"), join(folder, "..data"));
  await waitUntil("the other file", () => !client.boolean("bool", {}, true));
});

test("without the stream the file is read once and not watched", async () => {
  const { client, path } = await openOn(JSON.stringify(documentWith("one")), { stream: false });
  await client.ready();
  await replace(path, JSON.stringify(documentWith("two")));
  const watching = open({ file: path });
  await waitUntil("the edit, for whoever watches", () => !watching.boolean("bool", {}, true));
  await replace(path, JSON.stringify(documentWith("one")));
  await waitUntil("another, noticed while the first one had its time", () => watching.boolean("bool", {}, false));
  await watching.close();
  expect(client.snapshotVersion?.version).toBe(1);
  expect(process.getActiveResourcesInfo()).not.toContain("FSEventWrap");
});

test("an edit that says the same is no change", async () => {
  const { client, path } = await openOn(JSON.stringify(documentWith("one")));
  await client.ready();
  const changes: unknown[] = [];
  client.on("configuration-changed", (change) => changes.push(change));
  await replace(path, JSON.stringify(documentWith("one"), null, 2));
  await waitUntil("the later version", () => client.snapshotVersion?.version === 2);
  await replace(path, JSON.stringify(documentWith("two")));
  await waitUntil("the change", () => changes.length > 0);
  expect(changes).toEqual([{ epoch: "file", version: 3, flagsChanged: ["bool"] }]);
});

test("a file emptied of its flags is a state like another, and so is one that is filled again", async () => {
  const { client, path, failures } = await openOn(JSON.stringify(documentWith("one")));
  await client.ready();
  await replace(path, JSON.stringify({ version: 1, flags: {} }));
  await waitUntil("the empty file", () => client.snapshotVersion?.version === 2);
  expect(client.booleanDetails("bool", {}, true)).toMatchObject({ value: true, errorCode: "FLAG_NOT_FOUND" });
  await replace(path, JSON.stringify(documentWith("two")));
  await waitUntil("the flag again", () => !client.boolean("bool", {}, true));
  expect(failures).toEqual([]);
});

test.each<[string, DimmerOptions]>([
  ["which was the only one", {}],
  ["which was named", { environment: "production" }],
])("an environment that vanishes, %s, is told by name and keeps its flags until it is back", async (_name, options) => {
  const { client, path, failures } = await openOn(JSON.stringify(documentWith("one")), options);
  await client.ready();
  await replace(path, JSON.stringify(documentWith("two", ["staging"])));
  await waitUntil("the failure", () => failures.length > 0);
  expect(failures.map(({ code, message }) => [code, message])).toEqual([
    ["payload", `There is no environment production any more; its last good flags stay. ${path} has staging.`],
  ]);
  expect(client.booleanDetails("bool", {}, false)).toMatchObject({ value: true, reason: "STATIC" });
  await replace(path, JSON.stringify(documentWith("two", ["production", "staging"])));
  await waitUntil("the environment again", () => !client.boolean("bool", {}, true));
  expect(client.booleanDetails("bool", {}, true).flagMetadata.flagSetId).toBe("file/production");
});

test("an empty file that is filled chooses its environment then", async () => {
  const { client, path, failures } = await openOn(JSON.stringify({ version: 1, flags: {} }));
  await client.ready();
  await replace(path, JSON.stringify(documentWith("one", ["staging"])));
  await waitUntil("the flag", () => client.boolean("bool", {}, false));
  expect(client.booleanDetails("bool", {}, false).flagMetadata.flagSetId).toBe("file/staging");
  expect(failures).toEqual([]);
});

test("a document without flags is one", async () => {
  const { client } = await openOn(JSON.stringify({ version: 1, flags: {} }));
  expect(await client.ready()).toMatchObject({ isReady: true });
  expect(client.booleanDetails("bool", {}, true)).toMatchObject({ value: true, errorCode: "FLAG_NOT_FOUND" });
});

test("without the package yaml: what to install, and JSON needs none", async () => {
  vi.doMock("yaml", () => {
    throw new Error("Cannot find package 'yaml'");
  });
  try {
    const { client } = await openOn(yamlWith("one"), {}, "dimmer.yaml");
    expect((await client.ready({ timeoutMs: 200 })).failure?.message).toContain("npm install yaml");
    const json = await openOn(JSON.stringify(documentWith("one")));
    expect(await json.client.ready()).toMatchObject({ isReady: true });
  } finally {
    vi.doUnmock("yaml");
  }
});
