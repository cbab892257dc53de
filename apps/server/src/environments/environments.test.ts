/** Projects, environments and the installation: made whole, named well, audited once, within the author's reach. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { author, EVERYWHERE, openTestPorts } from "../access/sample-ports.contract.ts";
import { deriveKeys } from "../access/derive-keys.ts";
import { listAudit } from "../audit/list-audit.ts";
import { auditChains, verifyAudit } from "../audit/verify-audit.ts";
import { createEnvironment, listProjectViews, updateEnvironment } from "./environments.ts";
import { initialiseInstallation, type InstallationPorts } from "./installation.ts";
import { createProject, renameProject } from "./projects.ts";

const FIRST = {
  project: { key: "shop", name: "Shop" },
  environment: { key: "production", name: "Production", production: true },
};
const STAGING = { project: "shop", key: "staging", name: "Staging", production: false };
let ports: InstallationPorts;
beforeEach(async () => {
  ports = await openTestPorts();
});
afterEach(async () => {
  await ports.store.close();
});
const actions = async (chain: string): Promise<readonly string[]> =>
  (await listAudit(ports.store, chain, { limit: 100 })).map(({ action }) => action).reverse();

describe("initialiseInstallation", () => {
  it("makes the installation with its first project and environment, each audited once", async () => {
    const made = await initialiseInstallation(ports, FIRST);
    expect(made).toEqual({ id: expect.stringMatching(/^inst_[0-9a-f]{20}$/), isNew: true });
    expect(await actions("installation")).toEqual(["installation.create"]);
    expect(await actions("project/shop")).toEqual(["project.create", "environment.create"]);
    expect(await ports.store.getEnvironment("shop", "production")).toMatchObject({
      production: true,
      version: 0,
      createdAt: 1_000,
    });
    for (const chain of await auditChains(ports.store)) {
      expect(await verifyAudit(ports.store, chain, ports.auditKey)).toMatchObject({ ok: true });
    }
  });

  it("leaves a present one as it is, and makes none of what was asked for later", async () => {
    const { id } = await initialiseInstallation(ports, null);
    expect(await initialiseInstallation(ports, FIRST)).toEqual({ id, isNew: false });
    expect(await ports.store.listProjects()).toEqual([]);
    expect(await actions("installation")).toEqual(["installation.create"]);
  });

  it("tells a wrong secret key at the start", async () => {
    await initialiseInstallation(ports, FIRST);
    const other = deriveKeys("another secret key, of thirty-two bytes or more");
    const starting = initialiseInstallation({ ...ports, keyCheck: other.check }, null);
    await expect(starting).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("another DIMMER_SECRET_KEY"),
    });
  });

  it("makes nothing at all when a part of it is refused", async () => {
    const odd = { ...FIRST, environment: { ...FIRST.environment, key: "Not A Key" } };
    await expect(initialiseInstallation(ports, odd)).rejects.toMatchObject({ code: "invalid-request" });
    expect(await ports.store.installation()).toBeNull();
    expect(await ports.store.listProjects()).toEqual([]);
    expect(await auditChains(ports.store)).toEqual([]);
  });
});

describe("projects and environments", () => {
  beforeEach(async () => {
    await initialiseInstallation(ports, FIRST);
  });

  it("draws a fresh epoch for each environment", async () => {
    const staging = await createEnvironment(ports, EVERYWHERE, STAGING);
    const production = await ports.store.getEnvironment("shop", "production");
    expect(staging.epoch).toMatch(/^[0-9a-f]{32}$/);
    expect(staging.epoch).not.toBe(production?.epoch);
  });

  it("renames, keeping key, epoch and version, with both names in the audit", async () => {
    const before = await ports.store.getEnvironment("shop", "production");
    await renameProject(ports, EVERYWHERE, { key: "shop", name: "Store" });
    await updateEnvironment(ports, EVERYWHERE, { project: "shop", key: "production", name: "Live" });
    expect(await ports.store.getEnvironment("shop", "production")).toEqual({ ...before, name: "Live" });
    const rows = await listAudit(ports.store, "project/shop", { limit: 2 });
    expect(rows.map(({ action, details }) => [action, details])).toEqual([
      [
        "environment.update",
        {
          environment: "production",
          before: { name: "Production", production: true, requireEvals: [] },
          after: { name: "Live", production: true, requireEvals: [] },
        },
      ],
      ["project.rename", { project: "shop", before: "Shop", after: "Store" }],
    ]);
  });

  it("says whether it is production, and leaves its name and its version", async () => {
    const before = await ports.store.getEnvironment("shop", "production");
    expect(await updateEnvironment(ports, EVERYWHERE, { project: "shop", key: "production", production: false })).toEqual({
      ...before,
      production: false,
    });
    expect((await listAudit(ports.store, "project/shop", { limit: 1 }))[0]?.details).toEqual({
      environment: "production",
      before: { name: "Production", production: true, requireEvals: [] },
      after: { name: "Production", production: false, requireEvals: [] },
    });
  });

  it("shows an author just what its key reaches", async () => {
    await createEnvironment(ports, EVERYWHERE, STAGING);
    await createProject(ports, EVERYWHERE, { key: "other", name: "Other" });
    const seen = async (project: string | null, environment: string | null): Promise<unknown> =>
      (await listProjectViews(ports.store, author(project, environment))).map((view) => [
        view.key,
        ...view.environments.map(({ key }) => key),
      ]);
    expect(await seen(null, null)).toEqual([["other"], ["shop", "production", "staging"]]);
    expect(await seen("shop", null)).toEqual([["shop", "production", "staging"]]);
    expect(await seen("shop", "staging")).toEqual([["shop", "staging"]]);
  });

  it.each(["", "-a", "A", "a_b", "a.b", "ä", "a b", "a/b", "__proto__", "x".repeat(65)])("refuses the key %j", async (key) => {
    await expect(createProject(ports, EVERYWHERE, { key, name: "n" })).rejects.toMatchObject({ code: "invalid-request" });
    await expect(createEnvironment(ports, EVERYWHERE, { ...STAGING, key })).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("takes a word of JavaScript for a project, and none for an environment, as no document could have a block for it", async () => {
    expect(await createProject(ports, EVERYWHERE, { key: "constructor", name: "n" })).toMatchObject({ key: "constructor" });
    for (const key of ["constructor", "prototype", "then"])
      await expect(createEnvironment(ports, EVERYWHERE, { ...STAGING, key })).rejects.toMatchObject({ code: "invalid-request" });
  });

  it.each(["a", "0", "a-", "x".repeat(64)])("takes the key %j", async (key) => {
    expect(await createProject(ports, EVERYWHERE, { key, name: "n" })).toMatchObject({ key });
    expect(await createEnvironment(ports, EVERYWHERE, { ...STAGING, project: key, key })).toMatchObject({ key, version: 0 });
  });

  it.each([
    ["a project that is there", () => createProject(ports, EVERYWHERE, { key: "shop", name: "n" }), "already-exists"],
    [
      "an environment that is there",
      () => createEnvironment(ports, EVERYWHERE, { ...STAGING, key: "production" }),
      "already-exists",
    ],
    ["an environment of no project", () => createEnvironment(ports, EVERYWHERE, { ...STAGING, project: "none" }), "not-found"],
    ["an empty name", () => createProject(ports, EVERYWHERE, { key: "a", name: " " }), "invalid-request"],
    ["a long name", () => renameProject(ports, EVERYWHERE, { key: "shop", name: "x".repeat(201) }), "invalid-request"],
    ["renaming what is not there", () => updateEnvironment(ports, EVERYWHERE, { ...STAGING, key: "none" }), "not-found"],
    ["renaming no project", () => renameProject(ports, EVERYWHERE, { key: "none", name: "n" }), "not-found"],
    ["a project by a project's key", () => createProject(ports, author("shop", null), { key: "a", name: "n" }), "forbidden"],
    [
      "an environment by an environment's key",
      () => createEnvironment(ports, author("shop", "production"), STAGING),
      "forbidden",
    ],
    ["another's environment", () => updateEnvironment(ports, author("shop", "production"), STAGING), "forbidden"],
    ["another's project", () => renameProject(ports, author("other", null), { key: "shop", name: "n" }), "forbidden"],
  ])("refuses %s, and audits nothing", async (_, act, code) => {
    const before = await actions("project/shop");
    await expect(act()).rejects.toMatchObject({ code });
    expect(await actions("project/shop")).toEqual(before);
  });
});
