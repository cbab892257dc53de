/** A person leaves all targets and lists by one change that does not name them. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAudit } from "../audit/list-audit.ts";
import { erasePerson } from "../audit/erase-person.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import type { Author } from "./apply-change.ts";
import { erasePersonFromFlags, type FlagErasure } from "./erase-person.ts";
import {
  ANYONE,
  create,
  inEnvironment,
  openTestProject,
  P,
  PROJECT,
  SUMMARIZER,
  type TestProject,
} from "./sample-project.contract.ts";
import { undoChange } from "./undo.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([
    create("summarizer", SUMMARIZER),
    { kind: "set-targets", ...P, targets: { opus: ["user-7", "user-8"], sonnet: ["user-9"] } },
    {
      kind: "create-segment",
      segment: "beta",
      definition: { environments: { staging: { include: ["user-7"], exclude: ["user-9"] } } },
    },
    { kind: "set-rule", ...P, rule: { id: "one", when: { targetingKey: ["user-7"] }, serve: { variant: "opus" } } },
    create("old", { ...SUMMARIZER, salt: "old" }),
    { kind: "archive-flag", flag: "old" },
  ]);
});
afterEach(async () => {
  await project.ports.store.close();
});
const eraseFromFlags = (author: Author, order: FlagErasure) =>
  project.ports.store.transaction((tx) => erasePersonFromFlags(tx, project.ports, author, order));

describe("erasePersonFromFlags", () => {
  it("takes the key out everywhere, archived flags included, with one audit row and without a trace in the change", async () => {
    const rows = await project.auditRows();
    const done = await eraseFromFlags(ANYONE, { project: PROJECT, person: "user-7", reason: "Asked to" });
    expect(await project.auditRows()).toBe(rows + 1);
    expect((await project.config("summarizer")).targets).toEqual({ opus: ["user-8"], sonnet: ["user-9"] });
    expect((await project.config("old")).targets).toBeUndefined();
    const beta = await project.ports.store.getSegment(PROJECT, "beta");
    expect(beta?.environments["staging"]?.config).toEqual({ include: [], exclude: ["user-9"] });
    expect(done?.change?.versions).toEqual({ production: 2, staging: 2 });
    expect(done?.issues.map((issue) => issue.message)).toEqual([
      "A condition of flag summarizer in production names the same text at /rules/1/when/targetingKey/0.",
    ]);
    const change = await project.ports.store.getChange(PROJECT, done?.change?.id ?? "");
    const [row] = await listAudit(project.ports.store, `project/${PROJECT}`, { limit: 1 });
    expect(JSON.stringify([change, row, done?.effects])).not.toContain("user-7");
    await expect(undoChange(project.ports, ANYONE, { project: PROJECT, change: change?.id ?? "" })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("leaves the past to the audit's own erasure, after which nothing but the condition names the key", async () => {
    await eraseFromFlags(ANYONE, { project: PROJECT, person: "user-9" });
    const order = { project: PROJECT, person: "user-9", actor: ANYONE.actor, at: 5 };
    const { store, auditKey } = project.ports;
    const erased = await store.transaction((tx) => erasePerson(tx, order, project.ports));
    expect(erased.remaining).toEqual([]);
    expect(await store.listMentions(PROJECT, "user-9")).toEqual([]);
    expect(await verifyAudit(store, `project/${PROJECT}`, auditKey)).toMatchObject({ ok: true });
  });

  it("does nothing for somebody nobody names, and needs the right to every place", async () => {
    const rows = await project.auditRows();
    expect(await eraseFromFlags(ANYONE, { project: PROJECT, person: "stranger" })).toBeNull();
    const erasing = eraseFromFlags(inEnvironment("staging"), { project: PROJECT, person: "user-7" });
    await expect(erasing).rejects.toMatchObject({ code: "forbidden" });
    expect(await project.auditRows()).toBe(rows);
  });
});
