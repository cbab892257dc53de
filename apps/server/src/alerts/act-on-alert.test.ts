/** Who may take and resolve an alert, and what is left of it. */

import type { Right } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listAudit } from "../audit/list-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import { ANYONE, openTestProject, PROJECT, type TestProject } from "../flags/sample-project.contract.ts";
import { type AlertDeed, actOnAlert, requireAlert } from "./act-on-alert.ts";
import { type RaisedAlert, raiseAlert } from "./raise-alert.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
});
afterEach(() => project.ports.store.close());

async function raise(more: Partial<RaisedAlert> = {}): Promise<string> {
  const alert = { project: PROJECT, key: "k", kind: "drift", severity: "warn", title: "t", cause: "c", evidence: 1 } as const;
  const raised = await project.ports.store.transaction((tx) => raiseAlert(tx, project.ports, { ...alert, ...more }));
  return raised?.id ?? "";
}
const act = async (id: string, deed: AlertDeed, author: Author = ANYONE) =>
  await actOnAlert(project.ports, author, { project: PROJECT, id }, deed);
const holder = (environment: string | null, ...rights: Right[]): Author => ({
  actor: { kind: "system", id: "s", name: "S" },
  grants: [{ role: "r", rights, project: PROJECT, environment }],
});
const notices = async () => (await project.ports.store.listNotices(PROJECT, 0, 99)).map(({ body }) => body.type);

describe("an alert", () => {
  test("is taken, then resolved, with who and why, in the audit too", async () => {
    const id = await raise({ environment: "production" });
    expect(await act(id, { act: "acknowledge", note: "looking" })).toMatchObject({
      state: "acknowledged",
      acknowledgedBy: ANYONE.actor,
      note: "looking",
    });
    expect(await act(id, { act: "resolve" })).toMatchObject({ state: "resolved", resolvedBy: ANYONE.actor, note: "looking" });
    expect(await notices()).toEqual(["alert.opened", "alert.acknowledged", "alert.resolved"]);
    const rows = await listAudit(project.ports.store, `project/${PROJECT}`, { limit: 9, before: null });
    expect(rows.map(({ action, details }) => [action, details])).toEqual([
      ["alert.resolve", { alert: id, kind: "drift" }],
      ["alert.acknowledge", { alert: id, kind: "drift", note: "looking" }],
    ]);
    for (const deed of ["acknowledge", "resolve"] as const)
      await expect(act(id, { act: deed })).rejects.toThrow("resolved already");
  });

  test("is for whoever holds the right where it is, and of no environment in all of the project", async () => {
    const [here, whole] = [await raise({ environment: "production" }), await raise({ key: "whole" })];
    await expect(act(here, { act: "resolve" }, holder("production", "read"))).rejects.toThrow("alert.edit");
    await expect(act(whole, { act: "resolve" }, holder("production", "read", "alert.edit"))).rejects.toThrow("every environment");
    expect(await act(here, { act: "resolve" }, holder("production", "read", "alert.edit"))).toMatchObject({ state: "resolved" });
  });

  test("of an environment that is out of sight is not there", async () => {
    const [here, whole] = [await raise({ environment: "production" }), await raise({ key: "whole" })];
    await expect(act(here, { act: "resolve" }, holder("staging", "read", "alert.edit"))).rejects.toThrow("There is no alert");
    const sight = new Set(["staging"]);
    const { store } = project.ports;
    await expect(requireAlert(store, sight, { project: PROJECT, id: here })).rejects.toThrow("There is no alert");
    expect(await requireAlert(store, sight, { project: PROJECT, id: whole })).toMatchObject({ id: whole });
    await expect(act("alert_absent", { act: "resolve" })).rejects.toThrow("There is no alert");
  });
});
