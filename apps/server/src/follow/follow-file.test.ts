/** A followed file on a real file system and a running server: what changes, what does not, and what is told. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FollowedFile, openManagement } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { startServer, type StartSettings } from "../server.ts";
import { readCommit } from "./read-commit.ts";

const TOKEN = "test-admin-token-0123456789";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "dimmer-follow-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, "flags.yaml");
const write = (opus: number, more = "") => writeFileSync(file(), document(opus, more));
const document = (opus: number, more = "") => `version: 1
flags:
  model:
    type: string
    purpose: release
    owner: team
    permanent: true${more}
    variants: { opus: { value: large }, sonnet: { value: small } }
    environments:
      production: { enabled: true, fallback: sonnet, default: { split: { opus: ${opus}, sonnet: ${100 - opus} } } }
`;

async function start(more: StartSettings = {}) {
  const server = await startServer({
    port: 0,
    dataDir: ":memory:",
    logLevel: "silent",
    initAdminToken: TOKEN,
    followFile: file(),
    followName: "flags.yaml",
    ...more,
  });
  onTestFinished(() => server.close());
  const client = openManagement({ url: server.url, token: TOKEN });
  const share = async () => {
    const { environments } = await client.getFlag("default", "model");
    const serve = environments["production"]?.config.default;
    return serve !== undefined && "split" in serve ? serve.split["opus"] : undefined;
  };
  const status = () => client.getFollowedFile("default");
  const until = (what: Partial<FollowedFile>) =>
    vi.waitFor(async () => expect(await status()).toMatchObject(what), { timeout: 5_000, interval: 20 });
  return { server, client, share, status, until };
}

describe("a followed file", () => {
  test("is applied at the start, as one change of its own, and owns its flags", async () => {
    write(10);
    const { client, share, status } = await start();
    expect(await share()).toBe(10);
    expect((await client.getFlag("default", "model")).file).toEqual({ name: "flags.yaml", moved: {} });
    const [change] = await client.listChanges("default", 5);
    expect(change).toMatchObject({
      source: "file",
      actor: { kind: "system", name: "flags.yaml" },
      reason: "Followed flags.yaml",
    });
    expect(await status()).toMatchObject({ state: "following", change: change?.id, problem: null });
  });

  test("[file-owns] owns its segments too: others are told the file, which goes on editing them", async () => {
    const segmented = (people: string) =>
      writeFileSync(file(), `${document(10)}segments: { beta: { environments: { production: { include: [${people}] } } } }\n`);
    segmented("user-1");
    const { client } = await start();
    expect((await client.getSegment("default", "beta")).file).toEqual({ name: "flags.yaml" });
    const edit = { kind: "set-segment", segment: "beta", environment: "production", config: { include: ["user-9"] } } as const;
    await expect(client.submitChange("default", { operations: [edit] })).rejects.toMatchObject({
      code: "owned-by-file",
      message: expect.stringContaining("beta is owned by flags.yaml; /environments/production/include cannot be changed"),
    });
    segmented("user-2");
    await vi.waitFor(
      async () => {
        const { environments } = (await client.getSegment("default", "beta")).definition;
        expect(environments?.["production"]?.include).toEqual(["user-2"]);
      },
      { timeout: 5_000, interval: 20 },
    );
  });

  test("[file-followed] is applied again within a second of a change, however it is written", async () => {
    write(10);
    const { share, client } = await start();
    const expectSoon = (percent: number) =>
      vi.waitFor(async () => expect(await share()).toBe(percent), { timeout: 1_000, interval: 20 });
    write(20);
    await expectSoon(20);
    writeFileSync(join(folder, "new"), document(30));
    renameSync(join(folder, "new"), file());
    await expectSoon(30);
    expect(await client.listChanges("default", 10)).toHaveLength(3);
  });

  test("behind links that are swapped, as a config map's are, is followed too", async () => {
    for (const [name, opus] of [
      ["one", 10],
      ["two", 40],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "flags.yaml"), document(opus));
    }
    symlinkSync("one", join(folder, "..data"));
    symlinkSync("..data/flags.yaml", file());
    const { share } = await start();
    expect(await share()).toBe(10);
    symlinkSync("two", join(folder, "..next"));
    renameSync(join(folder, "..next"), join(folder, "..data"));
    await vi.waitFor(async () => expect(await share()).toBe(40), { timeout: 1_000, interval: 20 });
  });

  test("[file-followed] that is broken, missing or refused changes nothing, keeps the server ready, and says why", async () => {
    write(10);
    const { server, client, share, until } = await start();
    for (const [broken, says] of [
      ["flags: [", /cannot be read/],
      [document(20).replace("fallback: sonnet", "fallback: absent"), /absent/],
      [document(20).replace("production:", "prodution:"), /no environment prodution/],
      [document(20).replace("type: string", "type: number"), /serves a finite number/],
      [document(20) + document(20), /cannot be read: .*unique/],
    ] as const) {
      writeFileSync(file(), broken);
      await until({ state: "failed", problem: expect.objectContaining({ message: expect.stringMatching(says) }) });
      expect(await share()).toBe(10);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    }
    rmSync(file());
    await until({ state: "failed", problem: expect.objectContaining({ message: expect.stringMatching(/ENOENT/) }) });
    write(10);
    await until({ state: "following", problem: null });
    expect(await client.listChanges("default", 10)).toHaveLength(1);
    write(20);
    await until({ state: "following", problem: null });
    await vi.waitFor(async () => expect(await share()).toBe(20));
  });

  test("leaves kills and shares that people have changed, and still brings the rest", async () => {
    write(10);
    const { client, share } = await start();
    const here = { flag: "model", environment: "production" };
    await client.submitChange("default", {
      operations: [
        { kind: "kill", ...here },
        { kind: "ramp", ...here, rule: "default", variant: "opus", percent: 70 },
      ],
    });
    write(20, "\n    description: Another");
    await vi.waitFor(async () => expect((await client.getFlag("default", "model")).definition.description).toBe("Another"));
    expect(await share()).toBe(70);
    expect((await client.getFlag("default", "model")).environments["production"]?.config.enabled).toBe(false);
  });

  test("publishes new values only where it is told to", async () => {
    write(10);
    const { client, until } = await start({ followPublish: ["production"] });
    writeFileSync(file(), document(10).replace("value: large", "value: larger"));
    await vi.waitFor(async () =>
      expect((await client.listValueVersions("default", "model")).find(({ number }) => number === 2)).toMatchObject({
        value: "larger",
        publishedIn: ["production"],
      }),
    );
    await until({ state: "following" });
  });

  test("is missing at the start: the server runs, and takes it when it comes", async () => {
    const { client, until } = await start();
    await until({ state: "failed", appliedAt: null });
    write(10);
    await until({ state: "following" });
    expect((await client.listFlags("default")).map(({ key }) => key)).toEqual(["model"]);
  });

  test("of another project is told of there alone", async () => {
    write(10);
    const { client } = await start({ followProject: "absent" });
    await expect(client.getFollowedFile("default")).rejects.toMatchObject({ code: "not-found" });
    expect(await client.getFollowedFile("absent")).toMatchObject({
      state: "failed",
      problem: { message: expect.stringContaining("absent") },
    });
  });
});

describe("the commit around a file", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      encoding: "utf8",
    }).trim();

  test("is read of branches, packed branches, single commits and worktrees; elsewhere there is none", async () => {
    expect(await readCommit(file())).toBeUndefined();
    write(10);
    git("init", "--quiet");
    expect(await readCommit(file())).toBeUndefined();
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    const hash = git("rev-parse", "HEAD");
    expect(await readCommit(file())).toBe(hash);
    git("pack-refs", "--all");
    expect(await readCommit(file())).toBe(hash);
    git("worktree", "add", "--quiet", join(folder, "tree"), "-b", "other");
    expect(await readCommit(join(folder, "tree", "flags.yaml"))).toBe(hash);
    git("checkout", "--quiet", "--detach");
    expect(await readCommit(file())).toBe(hash);
    const { status } = await start();
    expect(await status()).toMatchObject({ commit: hash });
  });
});
